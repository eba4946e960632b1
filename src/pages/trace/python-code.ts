import { html } from 'hono/html';
import { type DiffLine, lineDiff } from '../../base/line-diff.ts';
import { readTokens } from '../../python/lexer/lexer.ts';
import { Token } from '../../python/lexer/token.ts';
import type { Html } from '../document.ts';
import { shownLines } from '../shown.ts';

/** In characters; longer programs are shown without colours. */
const MOST_COLOURED = 100_000;
/** Unchanged lines around a change. */
const CONTEXT = 3;

/** A Python program with coloured tokens and numbered lines. */
export function codeBlock(source: string): Html {
  const lines = codeLines(source).map((line) => html`<span class="line">${line}${'\n'}</span>`);
  return html`<pre class="code numbered" tabindex="0"><code>${lines}</code></pre>`;
}

/** What changed from one program to another, with coloured tokens; longer parts that stay are left out. */
export function diffBlock(before: string, after: string): Html {
  const diff = lineDiff(shownLines(before), shownLines(after));
  if (diff.every(({ sign }) => sign === ' ')) return html`<p class="quiet">The program is unchanged.</p>`;
  const [old, own] = [codeLines(before), codeLines(after)];
  const place = { old: 0, own: 0 };
  const isShown = nearChanges(diff);
  const lines = diff.map(({ sign }, index) => {
    const line = sign === '-' ? old[place.old] : own[place.own];
    if (sign !== '+') place.old += 1;
    if (sign !== '-') place.own += 1;
    if (isShown[index]) return diffLine(sign, line);
    return index === 0 || isShown[index - 1] ? html`<span class="line skipped">…${'\n'}</span>` : '';
  });
  return html`<pre class="code diff" tabindex="0"><code>${lines}</code></pre>`;
}

const SIGN_CLASSES = { ' ': 'line', '+': 'line added', '-': 'line removed' } as const;

function diffLine(sign: DiffLine['sign'], line: readonly Html[] | undefined): Html {
  return html`<span class="${SIGN_CLASSES[sign]}"><span class="sign">${sign} </span>${line ?? ''}${'\n'}</span>`;
}

function nearChanges(diff: readonly DiffLine[]): boolean[] {
  return diff.map((_, index) =>
    diff.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
}

interface Piece {
  readonly kind: string | null;
  readonly text: string;
}

/** The lines of a program, each as its pieces; one that ends with a line end has no empty line after it. */
function codeLines(source: string): Html[][] {
  const text = shownLines(source).replace(/\n$/, '');
  const lines: Html[][] = [[]];
  for (const { kind, text: piece } of text.length > MOST_COLOURED ? [{ kind: null, text }] : piecesOf(text)) {
    for (const [index, part] of piece.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push(kind === null ? html`${part}` : html`<span class="${kind}">${part}</span>`);
    }
  }
  return lines;
}

/** The whole text in pieces that have one colour each. */
function piecesOf(text: string): Piece[] {
  const { count, kinds, starts, ends } = readTokens(text);
  const pieces: Piece[] = [];
  let [at, before] = [0, -1];
  for (let index = 0; index < count; index += 1) {
    const [kind = 0, start = 0, end = 0] = [kinds[index], starts[index], ends[index]];
    if (kind < Token.broken || start < at || end <= start) continue;
    pieces.push(...gapPieces(text.slice(at, start)));
    pieces.push({ kind: colourOf(kind, before), text: text.slice(start, end) });
    [at, before] = [end, kind];
  }
  return [...pieces, ...gapPieces(text.slice(at))];
}

/** What stands between tokens: layout and comments. */
function gapPieces(gap: string): Piece[] {
  const parts = gap.split(/(#[^\n]*)/);
  return parts.map((text) => ({ kind: text.startsWith('#') ? 'comment' : null, text }));
}

const STRINGS: ReadonlySet<number> = new Set([Token.string, Token.formatStart, Token.formatText, Token.formatEnd]);
const WORD_OPERATORS: ReadonlySet<number> = new Set([
  ...[Token.false, Token.none, Token.true, Token.await, Token.lambda, Token.not, Token.and, Token.or],
  ...[Token.in, Token.is],
]);

function colourOf(kind: number, before: number): string | null {
  if (STRINGS.has(kind)) return 'string';
  if (kind === Token.number) return 'number';
  if (kind >= Token.as || WORD_OPERATORS.has(kind)) return 'keyword';
  const isDefined = kind === Token.name && (before === Token.def || before === Token.class);
  return isDefined ? 'defined' : null;
}
