import type { Random } from '../../statistics/random.ts';
import {
  type PythonDict,
  type PythonEntry,
  type PythonSequence,
  type PythonValue,
  printValue,
  withParts,
} from './python-value.ts';

/** Values that were seen in the inputs of a task, by their kind; a mutation may take another of the same kind. */
export type SeenValues = ReadonlyMap<PythonValue['kind'], readonly PythonValue[]>;

const SEEN_CHANCE = 0.15;
/** Whole numbers beyond it are not made ten times as large: programs that count up to their argument would not end. */
const LARGEST_GROWN = 20n;

/** All values in some inputs, also those inside of others. */
export function seenValues(values: readonly PythonValue[]): SeenValues {
  const unique = new Map(values.flatMap(withParts).map((value) => [`${value.kind} ${printValue(value)}`, value]));
  return Map.groupBy(unique.values(), ({ kind }) => kind);
}

/**
 * A value of the same type that is a little different, as the type-aware mutation of EvalPlus makes it (Liu et al. 2023, table 1). What is
 * no literal stays as it is, and so does None.
 */
export function mutateValue(value: PythonValue, seen: SeenValues, random: Random): PythonValue {
  const alike = seen.get(value.kind) ?? [];
  if (alike.length > 1 && random.chance(SEEN_CHANCE)) return random.pick(alike);
  switch (value.kind) {
    case 'int':
      return { kind: 'int', value: mutateInteger(value.value, random) };
    case 'float':
      return { kind: 'float', value: mutateFloat(value.value, random) };
    case 'bool':
      return { kind: 'bool', value: !value.value };
    case 'text':
      return { kind: 'text', value: mutateText(value.value, seen, random) };
    case 'list':
    case 'tuple':
    case 'set':
      return mutateSequence(value, seen, random);
    case 'dict':
      return mutateDict(value, seen, random);
    default:
      return value;
  }
}

function mutateInteger(value: bigint, random: Random): bigint {
  const grown = value > LARGEST_GROWN || value < -LARGEST_GROWN ? value : value * 10n + BigInt(random.below(10));
  const small = BigInt(random.below(10));
  return random.pick([value + 1n, value + 1n, value - 1n, value - 1n, small, small, grown, 0n, -value]);
}

function mutateFloat(value: number, random: Random): number {
  const moved = Math.round((value + 2 * random.uniform() - 1) * 100) / 100;
  return random.pick([value + 1, value - 1, moved, moved, -value, 0, value * 10]);
}

/** Removes, doubles or inserts a character, changes its case, shuffles all, takes a piece of another text, or leaves nothing. */
function mutateText(value: string, seen: SeenValues, random: Random): string {
  const characters = [...value];
  const others = (seen.get('text') ?? []).flatMap((other) => (other.kind === 'text' ? [...other.value] : []));
  const at = random.below(characters.length + 1);
  const [before, here, after] = [characters.slice(0, at), characters[at] ?? '', characters.slice(at + 1)];
  const inserted = others.length > 0 ? random.pick(others) : 'a';
  const ways: readonly (() => string[])[] = [
    () => [...before, ...after],
    () => [...before, here, here, ...after],
    () => [...before, inserted, here, ...after],
    () => [...before, inserted, ...after],
    () => [...before, swapCase(here), ...after],
    () => random.shuffled(characters),
    () => [...characters, ...pieceOf(others, random)],
    () => pieceOf(others, random),
    () => [],
  ];
  return random.pick(ways)().join('');
}

function swapCase(character: string): string {
  return character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
}

function pieceOf(characters: readonly string[], random: Random): string[] {
  const start = random.below(characters.length + 1);
  return characters.slice(start, start + 1 + random.below(8));
}

function mutateSequence(value: PythonSequence, seen: SeenValues, random: Random): PythonSequence {
  const items = mutateItems(value.items, (item) => mutateValue(item, seen, random), random, value.kind === 'tuple');
  return { kind: value.kind, items: value.kind === 'set' ? uniqueBy(items, (item) => item) : items };
}

function mutateDict({ entries }: PythonDict, seen: SeenValues, random: Random): PythonDict {
  const mutateEntry = ([key, value]: PythonEntry): PythonEntry =>
    random.chance(0.5) ? [mutateValue(key, seen, random), value] : [key, mutateValue(value, seen, random)];
  return { kind: 'dict', entries: uniqueBy(mutateItems(entries, mutateEntry, random, false), ([key]) => key) };
}

/** Changes one item, removes, doubles or inserts one, shuffles all, or leaves none; where the number of items means something mostly the first. */
function mutateItems<Item>(
  items: readonly Item[],
  mutate: (item: Item) => Item,
  random: Random,
  keepsLength: boolean,
): readonly Item[] {
  if (items.length === 0) return items;
  const at = random.below(items.length);
  const item = items[at] as Item;
  const change = () => items.with(at, mutate(item));
  if (keepsLength && random.chance(0.7)) return change();
  const ways: readonly (() => readonly Item[])[] = [
    change,
    change,
    change,
    () => items.toSpliced(at, 1),
    () => items.toSpliced(at, 0, item),
    () => items.toSpliced(random.below(items.length + 1), 0, mutate(item)),
    () => random.shuffled(items),
    () => [],
  ];
  return random.pick(ways)();
}

function uniqueBy<Item>(items: readonly Item[], key: (item: Item) => PythonValue): Item[] {
  return [...new Map(items.map((item) => [printValue(key(item)), item])).values()];
}
