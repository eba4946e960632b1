// Runs in the child.
import type { AddonModel, Token } from './llama-addon.ts';

/** Attributes of tokens, as bits (enum llama_token_attr). */
const UNKNOWN = 1;
const CONTROL = 8;
const USER_DEFINED = 16;

const PROBE = 'x != y\n\t€';
const byteLevel = new WeakMap<AddonModel, boolean>();

/**
 * The text of tokens, without control tokens. Of a byte-level vocabulary it is put together here: llama.cpp's own text of several
 * tokens loses the space of ` !=`, ` .5` or `' ,'`, which it takes for one before punctuation.
 */
export function tokenText(model: AddonModel, tokens: readonly Token[]): string {
  return isByteLevel(model) ? bytesText(model, tokens) : model.detokenize(Uint32Array.from(tokens));
}

/** What a text goes on with: the first `kept` characters of what is known of it stay, and `text` follows. */
export interface Piece {
  readonly kept: number;
  readonly text: string;
}

/** The text of tokens that come one after the other: all pieces together are what `tokenText` gives for all tokens. */
export interface GrowingText {
  /** What is known with these tokens; later ones may take some of it back. */
  add(tokens: readonly Token[]): Piece;
  end(): Piece;
}

/** Begins the text of an answer. */
export function growText(model: AddonModel): GrowingText {
  return isByteLevel(model) ? growBytes(model) : growWhole(model);
}

function growBytes(model: AddonModel): GrowingText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let known = 0;
  const piece = (text: string): Piece => {
    const kept = known;
    known += text.length;
    return { kept, text };
  };
  return {
    add: (tokens) => piece(decoder.decode(bytesOfAll(model, tokens), { stream: true })),
    end: () => piece(decoder.decode()),
  };
}

/** For vocabularies that spell a token otherwise beside others. */
function growWhole(model: AddonModel): GrowingText {
  const all: Token[] = [];
  let known = '';
  const grow = (tokens: readonly Token[]): Piece => {
    all.push(...tokens);
    const whole = tokenText(model, all);
    const kept = commonLength(whole, known);
    known = whole;
    return { kept, text: whole.slice(kept) };
  };
  return { add: grow, end: () => grow([]) };
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

/** Whether the vocabulary spells bytes as GPT-2 does: seen by the spelling itself, since llama.cpp has one number for several kinds. */
function isByteLevel(model: AddonModel): boolean {
  const known = byteLevel.get(model) ?? bytesText(model, [...model.tokenize(PROBE, false)]) === PROBE;
  byteLevel.set(model, known);
  return known;
}

function bytesText(model: AddonModel, tokens: readonly Token[]): string {
  return bytesOfAll(model, tokens).toString('utf8');
}

function bytesOfAll(model: AddonModel, tokens: readonly Token[]): Buffer {
  return Buffer.concat(tokens.map((token) => bytesOf(model, token)));
}

function bytesOf(model: AddonModel, token: Token): Buffer {
  const attributes = model.getTokenAttributes(token);
  if (attributes & (CONTROL | UNKNOWN)) return Buffer.alloc(0);
  const text = model.getTokenString(token) ?? '';
  if (attributes & USER_DEFINED) return Buffer.from(text);
  return Buffer.concat([...text].map((letter) => BYTES.get(letter) ?? Buffer.from(letter)));
}

/** The letters by which byte-level vocabularies spell bytes: GPT-2's, printable bytes as themselves, the others from U+0100 on. */
const BYTES = new Map(byteLetters());

function byteLetters(): [string, Buffer][] {
  const isItself = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 0x100 }, (_, byte) => [
    String.fromCodePoint(isItself(byte) ? byte : next++),
    Buffer.of(byte),
  ]);
}
