import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parsePool, poolSchema } from '../../src/evolve/pool.ts';
import { STRATEGY_NAMES } from '../../src/evolve/strategies.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { readTaskFile } from '../../src/tasks/benchmarks/own-file/task-file.ts';
import { readTestProgram } from '../../src/tasks/test-program.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { serversSchema } from '../../src/wiring/server-list.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Workplace } from '../cli/cli.ts';

const root = join(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root });

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function blocks(page: string, language: string): string[] {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, body]) => body ?? '',
  );
}

test('every local link of the documentation leads somewhere', () => {
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target]) => join(dirname(page), target ?? ''))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${page} -> ${target}`),
  );
  assert.deepEqual(dead, []);
});

test('every link to a heading of the documentation leads to one', () => {
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
      .map(([, file, anchor]) => ({ target: file ? join(dirname(page), file) : page, anchor: anchor ?? '' }))
      .filter(({ target, anchor }) => !anchorsOf(target).includes(anchor))
      .map(({ target, anchor }) => `${page} -> ${target}#${anchor}`),
  );
  assert.deepEqual(dead, []);
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every local link of a page that the package holds leads to a file that it holds', async () => {
  const pack = await promisify(execFile)('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: root });
  const packed: string[] = JSON.parse(pack.stdout)[0].files.map(({ path }: { path: string }) => path);
  const dead = packed
    .filter((file) => file.endsWith('.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target]) => join(dirname(page), target ?? '').replace(/\/$/, ''))
        .filter((target) => !packed.some((file) => file === target || file.startsWith(`${target}/`)))
        .map((target) => `${page} -> ${target}`),
    );
  assert.ok(packed.includes('docs/serve.md'));
  assert.deepEqual(dead, []);
});

test('every pipeline of the documentation parses', () => {
  const found = ['README.md', 'docs/pipelines.md'].flatMap((page) => blocks(page, 'yaml').map((text) => [page, text]));
  assert.ok(found.length >= 3);
  for (const [page, text] of found) assert.ok(parsePipeline(parse(text ?? ''), page ?? '').name);
});

test('the servers of the documentation are ones', () => {
  const lists = ['docs/models.md', 'docs/configuration.md'].flatMap((page) =>
    blocks(page, 'yaml').map((text) => parse(text)),
  );
  const servers = lists.flatMap((file) => serversSchema(true).parse(file.servers ?? []));
  assert.deepEqual(
    servers.map(({ name, keyVariable }) => [name, keyVariable]),
    [
      ['desk', null],
      ['box2', null],
      ['desk', null],
      ['rack', 'RACK_KEY'],
    ],
  );
});

test('the pool of the documentation is one with every field at its default', () => {
  const [text = ''] = blocks('docs/evolve.md', 'yaml');
  const pool = parse(text);
  assert.deepEqual(parsePool(pool, 'docs/evolve.md'), parsePool({ models: pool.models }, 'defaults'));
  const fields = Object.keys(poolSchema.shape).filter((field) => field !== '$schema');
  assert.deepEqual(Object.keys(pool), fields);
  assert.deepEqual(parsePool(pool, 'docs/evolve.md'), { ...pool, models: parsePool(pool, 'docs/evolve.md').models });
});

test('every strategy is in the documentation', () => {
  const named = [...read('docs/evolve.md').matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
  assert.deepEqual(named, STRATEGY_NAMES);
});

test('the task file of the documentation loads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-docs-'));
  try {
    const path = join(folder, 'tasks.yaml');
    writeFileSync(path, blocks('docs/task-files.md', 'yaml').join('\n'));
    assert.equal(readTaskFile(path).tasks[0]?.prompt.examples.length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the test file of the documentation tests what it says', async () => {
  const sandbox = await openSandbox(readSettings(), 1);
  try {
    const tests = readTestProgram(blocks('docs/sandbox.md', 'python').join('\n'), { candidateStem: 'second_largest' });
    const code =
      'def second_largest(numbers):\n    rest = set(numbers) - {max(numbers)}\n    return max(rest, default=None)\n';
    const request = {
      code,
      context: '',
      entryPoint: 'second_largest',
      tests,
      timeoutSeconds: 60,
      report: 'all',
    } as const;
    const { kind, checksPassed, testedBy } = await sandbox.run(request);
    assert.deepEqual([kind, checksPassed], ['passed', 2]);
    assert.notEqual(testedBy, 'judge');
  } finally {
    await sandbox.close();
  }
});

test('the program of the page on the library runs and says what the page does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-docs-'));
  try {
    const index = pathToFileURL(join(root, 'src', 'index.ts')).href;
    const program = join(folder, 'page.mts');
    writeFileSync(program, blocks('docs/library.md', 'ts').join('\n').replaceAll("'greenloop'", `'${index}'`));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: folder });
    assert.match(stdout, /^passed \[ 'failed', 'passed' \]\n\[ 'solo: 0', 'repair: 1' \]\npage: 1 task x 2 repeats/);
    assert.match(
      stdout,
      /^repair passed\n.*^complete 4\n\[ \[ 'solo', \[ 0, 0 \] \], \[ 'repair', \[ 1, 1 \] \] \]$/ms,
    );
    assert.match(stdout, /^def double\(x\):\n {4}return 2 \* x$.*^\d+ calls\n1 \d\nmend the input: page: /ms);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const place = new Workplace();

