import type { ExpressionNode } from '../../python/tree/tree.ts';
import type { Random } from '../../statistics/random.ts';
import { NONE, type PythonValue, printValue } from './python-value.ts';

/** A type of values that can be made up. */
export type ValueType =
  | { readonly kind: 'int' | 'float' | 'text' | 'bool' | 'none' }
  | { readonly kind: 'list' | 'set'; readonly item: ValueType }
  | { readonly kind: 'tuple'; readonly items: readonly ValueType[] }
  | { readonly kind: 'dict'; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: 'union'; readonly options: readonly ValueType[] };

const INT: ValueType = { kind: 'int' };
const TEXT: ValueType = { kind: 'text' };

const BARE: Readonly<Record<string, ValueType>> = {
  int: INT,
  float: { kind: 'float' },
  str: TEXT,
  bool: { kind: 'bool' },
  None: { kind: 'none' },
  list: { kind: 'list', item: INT },
  set: { kind: 'set', item: INT },
  tuple: { kind: 'tuple', items: [INT, INT] },
  dict: { kind: 'dict', key: TEXT, value: INT },
};

const OTHER_NAMES: Readonly<Record<string, string>> = {
  List: 'list',
  Sequence: 'list',
  Iterable: 'list',
  Collection: 'list',
  MutableSequence: 'list',
  Set: 'set',
  Tuple: 'tuple',
  Dict: 'dict',
  Mapping: 'dict',
  MutableMapping: 'dict',
};

/** Values of larger types would grow beyond all bounds. */
const MOST_PARTS = 50;
const DEEPEST_TYPE = 5;

/** The type that an annotation names: int, float, str, bool, None, lists, sets, tuples, dicts, Optional and Union of these, up to five levels; null for any other. */
export function readType(node: ExpressionNode, source: string): ValueType | null {
  const type = readAnyType(node, source);
  return type !== null && depthOf(type) <= DEEPEST_TYPE && sizeOf(type) <= MOST_PARTS ? type : null;
}

function depthOf(type: ValueType): number {
  return 1 + partTypes(type).reduce((deepest, part) => Math.max(deepest, depthOf(part)), 0);
}

function sizeOf(type: ValueType): number {
  return 1 + partTypes(type).reduce((sum, part) => sum + sizeOf(part), 0);
}

function partTypes(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return [type.item];
    case 'tuple':
      return type.items;
    case 'dict':
      return [type.key, type.value];
    case 'union':
      return type.options;
    default:
      return [];
  }
}

function readAnyType(node: ExpressionNode, source: string): ValueType | null {
  switch (node.kind) {
    case 'constant':
      return node.type === 'None' ? BARE.None! : null;
    case 'name':
    case 'attribute':
      return BARE[nameOf(node)] ?? null;
    case 'operation':
      return isUnion(node, source) ? unionOf(node.operands, source) : null;
    case 'subscript':
      return readGeneric(nameOf(node.object), partsOf(node.index), source);
    default:
      return null;
  }
}

function nameOf(node: ExpressionNode): string {
  const name = node.kind === 'name' || node.kind === 'attribute' ? node.name : '';
  return OTHER_NAMES[name] ?? name;
}

function isUnion({ operands }: Extract<ExpressionNode, { kind: 'operation' }>, source: string): boolean {
  const between = operands.slice(1).map((operand, index) => source.slice(operands[index]!.to, operand.from));
  return between.length > 0 && between.every((text) => text.trim() === '|');
}

function partsOf(index: ExpressionNode): readonly ExpressionNode[] {
  return index.kind === 'tuple' ? index.elements : [index];
}

function readGeneric(name: string, parts: readonly ExpressionNode[], source: string): ValueType | null {
  if (name === 'Union') return unionOf(parts, source);
  if (name === 'Tuple' || name === 'tuple') return readTuple(parts, source);
  const [first, second] = parts.map((part) => readAnyType(part, source));
  if (first == null) return null;
  if (name === 'Optional') return { kind: 'union', options: [first, BARE.None!] };
  if (name === 'list' || name === 'set') return parts.length === 1 ? { kind: name, item: first } : null;
  return name === 'dict' && second != null ? { kind: 'dict', key: first, value: second } : null;
}

function readTuple(parts: readonly ExpressionNode[], source: string): ValueType | null {
  const [first, last] = [parts[0], parts.at(-1)];
  const isOfAnyLength = parts.length === 2 && last?.kind === 'constant' && last.type === 'ellipsis';
  const items = allTypes(isOfAnyLength ? [first!, first!] : parts, source);
  return items && { kind: 'tuple', items };
}

function unionOf(parts: readonly ExpressionNode[], source: string): ValueType | null {
  const options = allTypes(parts, source);
  return options && { kind: 'union', options };
}

function allTypes(parts: readonly ExpressionNode[], source: string): readonly ValueType[] | null {
  const types = parts.map((part) => readAnyType(part, source));
  return types.every((type) => type !== null) ? types : null;
}

const WORDS = ['', 'a', 'abc', 'Hello World', 'level', '12', 'aab b', '(()) ()', '1, 2, 3', 'x_y-Z!'];
const MOST_ITEMS = 5;

/** A small value of a type. */
export function makeValue(type: ValueType, random: Random): PythonValue {
  switch (type.kind) {
    case 'int':
      return { kind: 'int', value: BigInt(random.below(15) - (random.chance(0.3) ? 10 : 0)) };
    case 'float':
      return { kind: 'float', value: (random.below(200) - 50) / 8 };
    case 'text':
      return { kind: 'text', value: random.pick(WORDS) };
    case 'bool':
      return { kind: 'bool', value: random.chance(0.5) };
    case 'none':
      return NONE;
    case 'list':
      return { kind: 'list', items: several(random, () => makeValue(type.item, random)) };
    case 'set':
      return { kind: 'set', items: uniqueValues(several(random, () => makeValue(type.item, random))) };
    case 'tuple':
      return { kind: 'tuple', items: type.items.map((item) => makeValue(item, random)) };
    case 'dict': {
      const keys = uniqueValues(several(random, () => makeValue(type.key, random)));
      return { kind: 'dict', entries: keys.map((key) => [key, makeValue(type.value, random)]) };
    }
    case 'union':
      return makeValue(random.pick(type.options), random);
  }
}

function several(random: Random, make: () => PythonValue): PythonValue[] {
  return Array.from({ length: random.below(MOST_ITEMS + 1) }, make);
}

function uniqueValues(values: readonly PythonValue[]): PythonValue[] {
  return [...new Map(values.map((value) => [printValue(value), value])).values()];
}
