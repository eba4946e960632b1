import { freeNames } from '../python/imports.ts';
import { readModule } from '../python/python-module.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { complements } from './extract/complements.ts';
import { type FoundProgram, findProgram, isProgram } from './extract/find-program.ts';
import { cutIdleWords } from './extract/idle-words.ts';
import { beforeStopTokens, hasStopToken, trimStopTokens } from './extract/stop-tokens.ts';
import { hasThoughtMark, withoutThoughts } from './extract/thoughts.ts';

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
  const text = trimStopTokens(answer.replaceAll('\uFEFF', '').replace(/\r\n?/g, '\n'));
  const found = findSpoken(text, prompt);
  if (found === null) return { code: '', how: 'none' };
  const { code, how } = finish(found, prompt);
  return { code: cutIdleWords(code, prompt), how };
}

/** The program of the first turn of an answer without its thoughts; of more of the answer where there is none. */
function findSpoken(text: string, prompt: TaskPrompt): FoundProgram | null {
  const all = findProgram(text, prompt);
  if (all !== null && holdsMarks(all)) return all;
  const spoken = withoutThoughts(text);
  const turns = beforeStopTokens(spoken).map((turn) => findProgram(turn, prompt));
  const rest = spoken === text ? all : findProgram(spoken, prompt);
  const found = [...turns, rest, all].find((one) => one != null && isProgram(one.chosen));
  return found ?? rest ?? all;
}

/** True for a program in whose strings or comments marks of thoughts or turns stand: these are no marks then. */
function holdsMarks({ chosen }: FoundProgram): boolean {
  const { code, module } = chosen;
  return isProgram(chosen) && (hasThoughtMark(code) || hasStopToken(code, freeNames(module)));
}

function finish({ chosen, blocks }: FoundProgram, { others = [] }: TaskPrompt): Extraction {
  const how = chosen.origin === 'lines' || chosen.origin === 'whole' ? chosen.origin : 'fence';
  const missing = complements(chosen, blocks, others);
  if (missing.length === 0) return { code: chosen.code, how };
  const defined = new Set(chosen.module.statements.flatMap(({ defines }) => defines));
  const needsChosen = (text: string) => freeNames(readModule(text)).some((name) => defined.has(name));
  const parts = [...missing.filter((text) => !needsChosen(text)), chosen.code, ...missing.filter(needsChosen)];
  return { code: parts.join('\n\n'), how: 'joined' };
}
