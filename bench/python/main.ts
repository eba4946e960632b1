// How fast Python is read: node bench/python/main.ts [--rounds N] [--json]
// The modules of the standard library of /usr/bin/python3, by our parser and in the same run by CPython's own ast.parse and compile.
// Broken text is the same library with one character of every 40th line taken out.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readTokens } from '../../src/python/lexer/lexer.ts';
import { parse } from '../../src/python/parser/parse.ts';
import { readModule } from '../../src/python/python-module.ts';
import { formatTable } from '../format-table.ts';

const PYTHON = '/usr/bin/python3';
const CPYTHON = `
import ast, json, sys, time
texts, rounds = json.load(sys.stdin)
def seconds(read):
    start = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - start
ways = {'ast.parse': ast.parse, 'compile': lambda text: compile(text, 'text', 'exec', dont_inherit=True)}
json.dump({name: [seconds(read) for _ in range(rounds)] for name, read in ways.items()}, sys.stdout)
`;

interface Figures {
  readonly way: string;
  /** Processor seconds of the first round, which pays for compilation by the engine, and of the fastest. */
  readonly first: number;
  readonly fastest: number;
  readonly megabytesPerSecond: number;
  /** Time in relation to CPython's ast.parse. */
  readonly ratio: number;
}

const { values: options } = parseArgs({ options: { rounds: { type: 'string' }, json: { type: 'boolean' } } });
const rounds = Number(options.rounds ?? 5);
const texts = libraryTexts();
const characters = texts.reduce((sum, text) => sum + text.length, 0);

function libraryTexts(): string[] {
  const run = spawnSync(PYTHON, ['-c', "import sysconfig; print(sysconfig.get_path('stdlib'))"], { encoding: 'utf8' });
  return globSync(join(run.stdout.trim(), '*.py')).map((file) => readFileSync(file, 'utf8'));
}

function breakLines(text: string): string {
  return text
    .split('\n')
    .map((line, at) => (at % 40 === 39 ? line.replace(/[^\s]/, '') : line))
    .join('\n');
}

function measure(read: (text: string) => unknown, given = texts): number[] {
  return Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (const text of given) read(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
}

function measureCPython(): Record<string, number[]> {
  const input = JSON.stringify([texts, rounds]);
  const run = spawnSync(PYTHON, ['-W', 'ignore', '-c', CPYTHON], { input, encoding: 'utf8' });
  return JSON.parse(run.stdout) as Record<string, number[]>;
}

const measured: Record<string, number[]> = {
  'readModule: tree, names and errors': measure(readModule),
  'parse: the tree': measure(parse),
  'readTokens: the tokens': measure(readTokens),
  'readModule of broken text': measure(readModule, texts.map(breakLines)),
  ...measureCPython(),
};
const reference = Math.min(...measured['ast.parse']!);
const figures = Object.entries(measured).map(([way, seconds]): Figures => {
  const fastest = Math.min(...seconds);
  return {
    way,
    first: seconds[0]!,
    fastest,
    megabytesPerSecond: characters / 1e6 / fastest,
    ratio: fastest / reference,
  };
});

if (options.json === true) process.stdout.write(`${JSON.stringify({ files: texts.length, characters, figures })}\n`);
else {
  const rows = figures.map(({ way, first, fastest, megabytesPerSecond, ratio }) => [
    way,
    first.toFixed(2),
    fastest.toFixed(2),
    megabytesPerSecond.toFixed(1),
    ratio.toFixed(2),
  ]);
  process.stdout.write(`${texts.length} files, ${(characters / 1e6).toFixed(1)} MB; processor seconds\n`);
  process.stdout.write(`${formatTable(['way', 'first', 'fastest', 'MB/s', 'of ast.parse'], rows)}\n`);
}
