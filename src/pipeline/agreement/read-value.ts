import { decodeString } from '../../python/string-literals.ts';
import type { ExpressionNode, SequenceNode } from '../../python/tree/tree.ts';
import { NONE, type PythonValue } from './python-value.ts';

/** What names stand for. */
export type KnownValues = ReadonlyMap<string, PythonValue>;

/** The value that an expression in a source writes; what is no literal, and no name with a known value, stays as it is written. */
export function readValue(node: ExpressionNode, source: string, known: KnownValues = new Map()): PythonValue {
  return readLiteral(node, source, known) ?? { kind: 'source', value: source.slice(node.from, node.to) };
}

function readLiteral(node: ExpressionNode, source: string, known: KnownValues): PythonValue | null {
  switch (node.kind) {
    case 'name':
      return known.get(node.name) ?? null;
    case 'constant':
      return node.type === 'number' ? readNumber(source.slice(node.from, node.to)) : constant(node.type);
    case 'string':
      return node.type === 'text'
        ? joined(node.literals.map(({ from, to }) => decodeString(source.slice(from, to))))
        : null;
    case 'operation':
      return /^-[\s(]*$/.test(source.slice(node.from, node.operands[0]!.from)) && node.operands.length === 1
        ? negated(readLiteral(node.operands[0]!, source, known))
        : null;
    case 'list':
    case 'tuple':
    case 'set':
      return readSequence(node, source, known);
    case 'dict':
      if (node.entries.some(({ key }) => key === null)) return null;
      return {
        kind: 'dict',
        entries: node.entries.map(({ key, value }) => [
          readValue(key!, source, known),
          readValue(value, source, known),
        ]),
      };
    case 'call':
      return node.arguments.length === 0 && source.slice(node.callee.from, node.callee.to) === 'set'
        ? { kind: 'set', items: [] }
        : null;
    default:
      return null;
  }
}

function readSequence({ kind, elements }: SequenceNode, source: string, known: KnownValues): PythonValue | null {
  if (elements.some((element) => element.kind === 'starred')) return null;
  return { kind, items: elements.map((element) => readValue(element, source, known)) };
}

function constant(type: 'ellipsis' | 'True' | 'False' | 'None'): PythonValue | null {
  if (type === 'None') return NONE;
  return type === 'ellipsis' ? null : { kind: 'bool', value: type === 'True' };
}

/** A number literal; null for an imaginary one. */
function readNumber(literal: string): PythonValue | null {
  const text = literal.replaceAll('_', '').toLowerCase();
  if (text.endsWith('j')) return null;
  if (/^0[xob]/.test(text)) return { kind: 'int', value: BigInt(text) };
  return /[.e]/.test(text) ? { kind: 'float', value: Number(text) } : { kind: 'int', value: BigInt(text) };
}

function negated(value: PythonValue | null): PythonValue | null {
  if (value?.kind === 'int') return { kind: 'int', value: -value.value };
  return value?.kind === 'float' ? { kind: 'float', value: -value.value } : null;
}

function joined(parts: readonly (string | null)[]): PythonValue | null {
  return parts.every((part) => part !== null) ? { kind: 'text', value: parts.join('') } : null;
}
