import { Refusal } from '../../../base/errors.ts';
import { parseJson } from '../../../base/json-lines.ts';

/**
 * The fields of one JSON object as the raw text of their values, unparsed: big integers, NaN and the difference between
 * 1 and 1.0 survive for Python to read.
 */
export function readRawFields(text: string, place: string): ReadonlyMap<string, string> {
  const scanner = new RawJson(text, place);
  const fields = new Map<string, string>();
  scanner.expect('{');
  for (let more = !scanner.take('}'); more; more = scanner.separator('}')) {
    const name = String(parseJson(scanner.value(), place));
    scanner.expect(':');
    fields.set(name, scanner.value());
  }
  scanner.end();
  return fields;
}

/** The raw texts of the elements of one JSON array. */
export function readRawElements(text: string, place: string): readonly string[] {
  const scanner = new RawJson(text, place);
  const elements: string[] = [];
  scanner.expect('[');
  for (let more = !scanner.take(']'); more; more = scanner.separator(']')) elements.push(scanner.value());
  scanner.end();
  return elements;
}

class RawJson {
  readonly #text: string;
  readonly #place: string;
  #at = 0;

  constructor(text: string, place: string) {
    this.#text = text;
    this.#place = place;
  }

  take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  expect(character: string): void {
    if (!this.take(character)) this.#refuse(`'${character}'`);
  }

  /** True at a comma, false at the closing bracket. */
  separator(closing: string): boolean {
    if (this.take(',')) return true;
    if (this.take(closing)) return false;
    return this.#refuse(`',' or '${closing}'`);
  }

  value(): string {
    this.#skipSpace();
    const start = this.#at;
    const first = this.#text[start];
    if (first === '"') this.#skipString();
    else if (first === '[' || first === '{') this.#skipNested();
    else this.#skipScalar();
    return this.#text.slice(start, this.#at);
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#refuse('nothing more');
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #skipScalar(): void {
    const match = /[^\s,:[\]{}"]+/y;
    match.lastIndex = this.#at;
    const scalar = match.exec(this.#text);
    if (scalar === null) this.#refuse('a value');
    this.#at += scalar![0].length;
  }

  #skipNested(): void {
    let depth = 0;
    do {
      const character = this.#text[this.#at];
      if (character === undefined) this.#refuse('a closing bracket');
      if (character === '"') {
        this.#skipString();
        continue;
      }
      if (character === '[' || character === '{') depth += 1;
      if (character === ']' || character === '}') depth -= 1;
      this.#at += 1;
    } while (depth > 0);
  }

  #skipString(): void {
    let closing = this.#at;
    do closing = this.#text.indexOf('"', closing + 1);
    while (closing !== -1 && this.#isEscaped(closing));
    if (closing === -1) this.#refuse('a closing quote');
    this.#at = closing + 1;
  }

  #isEscaped(quote: number): boolean {
    let backslashes = 0;
    while (this.#text[quote - 1 - backslashes] === '\\') backslashes += 1;
    return backslashes % 2 === 1;
  }

  #refuse(expected: string): never {
    const found = this.#text.slice(this.#at, this.#at + 30);
    throw new Refusal(`${this.#place}: broken JSON, expected ${expected}, got ${JSON.stringify(found)}`);
  }
}
