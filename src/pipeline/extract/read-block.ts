import { type PythonModule, readModule, readValidModule } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { type AnswerBlock, withoutBlankEdges } from './answer-block.ts';
import { findCodeLines } from './code-lines.ts';
import { readProgramPart } from './program-part.ts';
import { isBody, Rank, rankOf } from './rank.ts';
import { readings, withoutMarkers, withPlainCharacters } from './readings.ts';

/** A block as far as it is Python, and what it is worth as an answer. */
export interface ReadBlock {
  readonly code: string;
  readonly origin: AnswerBlock['origin'];
  readonly module: PythonModule;
  readonly rank: number;
}

/** Longer blocks are cut at a line: no function of a small model is that long, and hostile text must not cost seconds. */
export const LONGEST_BLOCK = 32_000;
const MOST_CHARACTERS = 128_000;
const MOST_BLOCKS = 60;
/** Text that does not parse is read several ways: of an answer's broken blocks only so many characters are looked into. */
const MOST_BROKEN_CHARACTERS = 16_000;

/** How many characters of broken text may still be looked into. */
export interface Allowance {
  broken: number;
}

export function newAllowance(): Allowance {
  return { broken: MOST_BROKEN_CHARACTERS };
}

/** Reads the blocks of an answer that are not blank, up to some number and length. */
export function readBlocks(blocks: readonly AnswerBlock[], prompt: TaskPrompt): ReadBlock[] {
  let left = MOST_CHARACTERS;
  const allowance = newAllowance();
  return fewOf(blocks.filter(({ text }) => text.trim() !== '')).flatMap(({ text, origin }) => {
    const code = withoutBlankEdges(cutAtLine(text, Math.min(LONGEST_BLOCK, left)));
    left -= code.length;
    return code === '' ? [] : [readBlock({ text: code, origin }, prompt, allowance)];
  });
}

/** Reads one block: as it is, or without what is no code in it where that makes it parse. */
export function readBlock({ text, origin }: AnswerBlock, prompt: TaskPrompt, allowance: Allowance): ReadBlock {
  const whole = readValidModule(text);
  if (whole !== null) return blockOf(whole, origin, prompt);
  const broken = readBroken(text, allowance);
  const part = readParts(broken.source, origin)
    .map((module) => blockOf(module, origin, prompt))
    .find(({ rank }) => rank >= Rank.madeEntryPoint || (rank === Rank.otherFunction && origin === 'lines'));
  const block = part ??
    bodyOf(text, origin, prompt) ?? { code: text, origin, module: broken, rank: rankOf(broken, prompt) };
  if (origin !== 'open-fence' || part !== undefined) return block;
  const runs = fewOf(findCodeLines(text)).map((run) => readBlock(run, prompt, allowance));
  return bestOf([block, ...runs])!;
}

/** The first reading of a fenced text that is the body of the prompt's signature, or null. */
function bodyOf(text: string, origin: AnswerBlock['origin'], prompt: TaskPrompt): ReadBlock | null {
  const isFenced = origin === 'fence' || origin === 'open-fence';
  if (prompt.form !== 'signature' || !isFenced || text.length > MOST_BROKEN_CHARACTERS) return null;
  const code = [...new Set(readings(text))].map(withoutBlankEdges).find(isBody);
  return code === undefined ? null : { code, origin, module: readModule(code), rank: Rank.body };
}

/** The lines of a text that are code, if they define the entry point. */
export function readCodeBetweenProse(text: string, prompt: TaskPrompt): ReadBlock[] {
  if (text.length > MOST_BROKEN_CHARACTERS) return [];
  const parts = [...new Set(readings(text))].map(readProgramPart).filter((module) => module !== null);
  return parts.map((module) => blockOf(module, 'lines', prompt)).filter(({ rank }) => rank >= Rank.madeEntryPoint);
}

function blockOf(module: PythonModule, origin: AnswerBlock['origin'], prompt: TaskPrompt): ReadBlock {
  return { code: module.source, origin, module, rank: rankOf(module, prompt) };
}

/**
 * What the readings of a broken text make: first what parses as it is but for typographic characters, then, of less than a whole
 * answer, the largest part of it, then all other readings, and at last their parts.
 */
function readParts(text: string, origin: AnswerBlock['origin']): PythonModule[] {
  const texts = [...new Set([...readings(text)].map(withoutBlankEdges))];
  const isWhole = origin === 'whole';
  const largest = isWhole ? [] : [readValidModule(withPlainCharacters(text)), readLargestPart(text)];
  const parts = isWhole ? [] : [...texts.map(readProgramPart), ...texts.map(readBeginning)];
  return [...largest, ...texts.map(readValidModule), ...parts].filter(
    (module) => module !== null && module.statements.length > 0,
  ) as PythonModule[];
}

/** With the characters and marks as they are, which strings may hold, or without: whichever leaves the most statements. */
function readLargestPart(text: string): PythonModule | null {
  const parts = [text, withPlainCharacters(text), withoutMarkers(text)].map(readProgramPart);
  return parts.reduce((best, part) => ((part?.statements.length ?? 0) > (best?.statements.length ?? 0) ? part : best));
}

/** As far as the allowance goes. */
function readBroken(text: string, allowance: Allowance): PythonModule {
  const part = text.slice(0, allowance.broken);
  allowance.broken -= part.length;
  const module = readModule(part);
  return module.errors.length > 0 ? module : { ...module, errors: [part.length] };
}

/** The statements before prose or a broken example that was taken for code, if a function or a class is among them. */
function readBeginning(text: string): PythonModule | null {
  const module = readModule(text);
  const error = module.errors[0] ?? text.length;
  const kept = module.statements.filter(({ to }) => to < error);
  const next = module.statements[kept.length];
  const isCutOff = next !== undefined && /^(?:@|def\b|async\b|class\b)/.test(next.text);
  if (isCutOff || !kept.some(({ kind }) => kind === 'function' || kind === 'class')) return null;
  const end = kept.at(-1)!.to;
  const isInBody = /^[^\n]*\n(?:[ \t]*\n)*[ \t]+\S/.test(text.slice(end));
  return isInBody ? null : readValidModule(text.slice(0, end));
}

/** The last of those worth most, pieces of others left out. */
export function bestOf(blocks: readonly ReadBlock[]): ReadBlock | null {
  return blocks.reduce<ReadBlock | null>(
    (best, block) => (best === null || (block.rank >= best.rank && !isPieceOf(block, best)) ? block : best),
    null,
  );
}

/** True for the beginning of a function that goes on in another block: an explanation repeats it so. */
function isPieceOf({ code }: ReadBlock, { code: other }: ReadBlock): boolean {
  const lines = code.split('\n');
  while (/^(?:#.*|\.\.\.|pass|)$/.test(lines.at(-1)?.trim() ?? 'none')) lines.pop();
  const piece = `${lines.join('\n')}\n`;
  const at = other.indexOf(piece);
  const rest = other.slice(at + piece.length).replace(/^\n+/, '');
  return at >= 0 && /^[ \t]+\S/.test(rest);
}

/** The first and the last blocks where there are too many to read. */
function fewOf(blocks: readonly AnswerBlock[]): readonly AnswerBlock[] {
  if (blocks.length <= MOST_BLOCKS) return blocks;
  return [...blocks.slice(0, MOST_BLOCKS / 2), ...blocks.slice(-MOST_BLOCKS / 2)];
}

function cutAtLine(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.lastIndexOf('\n', length);
  return text.slice(0, Math.max(end, 0));
}