test('the script of the page on scripts is solved and checked with its cases', async () => {
  const [task = ''] = blocks('docs/scripts.md', 'text');
  const [cases = ''] = blocks('docs/scripts.md', 'yaml');
  place.write('sums.md', task);
  place.write('cases.yaml', cases);
  const right = 'import sys\nfor line in sys.stdin:\n    print(sum(map(int, line.split())))\n';
  const wrong = 'import sys\nprint(sum(map(int, sys.stdin.read().split())))\n';
  place.write('sums.yaml', JSON.stringify([wrong, right, right].map((text, attempt) => ({ attempt, text }))));
  const solved = await place.run(['solve', 'sums.md', '--model', 'scripted/sums.yaml', '-o', 'sums.py']);
  const [, told = ''] = /^`(the input .*)`\.$/m.exec(read('docs/scripts.md')) ?? [];
  assert.ok(told !== '' && solved.stderr.includes(told), solved.stderr);
  const checked = await place.run(['check', 'sums.py', '--tests', 'cases.yaml']);
  assert.match(checked.stdout, /^passed: sums\.py\nAll checks passed \(2\)/);
});

test('the project of the page on solving in place is solved by its command, with its patch', async () => {
  const [source = '', tests = ''] = blocks('docs/solve-in-place.md', 'python');
  const [patch = ''] = blocks('docs/solve-in-place.md', 'diff');
  for (const folder of ['src', 'tests']) mkdirSync(join(place.path, 'page', folder), { recursive: true });
  place.write('page/pyproject.toml', '');
  place.write('page/src/text.py', source);
  place.write('page/tests/test_text.py', tests);
  const body = patch
    .split('\n')
    .find((line) => line.startsWith('+ '))!
    .slice(1);
  place.write('answer.yaml', JSON.stringify([{ text: `def slugify(text: str) -> str:\n${body}\n` }]));
  const command = blocks('docs/solve-in-place.md', 'sh')[1]!.trim();
  const [, where = '', tested = ''] = /^greenloop solve (\S+) --test "(.*)"$/.exec(command) ?? [];
  const words = ['solve', where, '--test', tested, '--model', 'scripted/../answer.yaml'];
  const { code, stdout, stderr } = await place.run(words, { cwd: 'page' });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, patch);
});

test('every command line of the documentation has a command and options that exist', async () => {
  const commands = ['README.md', ...globSync('docs/*.md', { cwd: root })].flatMap(commandsOf);
  assert.ok(commands.length >= 60);
  const names = [...new Set(commands.map(({ words: [name = ''] }) => name))];
  const help = new Map(await Promise.all(names.map(async (name) => [name, await helpOf(name)] as const)));
  for (const { page, words } of commands) {
    const [name = '', ...others] = words;
    assert.notEqual(help.get(name), '', `${page}: ${name}`);
    for (const flag of others.filter((word) => /^--?[a-z]/.test(word))) {
      assert.match(help.get(name) ?? '', new RegExp(`^ +(?:-., )?${flag}\\b`, 'm'), `${page}: ${name} ${flag}`);
    }
  }
});

/** The command lines of a page, in its blocks and its sentences, as words without quoted ones. */
function commandsOf(page: string): { page: string; words: string[] }[] {
  const shell = blocks(page, 'sh').join('').split('\n');
  const inline = [...read(page).matchAll(/`(greenloop [a-z][^`\n]+)`/g)].map(([, line]) => line ?? '');
  return [...shell, ...inline]
    .filter((line) => line.startsWith('greenloop '))
    .map((line) => ({ page, words: wordsOf(line).slice(1) }));
}

function wordsOf(line: string): string[] {
  return line
    .replace(/ # .*| \| .*/, '')
    .replace(/"[^"]*"/g, '""')
    .split(' ');
}

test('the clients of the documentation start the MCP server with options that exist', async () => {
  const help = await helpOf('mcp');
  const [json = ''] = blocks('docs/mcp.md', 'json');
  const [toml = ''] = blocks('docs/mcp.md', 'toml');
  const [shell = ''] = blocks('docs/mcp.md', 'sh');
  const { command, args } = JSON.parse(json).mcpServers.greenloop;
  assert.deepEqual([command, args[0]], ['greenloop', 'mcp']);
  assert.ok(toml.includes(`command = "${command}"\nargs = ${JSON.stringify(args).replaceAll(',', ', ')}\n`));
  assert.ok(shell.includes(` -- ${[command, ...args].join(' ')}\n`));
  for (const flag of args.filter((word: string) => word.startsWith('-'))) assert.match(help, new RegExp(`${flag}\\b`));
});

async function helpOf(command: string): Promise<string> {
  return (await place.run([command, '--help'])).stdout;
}
