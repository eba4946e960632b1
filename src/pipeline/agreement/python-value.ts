/**
 * A value of Python as data: what literals write. `source` is any other expression, kept as it is written. Whole numbers may have any
 * number of digits.
 */
export type PythonValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'none' }
  | PythonSequence
  | PythonDict
  | { readonly kind: 'source'; readonly value: string };

export interface PythonSequence {
  readonly kind: 'list' | 'tuple' | 'set';
  readonly items: readonly PythonValue[];
}

export interface PythonDict {
  readonly kind: 'dict';
  readonly entries: readonly PythonEntry[];
}

/** Key and value. */
export type PythonEntry = readonly [PythonValue, PythonValue];

export const NONE: PythonValue = { kind: 'none' };

/** The values directly inside of another, keys too. */
export function partsOf(value: PythonValue): readonly PythonValue[] {
  if (value.kind === 'dict') return value.entries.flat();
  return 'items' in value ? value.items : [];
}

/** The value and all inside of it. */
export function withParts(value: PythonValue): PythonValue[] {
  return [value, ...partsOf(value).flatMap(withParts)];
}

/** The expression of Python that gives the value. */
export function printValue(value: PythonValue): string {
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'float':
      return printFloat(value.value);
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'text':
      return printText(value.value);
    case 'none':
      return 'None';
    case 'list':
      return `[${printAll(value.items)}]`;
    case 'tuple':
      return value.items.length === 1 ? `(${printAll(value.items)},)` : `(${printAll(value.items)})`;
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${printAll(value.items)}}`;
    case 'dict':
      return `{${value.entries.map((entry) => entry.map(printValue).join(': ')).join(', ')}}`;
    case 'source':
      return value.value;
  }
}

function printAll(items: readonly PythonValue[]): string {
  return items.map(printValue).join(', ');
}

function printFloat(value: number): string {
  if (Number.isNaN(value)) return "float('nan')";
  if (!Number.isFinite(value)) return `float('${value > 0 ? 'inf' : '-inf'}')`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function printText(value: string): string {
  return `'${value.replace(/[\\'\p{C}\p{Zl}\p{Zp}]/gu, (character) => ESCAPES[character] ?? escapeOf(character))}'`;
}

function escapeOf(character: string): string {
  const digits = character.codePointAt(0)!.toString(16);
  return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
