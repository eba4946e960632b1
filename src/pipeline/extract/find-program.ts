import { parses } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { type AnswerBlock, withoutBlankEdges } from './answer-block.ts';
import { findCodeLines } from './code-lines.ts';
import { splitFences } from './fences.ts';
import { Rank } from './rank.ts';
import {
  bestOf,
  LONGEST_BLOCK,
  newAllowance,
  type ReadBlock,
  readBlock,
  readBlocks,
  readCodeBetweenProse,
} from './read-block.ts';

/** The block of an answer that was chosen as its program, and all blocks, which may complete it. */
export interface FoundProgram {
  readonly chosen: ReadBlock;
  readonly blocks: readonly ReadBlock[];
}

/** Finds the program of an answer: all of it, the best of its fenced blocks, of its runs of code lines, of its inline code; or null. */
export function findProgram(text: string, prompt: TaskPrompt): FoundProgram | null {
  const { fenced, careful, outside } = splitFences(text);
  const whole = readWhole(text, fenced.length > 0, prompt);
  if (whole !== null) return { chosen: whole, blocks: [] };
  const fences = [...readBlocks(fenced, prompt), ...(fenced.length > 0 ? readUncut(text, careful, prompt) : [])];
  const best = bestOf(fences);
  if (best !== null && isProgram(best)) return { chosen: best, blocks: fences };
  const blocks = [...fences, ...readBlocks(findCodeLines(outside), prompt)];
  const chosen = bestOf(blocks);
  if (chosen !== null && isProgram(chosen)) return { chosen, blocks };
  const other = readCodeBetweenProse(outside, prompt)[0] ?? readInlineCode(outside, prompt) ?? chosen;
  return other === null ? null : { chosen: other, blocks };
}

/** True for a block that parses and makes the entry point. */
export function isProgram({ rank }: ReadBlock): boolean {
  return rank >= Rank.madeEntryPoint;
}

/** The whole answer, or the indented lines that it begins with (a completion of the prompt's signature), as code. */
function readWhole(text: string, hasFences: boolean, prompt: TaskPrompt): ReadBlock | null {
  const code = withoutBlankEdges(text);
  if (code === '' || code.length > LONGEST_BLOCK) return null;
  if (hasFences) return readProgramAsItIs(code, prompt);
  const block = readBlock({ text: code, origin: 'whole' }, prompt, newAllowance());
  const isComplete = block.module.errors.length === 0 && block.rank >= Rank.stub;
  if (isComplete || block.rank === Rank.body) return block;
  const begin = /^(?:[ \t]+\S[^\n]*(?:\n|$)|[ \t]*\n)+/.exec(code)?.[0].trimEnd();
  if (begin === undefined || prompt.form !== 'signature') return null;
  const body = readBlock({ text: begin, origin: 'whole' }, prompt, newAllowance());
  return body.rank === Rank.body ? body : null;
}

/** A text in whose strings and comments all fences stand. */
function readProgramAsItIs(code: string, prompt: TaskPrompt): ReadBlock | null {
  if (!parses(code)) return null;
  const block = readBlock({ text: code, origin: 'whole' }, prompt, newAllowance());
  return isProgram(block) ? block : null;
}

/** Programs, fenced or not, in whose strings and comments fences stand. */
function readUncut(text: string, careful: readonly AnswerBlock[], prompt: TaskPrompt): ReadBlock[] {
  const lines = findCodeLines(text).filter((block) => /```|~~~/.test(block.text));
  return readBlocks([...lines, ...careful], prompt).filter(isProgram);
}

/** Code of one line between backticks in a sentence. */
function readInlineCode(text: string, prompt: TaskPrompt): ReadBlock | null {
  const spans = [...text.matchAll(/(?<!`)`([^`\n]{8,400})`(?!`)/g)].map(([, code = '']) => code);
  const blocks = readBlocks(
    spans.map((code): AnswerBlock => ({ text: code, origin: 'lines' })),
    prompt,
  );
  return bestOf(blocks.filter(isProgram));
}
