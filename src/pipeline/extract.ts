import { freeNames } from '../python/imports.ts';
import { type PythonModule, readModule } from '../python/python-module.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { withoutBlankEdges } from './extract/answer-block.ts';
import { findCodeLines } from './extract/code-lines.ts';
import { splitFences } from './extract/fences.ts';
import { cutIdleWords } from './extract/idle-words.ts';
import { Rank } from './extract/rank.ts';
import {
  bestOf,
  LONGEST_BLOCK,
  newAllowance,
  type ReadBlock,
  readBlock,
  readBlocks,
  readCodeBetweenProse,
} from './extract/read-block.ts';
import { beforeStopToken, trimStopTokens } from './extract/stop-tokens.ts';

/** Where in an answer the code was: nowhere, the answer is all code, a fence, several fences, between lines of prose. */
export type ExtractionWay = 'none' | 'whole' | 'fence' | 'joined' | 'lines';

export interface Extraction {
  /** Python source, or '' where the answer holds no code. */
  readonly code: string;
  readonly how: ExtractionWay;
}

/**
 * Takes the Python code out of a model's raw answer: the largest part that parses and defines the entry point. What does not
 * parse, or cannot be code, is cut; a definition never is. Never throws.
 */
export function extractCode(answer: string, prompt: TaskPrompt): Extraction {
  const text = trimStopTokens(answer.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
  const spoken = withoutThinking(text);
  const found = extractTurn(spoken, prompt) ?? (spoken === text ? null : extractTurn(text, prompt));
  if (found === null) return { code: '', how: 'none' };
  return { code: cutIdleWords(found.code, prompt), how: found.how };
}

/** The answer after its last thought; a thought that is never ended leaves what stands before it. */
function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  const rest = end < 0 ? text : text.slice(end + '</think>'.length);
  const start = rest.indexOf('<think>');
  return start < 0 ? rest : rest.slice(0, start);
}

/** Of an answer that goes on after a stop token with turns of its own, the first one, if the entry point is there. */
function extractTurn(text: string, prompt: TaskPrompt): Extraction | null {
  const turn = beforeStopToken(text);
  const first = turn === null ? null : findProgram(turn.trimEnd(), prompt);
  const isWhole = first !== null && first.chosen.rank >= Rank.madeEntryPoint;
  const found = isWhole ? first : findProgram(text, prompt);
  return found === null ? null : finish(found);
}

/** The block that was chosen, and those that may complete it. */
interface Found {
  readonly chosen: ReadBlock;
  readonly blocks: readonly ReadBlock[];
}

function findProgram(text: string, prompt: TaskPrompt): Found | null {
  const { fenced, outside } = splitFences(text);
  const fences = readBlocks(fenced, prompt);
  const best = bestOf(fences);
  if (best !== null && best.rank >= Rank.madeEntryPoint) return { chosen: best, blocks: fences };
  const whole = fenced.length === 0 ? readWhole(text, prompt) : null;
  if (whole !== null) return { chosen: whole, blocks: [] };
  const blocks = [...fences, ...readBlocks(findCodeLines(outside), prompt)];
  const chosen = bestOf(blocks);
  if (chosen !== null && chosen.rank >= Rank.madeEntryPoint) return { chosen, blocks };
  const between = readCodeBetweenProse(outside, prompt)[0] ?? chosen;
  return between === null ? null : { chosen: between, blocks };
}

/** The whole answer, or the indented lines that it begins with (a completion of the prompt's signature), as code. */
function readWhole(text: string, prompt: TaskPrompt): ReadBlock | null {
  const code = withoutBlankEdges(text);
  if (code === '' || code.length > LONGEST_BLOCK) return null;
  const block = readBlock({ text: code, origin: 'whole' }, prompt, newAllowance());
  const isComplete = block.module.errors.length === 0 && block.rank >= Rank.stub;
  if (isComplete || block.rank === Rank.body) return block;
  const begin = /^(?:[ \t]+\S[^\n]*(?:\n|$)|[ \t]*\n)+/.exec(code)?.[0].trimEnd();
  if (begin === undefined || prompt.form !== 'signature') return null;
  const body = readBlock({ text: begin, origin: 'whole' }, prompt, newAllowance());
  return body.rank === Rank.body ? body : null;
}

function finish({ chosen, blocks }: Found): Extraction {
  const how = chosen.origin === 'lines' || chosen.origin === 'whole' ? chosen.origin : 'fence';
  const missing = complements(chosen, blocks);
  if (missing.length === 0) return { code: chosen.code, how };
  return { code: `${missing.join('\n\n')}\n\n${chosen.code}`, how: 'joined' };
}

/** Statements of other blocks that define names which the chosen block uses and does not have, and what those need. */
function complements(chosen: ReadBlock, blocks: readonly ReadBlock[]): string[] {
  if (chosen.module.errors.length > 0) return [];
  const others = blocks.filter((block) => block !== chosen && block.module.errors.length === 0);
  const wanted = freeNames(chosen.module);
  const found = new Map<string, string>();
  for (let at = 0; at < wanted.length && at < 200; at += 1) {
    const text = others.map((block) => definitionOf(wanted[at]!, block.module)).findLast((text) => text !== null);
    if (text === undefined || text === null || [...found.values()].includes(text)) continue;
    found.set(wanted[at]!, text);
    wanted.push(...freeNames(readModule(text)).filter((name) => !wanted.includes(name)));
  }
  const texts = [...found.values()].reverse();
  return [...texts.filter(isImport), ...texts.filter((text) => !isImport(text))];
}

function definitionOf(name: string, module: PythonModule): string | null {
  const kinds = ['function', 'class', 'import', 'assignment'];
  return (
    module.statements.findLast(({ kind, defines }) => kinds.includes(kind) && defines.includes(name))?.text ?? null
  );
}

function isImport(text: string): boolean {
  return /^(?:import|from)\b/.test(text);
}
