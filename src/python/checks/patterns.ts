import { decodeString } from '../string-literals.ts';
import type {
  ExpressionNode,
  MappingPattern,
  MatchNode,
  OperationNode,
  PatternNode,
  SequencePattern,
} from '../tree/tree.ts';

/** Offsets of what CPython's compiler refuses in the patterns of a `match`. */
export function patternErrors({ cases }: MatchNode, source: string): number[] {
  const check = new PatternCheck(source);
  cases.forEach(({ pattern, guard }, at) => {
    const names = check.names(pattern, guard !== null || at === cases.length - 1);
    if (new Set(names).size < names.length) check.errors.push(pattern.from);
  });
  return check.errors;
}

class PatternCheck {
  readonly errors: number[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** The names that a pattern binds; what always matches is an error where others are to be tried after it. */
  names(pattern: PatternNode, mayAlwaysMatch: boolean): string[] {
    switch (pattern.kind) {
      case 'value-pattern':
        return [];
      case 'capture-pattern':
        if (!mayAlwaysMatch) this.errors.push(pattern.from);
        return nameOf(pattern.name);
      case 'star-pattern':
        return nameOf(pattern.name);
      case 'as-pattern':
        return [...this.names(pattern.pattern, mayAlwaysMatch), pattern.name.name];
      case 'alternatives-pattern':
        return this.#alternatives(pattern.patterns, mayAlwaysMatch);
      case 'sequence-pattern':
        return this.#sequence(pattern);
      case 'mapping-pattern':
        return this.#mapping(pattern);
      case 'class-pattern':
        this.#refuseRepeated(
          pattern.keywords.map(({ name }) => name.name, pattern.from),
          pattern.from,
        );
        return [...pattern.positional, ...pattern.keywords.map((keyword) => keyword.pattern)].flatMap((part) =>
          this.names(part, true),
        );
    }
  }

  #alternatives(patterns: readonly PatternNode[], mayAlwaysMatch: boolean): string[] {
    const all = patterns.map((part, at) => this.names(part, mayAlwaysMatch && at === patterns.length - 1));
    const sets = all.map((names) => [...new Set(names)].sort().join(' '));
    if (sets.some((names) => names !== sets[0])) this.errors.push(patterns[0]!.from);
    return all[0]!;
  }

  #sequence({ elements, from }: SequencePattern): string[] {
    if (elements.filter(({ kind }) => kind === 'star-pattern').length > 1) this.errors.push(from);
    return elements.flatMap((element) => this.names(element, true));
  }

  #mapping({ entries, rest, from }: MappingPattern): string[] {
    this.#refuseRepeated(
      entries.map(({ key }) => this.#literal(key)).filter((key) => key !== null),
      from,
    );
    return [...entries.flatMap(({ pattern }) => this.names(pattern, true)), ...nameOf(rest)];
  }

  /** `-1`, or a complex number of two parts. */
  #signed(node: OperationNode): string {
    const [first, second] = node.operands.map((part) => this.#literal(part)!);
    const text = this.#source.slice(node.from, node.to);
    const real = text.startsWith('-') && first !== '0' ? `-${first}` : first!;
    if (second === undefined || second === '0') return real;
    const imaginary = /-[^-]*$/.test(text) && node.operands.length > 1 ? `-${second}` : second;
    return real === '0' ? imaginary : `${real} ${imaginary}`;
  }

  #refuseRepeated(keys: readonly string[], at: number): void {
    if (new Set(keys).size < keys.length) this.errors.push(at);
  }

  /** A text that two literals share where Python finds them equal; null for what is no literal. */
  #literal(key: ExpressionNode): string | null {
    if (key.kind === 'constant') return constantKey(key.type, this.#source.slice(key.from, key.to));
    if (key.kind === 'operation') return this.#signed(key);
    if (key.kind !== 'string') return null;
    const texts = key.literals.map(({ from, to }) => this.#source.slice(from, to));
    return `${key.type} ${texts.map((text) => decodeString(text) ?? text.replace(/^[^'"]*(?:'''|"""|['"])/, '').replace(/(?:'''|"""|['"])$/, '')).join('')}`;
  }
}

function nameOf(name: { readonly name: string } | null): string[] {
  return name === null ? [] : [name.name];
}

/** `1`, `1.0` and `True` are one key. */
function constantKey(type: string, text: string): string {
  if (type === 'True') return '1';
  if (type === 'False') return '0';
  if (type !== 'number') return type;
  const plain = text.replaceAll('_', '').toLowerCase();
  if (/^(?:\d+|0[xob][\da-f]+)$/.test(plain)) return `${BigInt(plain)}`;
  if (plain.endsWith('j')) return Number(plain.slice(0, -1)) === 0 ? '0' : `${Number(plain.slice(0, -1))}j`;
  const value = Number(plain);
  return Number.isSafeInteger(value) ? `${value}` : `${value} float`;
}
