import { definedClasses, definedFunctions, type FunctionDefinition } from '../python/definitions.ts';
import { freeNames } from '../python/imports.ts';
import { type PythonModule, parses, readModule, readValidModule } from '../python/python-module.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { type AnswerBlock, findCodeLines, splitFences } from './answer-blocks.ts';

/** Where in an answer the code was: nowhere, the answer is all code, a fence, several fences, between lines of prose. */
export type ExtractionWay = 'none' | 'whole' | 'fence' | 'joined' | 'lines';

export interface Extraction {
  /** Python source, or '' where the answer holds no code. */
  readonly code: string;
  readonly how: ExtractionWay;
}

/** Longer blocks are cut at a line: no function of a small model is that long, and hostile text must not cost seconds. */
const LONGEST_BLOCK = 32_000;
const MOST_CHARACTERS = 128_000;
const MOST_BLOCKS = 60;
/** Text that does not parse is slow to read: of an answer's broken blocks only so many characters are looked into. */
const MOST_BROKEN_CHARACTERS = 16_000;

/** Takes the Python code out of a model's raw answer: what parses and defines the entry point comes first. Never throws. */
export function extractCode(answer: string, prompt: TaskPrompt): Extraction {
  const text = answer.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const spoken = withoutThinking(text);
  const extraction = extractFrom(spoken, prompt);
  return extraction.how === 'none' && spoken !== text ? extractFrom(text, prompt) : extraction;
}

/** The answer after its last thought; a thought that is never ended leaves what stands before it. */
function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  const rest = end < 0 ? text : text.slice(end + '</think>'.length);
  const start = rest.indexOf('<think>');
  return start < 0 ? rest : rest.slice(0, start);
}

function extractFrom(text: string, prompt: TaskPrompt): Extraction {
  const { fenced, outside } = splitFences(text);
  const fences = readBlocks(fenced, prompt);
  const best = bestOf(fences);
  if (best !== null && best.rank >= Rank.entryPoint) return finish(best, fences);
  const whole = fenced.length === 0 ? readWhole(text, prompt) : null;
  if (whole !== null) return { code: whole.code, how: 'whole' };
  const lines = readBlocks(findCodeLines(outside), prompt);
  const all = [...fences, ...lines];
  const chosen = bestOf(all);
  return chosen === null ? { code: '', how: 'none' } : finish(chosen, all);
}

/** What a block is worth as an answer, the least first. */
const Rank = {
  broken: 0,
  statements: 1,
  body: 2,
  stub: 3,
  otherFunction: 4,
  brokenEntryPoint: 5,
  entryPoint: 6,
} as const;

interface ReadBlock {
  readonly code: string;
  readonly origin: AnswerBlock['origin'];
  readonly module: PythonModule;
  readonly rank: number;
}

function readBlocks(blocks: readonly AnswerBlock[], prompt: TaskPrompt): ReadBlock[] {
  let left = MOST_CHARACTERS;
  const allowance = { broken: MOST_BROKEN_CHARACTERS };
  return fewOf(blocks.filter(({ text }) => text.trim() !== '')).flatMap(({ text, origin }) => {
    const code = withoutBlankEdges(cutAtLine(text, Math.min(LONGEST_BLOCK, left)));
    left -= code.length;
    return code === '' ? [] : [readBlock({ text: code, origin }, prompt, allowance)];
  });
}

interface Allowance {
  broken: number;
}

function readBlock({ text, origin }: AnswerBlock, prompt: TaskPrompt, allowance: Allowance): ReadBlock {
  const valid = readValidModule(text) ?? readPlain(text);
  if (valid !== null) return { code: valid.source, origin, module: valid, rank: rankOf(valid, prompt) };
  const broken = readBroken(text, allowance);
  const part = origin === 'whole' ? null : readCleanPart(broken);
  const clean = part !== null && (origin === 'lines' || rankOf(part, prompt) === Rank.entryPoint) ? part : null;
  const module = clean ?? broken;
  const block = { code: clean?.source ?? text, origin, module, rank: rankOf(module, prompt) };
  if (origin !== 'open-fence') return block;
  const runs = fewOf(findCodeLines(text)).map((run) => readBlock(run, prompt, allowance));
  return bestOf([block, ...runs])!;
}

