import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { mutated } from './mutate.ts';
import { PARSERS, type Parser, runParser } from './parsers.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
/** An input of at most 100,000 characters that takes longer on any machine is caught in a loop. */
const HUNG_MS = 30_000;

/** Inputs that once went wrong, by parser. */
export function readCorpus(name: string): string[] {
  return globSync(`${name}/*.txt`, { cwd: CORPUS })
    .sort()
    .map((file) => readFileSync(join(CORPUS, file), 'utf8'));
}

/** What went wrong, in words that lead to it again; the shrunk input is in the corpus from then on. */
export interface Finding {
  readonly parser: string;
  readonly seed: number;
  readonly file: string;
  readonly error: string;
}

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly onInput?: (parser: string, text: string) => void;
}

/** Tries all parsers in turn for so many seconds in all. */
export function fuzz({ seconds, seed, onInput }: FuzzOptions): {
  readonly inputs: number;
  readonly findings: Finding[];
} {
  const findings = new Map<string, Finding>();
  const end = performance.now() + seconds * 1000;
  let inputs = 0;
  for (let round = 0; performance.now() < end; round += 1) {
    for (const parser of PARSERS) {
      if (performance.now() >= end || findings.has(parser.name)) continue;
      const finding = tryParser(parser, seed + round, (text) => {
        inputs += 1;
        onInput?.(parser.name, text);
      });
      if (finding !== null) findings.set(parser.name, finding);
    }
  }
  return { inputs, findings: [...findings.values()] };
}

function tryParser(parser: Parser, seed: number, onInput: (text: string) => void): Finding | null {
  const property = fc.property(mutated([...parser.seeds, ...readCorpus(parser.name)]), (text) => {
    onInput(text);
    runParser(parser, text);
  });
  const { failed, counterexample, errorInstance } = fc.check(property, { seed, numRuns: 40 });
  if (!failed || counterexample === null) return null;
  return { parser: parser.name, seed, file: keep(parser.name, counterexample[0]), error: String(errorInstance) };
}

/** Puts an input into the corpus. */
function keep(name: string, text: string): string {
  const file = join(CORPUS, name, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.txt`);
  mkdirSync(join(CORPUS, name), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** `npm run fuzz -- --seconds 30`, `--minutes 60`, `--seed 7`. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seconds: text, minutes: text, seed: text } });
  const seconds = values.minutes === undefined ? Number(values.seconds ?? 30) : 60 * Number(values.minutes);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed}, ${seconds} s, ${PARSERS.length} parsers`);
  const worker = new Worker(new URL(import.meta.url), { workerData: { seconds, seed } });
  let [last, under] = [performance.now(), { parser: '', text: '' }];
  const watch = setInterval(() => {
    if (under.parser === '' || performance.now() - last < HUNG_MS) return;
    console.log(`${under.parser} hangs (seed ${seed}): ${keep(under.parser, under.text)}`);
    process.exit(1);
  }, 1000);
  worker.on('message', (message) => {
    last = performance.now();
    if ('text' in message) under = message;
    else report(message);
  });
  worker.on('exit', () => clearInterval(watch));
}

function report({ inputs, findings }: ReturnType<typeof fuzz>): void {
  for (const { parser, seed, file, error } of findings) console.log(`${parser} (seed ${seed}): ${file}\n${error}\n`);
  console.log(`${inputs} inputs, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}

if (import.meta.main && isMainThread) await main();
else if (!isMainThread && workerData !== null && 'seconds' in workerData) {
  const onInput = (parser: string, text: string) => parentPort?.postMessage({ parser, text });
  parentPort?.postMessage(fuzz({ ...workerData, onInput }));
}
