import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();
const BENCH = ['bench', '-b', 'tasks.yaml', ...SCRIPTED] as const;
const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

test('help fits 80 columns, names every option of the issue, and goes to standard output', async () => {
  const helps = await Promise.all(
    [[], ['solve'], ['bench'], ['runs'], ['export'], ['score'], ['check'], ['doctor'], ['models'], ['pull']].map(
      (words) => place.run([...words, '--help']),
    ),
  );
  for (const { code, stdout, stderr } of helps) {
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    );
    assert.match(stdout, /--data <folder>.*--json.*--debug/s);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  }
  const bench = helps[2]?.stdout ?? '';
  const options = 'benchmark limit tasks repeats seed slots parallel timeout out skip-preflight preflight-only';
  const models = 'model generator refiner analyzer iterations pipeline feedback repair';
  for (const name of `${options} ${models}`.split(' ')) assert.match(bench, new RegExp(`--${name}\\b`));
});

test('wrong options are refused in one line with exit code 2', async () => {
  const model = ['--model', 'scripted/script.yaml'];
  const wrong: [readonly string[], RegExp][] = [
    [['nope'], /unknown command 'nope'/],
    [['solve'], /missing required argument 'task'/],
    [['bench'], /required option '-b, --benchmark/],
    [['bench', '-b', 'tasks.yaml'], /nothing to measure: give --model M/],
    [[...BENCH, '--limit', '0'], /'--limit <n>' argument '0' is invalid\. expected a whole number of 1 or more/],
    [[...BENCH, '--seed', 'x'], /expected a whole number of 0 or more/],
    [[...BENCH, '--timeout', '1e9'], /expected seconds above 0/],
    [[...BENCH, ...model, ...model], /scripted\/script\.yaml is given twice/],
    [
      [...BENCH, '--generator', 'starter/s', '--refiner', 'starter/s'],
      /give --generator and --refiner, or --model, or --pipeline/,
    ],
    [
      ['bench', '--benchmark', 'starter', '--pipeline', 'redraw', '--drafts', '2'],
      /--drafts does not go with --pipeline; write drafts into the pipeline file/,
    ],
    [['solve', 'task.md', ...model, '-m', 'starter/s'], /solve runs one pipeline: give --model or --pipeline once/],
    [[...BENCH, '--temperature', '3'], /expected a temperature from 0 to 2/],
    [[...BENCH, '--feedback', 'examples,much'], /expected tests\|examples\|none/],
    [[...BENCH, '--repair', 'magic'], /--repair: expected all, none or a list of/],
    [[...BENCH, '--tasks', 'zzz*'], /"zzz\*" matches no task; ids look like double.* \(--tasks PATTERN\)/],
    [['bench', '-b', 'humanevl', ...model], /did you mean humaneval\?/],
    [['bench', '-b', 'empty', ...model], /empty: expected a task file that ends in/],
    [['bench', '-b', 'tasks.yaml', '-p', 'nope'], /no pipeline file or preset "nope"; presets: .*champion/],
    [['bench', '-b', 'tasks.yaml', '-p', 'champion', '-p', 'champion'], /two pipelines are named "champion"/],
    [['bench', '-b', 'tasks.yaml', '--preflight-only', '--skip-preflight'], /leave nothing to do/],
    [['bench', '-b', 'humaneval', '--preflight-only', '--data', ''], /expected a path, got none/],
    [['solve', 'task.md', '--generator', 'scripted/script.yaml'], /--generator and --refiner belong together/],
    [['solve', 'task.md', '--model', 'llama'], /no model is called "llama" here; .*provider\/name such as ollama\//],
    [['solve', 'task.md', '--model', 'openai/x'], /OPENAI_BASE_URL/],
    [['solve', 'empty', ...model], /the task is empty/],
    [['solve', '.', ...model], /\. is a folder, not a file/],
  ];
  await mapConcurrently(wrong, 2, async ([words, expected]) => {
    const { code, stdout, stderr } = await place.run(words, { env: { OPENAI_BASE_URL: undefined } });
    assert.match(stderr, expected);
    assert.ok(stderr.trim().split('\n').length <= 2, stderr);
    assert.equal(stdout, '');
    assert.equal(code, 2);
  });
});

test('help of a command that there is not is an error too', async () => {
  for (const words of [
    ['nope', '--help'],
    ['--ledger', 'x.db', 'nope', '-h'],
  ]) {
    const { code, stdout, stderr } = await place.run(words);
    assert.match(stderr, /^error: unknown command 'nope'/);
    assert.deepEqual([code, stdout], [2, '']);
  }
  assert.equal((await place.run(['help'])).code, 0);
});

test('with --json a refusal is one JSON value that names its kind, and its line is on standard error', async () => {
  const wrong: [readonly string[], string, RegExp][] = [
    [['nope'], 'refused', /^unknown command 'nope'/],
    [['bench', '-b', 'tasks.yaml'], 'refused', /^nothing to measure: give --model M/],
    [['export', 'last', '--ledger', 'none.db'], 'refused', /^there is no ledger none\.db; /],
    [[...BENCH, '--model'], 'refused', /argument missing/],
    [['bench', '-b', 'tasks.yaml', '--model', 'ollama/x'], 'fault', /refused the connection; start it/],
  ];
  for (const [words, kind, message] of wrong) {
    const { code, stdout, stderr } = await place.run([...words, '--json']);
    const { version, error } = JSON.parse(stdout);
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.notEqual(stderr, '');
    assert.equal(code, 2);
  }
});

test('an unreadable file is refused with the reason', {
  skip: process.getuid?.() === 0 && 'root reads every file',
}, async () => {
  place.write('secret.md', 'Write f(x).');
  spawnSync('chmod', ['000', join(place.path, 'secret.md')]);
  const { code, stderr } = await place.run(['solve', 'secret.md', ...SCRIPTED]);
  assert.match(stderr, /secret\.md cannot be read \(EACCES\)/);
  assert.equal(code, 2);
});

test('--data works in front of the command and behind it, GREENLOOP_DATA without it', async () => {
  mkdirSync(join(place.path, 'data'));
  const words = ['bench', '-b', 'mbpp', '--preflight-only'];
  const runs = [
    await place.run(['--data', 'data', ...words]),
    await place.run([...words, '--data', 'data']),
    await place.run(words, { env: { GREENLOOP_DATA: 'data' } }),
  ];
  for (const { code, stderr } of runs) {
    assert.match(
      stderr,
      /^greenloop: data\/mbpp\/sanitized-mbpp\.json does not exist; put https:.* there \(sha256 ca95/,
    );
    assert.equal(code, 2);
  }
});

test('--debug shows where an error came from', async () => {
  const { code, stderr } = await place.run(['solve', 'missing.md', '--debug']);
  assert.match(stderr, /^Refusal: missing\.md does not exist\n {4}at /);
  assert.match(stderr, /caused by Error: ENOENT/);
  assert.equal(code, 2);
});

test('a reader that goes away ends nothing and shows no stack', async () => {
  const closeOutput = (child: ChildProcess) => {
    child.stdout?.destroy();
  };
  const bench = await place.runAlone([...BENCH, '--out', 'unread'], { onStart: closeOutput });
  assert.match(bench.stderr, /^preflight: .*\nrun \S+, files: unread\n$/);
  assert.equal(bench.code, 0);
  const help = await place.runAlone(['--help'], { onStart: closeOutput });
  assert.deepEqual([help.code, help.stderr], [0, '']);
  const closeErrors = (child: ChildProcess) => {
    child.stderr?.destroy();
  };
  const deaf = await place.runAlone(['solve', 'task.md', ...SCRIPTED], { onStart: closeErrors });
  assert.equal(deaf.stdout, 'def double(x):\n    return x * 2\n');
  assert.equal(deaf.code, 0);
});

test('a full disk under standard output is said, with exit code 2', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, stderr } = await place.runAlone([...BENCH, '--out', 'kept'], { stdout: full });
  closeSync(full);
  assert.match(stderr, /files: kept\ngreenloop: cannot write to standard output: the disk is full\n$/);
  assert.equal(code, 2);
  assert.equal(place.rows('kept/samples.jsonl').length, 3);
});

test('works from another folder and without a home', async () => {
  mkdirSync(join(place.path, 'below'));
  const env = { HOME: undefined, XDG_CONFIG_HOME: join(place.path, 'none') };
  const { code, stdout } = await place.run(['solve', '../task.md', '--model', 'scripted/../script.yaml'], {
    cwd: 'below',
    env,
  });
  assert.equal(stdout, 'def double(x):\n    return x * 2\n');
  assert.equal(code, 0);
});

/** Runs in a terminal of 80 columns, as script(1) makes one, and gives back all that it was sent. */
function inTerminal(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const quoted = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(' ');
  const command = `stty cols 80 rows 24; exec ${quoted}`;
  const options = {
    cwd: place.path,
    env: { ...place.environment(), TERM: 'xterm', ...env },
    encoding: 'utf8',
  } as const;
  return spawnSync('script', ['-qec', command, '/dev/null'], { ...options, input: '' });
}

const skip = spawnSync('script', ['--version']).error !== undefined && 'script(1) is not here';

test('a terminal gets moving lines, with NO_COLOR plain ones', { skip }, () => {
  const live = inTerminal([...BENCH, '--out', 'live']);
  assert.equal(live.status, 0);
  assert.match(live.stdout, /✔.* trials 3\/3, /);
  assert.ok(!live.stdout.includes('\u001b[?25l'), 'the cursor stays');
  const plain = inTerminal([...BENCH, '--out', 'plain'], { NO_COLOR: '1' });
  assert.equal(plain.status, 0);
  assertNoControls(plain.stdout.replaceAll('\r\n', '\n'));
});

test('code that could take control of a terminal is shown to one with escapes', { skip }, () => {
  place.write('escape.yaml', JSON.stringify([{ text: 'def double(x):\n\treturn 2 * x # \u001b[2J\u202e\n' }]));
  const { stdout, status } = inTerminal(['solve', 'task.md', '--model', 'scripted/escape.yaml']);
  assert.match(stdout, /\treturn 2 \* x # \\u\{1b\}\[2J\\u\{202e\}\r\n/);
  assert.equal(status, 0);
});

test('an error is one line, whatever the task file puts into it', async () => {
  const id = 'evil\n\u001b[2J\u202e';
  place.write(
    'evil.jsonl',
    `${JSON.stringify({ id, prompt: 'Write f(x).', entry_point: 'f', tests: 'assert f(1)' })}\n`,
  );
  const { code, stderr } = await place.run(['bench', '-b', 'evil.jsonl', ...SCRIPTED, '--tasks', 'none']);
  assert.match(stderr, /^greenloop: .*ids look like evil\\u\{a\}\\u\{1b\}\[2J\\u\{202e\} \(--tasks PATTERN\)\n$/);
  assert.equal(code, 2);
});