/** As far as the allowance goes. */
function readBroken(text: string, allowance: Allowance): PythonModule {
  const part = text.slice(0, allowance.broken);
  allowance.broken -= part.length;
  const module = readModule(part);
  return module.errors.length > 0 ? module : { ...module, errors: [part.length] };
}

/** The text without the typographic characters that word processors and web pages put in, where it then parses. */
function readPlain(text: string): PythonModule | null {
  const plain = withPlainCharacters(text);
  return plain === text ? null : readValidModule(plain);
}

function withPlainCharacters(code: string): string {
  return code
    .replace(/[\u00A0\u2007\u202F\u3000]/g, ' ')
    .replace(/[\u200B\u2060\uFEFF]/g, '')
    .replace(/[\u201C\u201D\u201E]/g, '"')
    .replace(/[\u2018\u2019\u201A]/g, "'");
}

/** The statements before prose or a broken example that was taken for code, if a function or a class is among them. */
function readCleanPart(module: PythonModule): PythonModule | null {
  const error = module.errors[0]!;
  const kept = module.statements.filter(({ to }) => to < error);
  const next = module.statements[kept.length];
  const isCutOff = next !== undefined && /^(?:@|def\b|async\b|class\b)/.test(next.text);
  if (isCutOff || !kept.some(({ kind }) => kind === 'function' || kind === 'class')) return null;
  return readValidModule(module.source.slice(0, kept.at(-1)!.to));
}

function rankOf(module: PythonModule, prompt: TaskPrompt): number {
  const functions = definedFunctions(module);
  const entry = functions.findLast(({ name }) => name === prompt.entryPoint);
  const hasParsed = module.errors.length === 0;
  if (entry !== undefined && !entry.isEmpty) return hasParsed ? Rank.entryPoint : Rank.brokenEntryPoint;
  if (hasParsed && module.statements.some(({ defines }) => defines.includes(prompt.entryPoint))) {
    return entry === undefined ? Rank.entryPoint : Rank.stub;
  }
  if (hasParsed && (functions.some(isWritten) || definedClasses(module).length > 0)) return Rank.otherFunction;
  if (prompt.form === 'signature' && isBody(module.source)) return Rank.body;
  return hasParsed && module.statements.length > 0 ? Rank.statements : Rank.broken;
}

function isWritten(definition: FunctionDefinition): boolean {
  return !definition.isEmpty;
}

/** True for statements of a function body: they do something, and parse under a `def`. */
export function isBody(code: string): boolean {
  return (
    /^\s*(?:return|yield|raise)\b|^[^#\n]*[\w\])]\s*[-+*/%|&^]?=\s*\S/m.test(code) &&
    parses(`def _():\n${indented(code)}`)
  );
}

function indented(code: string): string {
  return /^[ \t]+\S/.test(code) ? code : code.replace(/^(?=.)/gm, '    ');
}

/** The whole answer, or the indented lines that it begins with (a completion of the prompt's signature), as code. */
function readWhole(text: string, prompt: TaskPrompt): ReadBlock | null {
  const code = withoutBlankEdges(text);
  if (code === '' || code.length > LONGEST_BLOCK) return null;
  const allowance = { broken: MOST_BROKEN_CHARACTERS };
  const block = readBlock({ text: code, origin: 'whole' }, prompt, allowance);
  const isComplete = block.module.errors.length === 0 && block.rank >= Rank.stub;
  if (isComplete || block.rank === Rank.body) return block;
  const begin = /^(?:[ \t]+\S[^\n]*(?:\n|$)|[ \t]*\n)+/.exec(code)?.[0].trimEnd();
  if (begin === undefined || prompt.form !== 'signature') return null;
  const body = readBlock({ text: begin, origin: 'whole' }, prompt, allowance);
  return body.rank === Rank.body ? body : null;
}

/** The last of those worth most. */
function bestOf(blocks: readonly ReadBlock[]): ReadBlock | null {
  return blocks.reduce<ReadBlock | null>(
    (best, block) => (best === null || block.rank >= best.rank ? block : best),
    null,
  );
}

function finish(chosen: ReadBlock, blocks: readonly ReadBlock[]): Extraction {
  const missing = complements(chosen, blocks);
  const how = chosen.origin === 'lines' ? 'lines' : 'fence';
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

/** Without blank lines before and blanks after; the first line's own indentation stays. */
function withoutBlankEdges(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}
