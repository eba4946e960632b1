import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { assertNoControls, Workplace } from './cli.ts';
import type { Ended } from './cli-hosts.ts';

const place = new Workplace();
const ollama = new OllamaStub();
const SLOTS = 2;
/** More of them, such as 50, for a longer search. */
const KILLS = Number(process.env.GREENLOOP_TEST_KILLS ?? 1);
const TASKS = 12;
let onCall: (calls: number) => void = () => {};
let calls = 0;

/** `add3(x)` is x + 3; a program that is wrong adds one more. */
function task(number: number) {
  const body = `    return x + ${number}\n`;
  const stub = `def add${number}(x):\n    """Adds ${number}.\n\n    >>> add${number}(1)\n    ${number + 1}\n    """\n`;
  const tests = `assert add${number}(1) == ${number + 1}\nassert add${number}(5) == ${number + 5}\n`;
  return { id: `add/${number}`, prompt: stub, entry_point: `add${number}`, tests, reference: stub + body };
}

before(async () => {
  await ollama.start();
  ollama.models = ['clever:1b', 'simple:1b', 'chatty:1b', 'hasty:1b'];
  place.write('adds.yaml', JSON.stringify(Array.from({ length: TASKS }, (_, number) => task(number))));
  place.write('few.yaml', JSON.stringify(Array.from({ length: 7 }, (_, number) => task(number))));
  // What is said depends on the request alone: `simple` drafts one of two right and repairs nothing, `clever` drafts three of four right
  // and repairs all, `chatty` is always right in many words, `hasty` eleven of twelve times.
  ollama.answer = ({ model, messages, options }) => {
    calls += 1;
    onCall(calls);
    const told = messages.map(({ content }) => content).join('\n');
    const number = Number(/add(\d+)/.exec(told)?.[1]);
    const isRepair = told.includes(`x + ${number + 1}`);
    const isRight = {
      'simple:1b': !isRepair && number % 2 > 0,
      'clever:1b': isRepair || number % 4 > 0,
      'chatty:1b': true,
      'hasty:1b': options.seed % 12 > 0,
    }[model];
    const comment = model === 'chatty:1b' ? `    # ${'many words '.repeat(40)}\n` : '';
    return `def add${number}(x):\n${comment}    return x + ${isRight ? number : number + 1}\n`;
  };
});
after(() => ollama.stop());
afterEach(() => {
  onCall = () => {};
});

const EVOLVE = ['evolve', '--strategy', 'race', '--benchmark', 'adds.yaml', '--slots', `${SLOTS}`, '--skip-preflight'];
const MODELS = ['--models', 'ollama/clever:1b,ollama/simple:1b'];
const SEARCH = [...EVOLVE, ...MODELS, '--budget-calls', '100'];

function run(words: readonly string[], onStart?: (child: ChildProcess) => void): Promise<Ended> {
  const env = { OLLAMA_HOST: ollama.url };
  return onStart === undefined ? place.run(words, { env }) : place.runAlone(words, { env, onStart });
}

/** What is left of a report without what time alone decides. */
function lasting(text: string): unknown {
  return JSON.parse(text, (key, value) => (key === 'seconds' || key === 'out' ? undefined : value));
}

interface Whole extends Ended {
  readonly report: unknown;
  readonly calls: number;
  readonly milliseconds: number;
  readonly search: unknown;
}
let whole: Promise<Whole> | undefined;

/** A search that nothing interrupts, once for all tests. */
function wholeSearch(): Promise<Whole> {
  whole ??= (async () => {
    calls = 0;
    const start = performance.now();
    const ended = await run([...SEARCH, '--ledger', 'whole.db', '--out', 'whole']);
    assert.equal(ended.code, 0, ended.stderr);
    const [report, search] = ['report', 'search'].map((name) => lasting(place.read(`whole/${name}.json`)));
    return { ...ended, report, calls, milliseconds: performance.now() - start, search };
  })();
  return whole;
}

/** Goes on with a search that was cut off, and asserts that nothing tells it from one that was not. */
async function assertResumes(out: string): Promise<void> {
  const expected = await wholeSearch();
  const words = [...SEARCH, '--ledger', `${out}.db`, '--resume', '--out', out, '--json'];
  const { code, stdout, stderr } = await run(words);
  assert.equal(code, 0, stderr);
  assert.deepEqual(lasting(stdout), expected.report);
  assert.deepEqual(lasting(place.read(`${out}/search.json`)), expected.search);
  for (const file of ['champion.yaml', 'history.jsonl']) {
    assert.equal(place.read(`${out}/${file}`), place.read(`whole/${file}`), file);
  }
}

test('a search ends with a champion that bench accepts, and a table of what it says and what holds', async () => {
  const { stdout, stderr } = await wholeSearch();
  assert.match(stderr, /^tasks: 6 to search on, 3 to choose finalists by, 3 are held out, each run 3\ntimes$/m);
  assert.match(stderr, /^search: 80 calls, about 27 trials; how long/m);
  assert.match(stdout, /^adds\.yaml, 12 tasks: /);
  assert.match(stdout, /^race +\d+ +[\dkM.]+ +[\d.]+ \[\d+, \d+\] +[\d.]+ \[\d+, \d+\]$/m);
  assert.match(stdout, /^race +[\d.]+ \[\d+, \d+\] +[\d.]+ \[\d+, \d+\] +[+-][\d.]+ \[/m);
  for (const line of `${stdout}${stderr}`.split('\n'))
    assert.ok(line.length <= 80 || line.startsWith('to measure'), line);
  assert.match(stdout, /^On the held-out tasks$/m);
  for (const name of ['by race', 'ollama/clever:1b alone', 'ollama/simple:1b self-refine'])
    assert.match(stdout, new RegExp(`^${name} +[\\d.]+ \\[`, 'm'));
  const next = /^to measure the champion: greenloop (.+)$/m.exec(stderr)?.[1] ?? '';
  const bench = await run([...next.split(' '), '--out', 'b', '--json']);
  assert.equal(bench.code, 0, bench.stderr);
  const { pipelines, benchmark, warnings } = JSON.parse(bench.stdout);
  assert.deepEqual([pipelines[0].name, benchmark.tasks, warnings], ['champion', 3, undefined]);
  assert.ok(Array.isArray(JSON.parse(place.read('whole/pareto.json'))));
});

test('a champion that is measured on the tasks that chose it comes with a warning', async () => {
  await wholeSearch();
  const words = ['bench', '-b', 'adds.yaml', '--pipeline', 'whole/champion.yaml', '--out', 'chosen'];
  const { stdout, code } = await run(words);
  assert.match(
    stdout.replaceAll('\n', ' '),
    /^whole\/champion\.yaml was chosen on 9 of 12 tasks of this run, so its numbers are too high; --held-out whole takes the others/,
  );
  assert.equal(code, 0);
  const other = await run(['bench', '-b', 'few.yaml', '--pipeline', 'whole/champion.yaml', '--held-out', 'whole']);
  assert.match(
    other.stderr,
    /^greenloop: the search in whole used the benchmark adds\.yaml, which differs from this few\.yaml\n$/,
  );
  const none = await run(['bench', '-b', 'adds.yaml', '--pipeline', 'whole/champion.yaml', '--held-out', '.']);
  assert.match(none.stderr, /^greenloop: report\.json does not exist; give the folder of a finished search\n$/);
});

interface Report {
  readonly split: Readonly<Record<'search' | 'selection' | 'heldOut', readonly number[]>>;
  readonly found: readonly { readonly strategy: string; readonly spent: number }[];
  readonly heldOut: {
    readonly pipelines: readonly { readonly trials: number }[];
    readonly comparisons: readonly { readonly pipeline: string; readonly baseline: string }[];
  } | null;
}

test('the numbers of a report add up', async () => {
  const { split, found, heldOut } = (await wholeSearch()).report as Report;
  const places = [...split.search, ...split.selection, ...split.heldOut].sort((a, b) => a - b);
  assert.deepEqual(
    places,
    Array.from({ length: TASKS }, (_, index) => index),
  );
  const [{ spent } = { spent: 0 }, ...others] = found;
  assert.deepEqual(others, []);
  assert.ok(spent >= 60 && spent <= 110, `${spent}`);
  assert.equal(heldOut?.pipelines[0]?.trials, 9);
  assert.equal(place.rows('whole/history.jsonl').at(-1)?.spent, spent);
});

test('the same seed gives the same bytes', async () => {
  const { search } = await wholeSearch();
  await run([...SEARCH, '--ledger', 'same.db', '--out', 'same']);
  assert.deepEqual(lasting(place.read('same/search.json')), search);
  assert.equal(place.read('same/champion.yaml'), place.read('whole/champion.yaml'));
});

/** Runs the search until so many calls were made, and ends it then with a signal. */
async function cut(out: string, moment: number, signal: NodeJS.Signals, more: readonly string[] = []): Promise<Ended> {
  const ended = await run([...SEARCH, '--ledger', `${out}.db`, '--out', out, ...more], (child) => {
    onCall = (count) => {
      if (count === moment) child.kill(signal);
    };
  });
  onCall = () => {};
  return ended;
}

test('killed, then stopped by Ctrl-C, a search goes on to the same end, and asks no more than was in flight', async () => {
  const { calls: asked } = await wholeSearch();
  calls = 0;
  const killed = await cut('cut', Math.ceil(asked / 2), 'SIGKILL');
  assert.equal(killed.code, 137, killed.stderr);
  const stopped = await cut('cut', Math.ceil((3 * asked) / 4), 'SIGINT', ['--resume']);
  assert.deepEqual([stopped.code, stopped.stdout], [130, '']);
  assert.match(stopped.stderr, /^stopped; nothing is lost\.\nto continue: greenloop evolve .* --out cut.* --resume\n/m);
  await assertResumes('cut');
  assert.ok(calls <= asked + 2 * SLOTS, `${calls} calls instead of ${asked}`);
});

test('killed at any moment, a search goes on to the same end', async () => {
  const { milliseconds } = await wholeSearch();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const out = `any${kill}`;
    const words = [...SEARCH, '--ledger', `${out}.db`, '--out', out];
    const { code, stderr } = await run(words, (child) => {
      setTimeout(() => child.kill('SIGKILL'), milliseconds * Math.random());
    });
    assert.ok(code === 137 || code === 0, stderr);
    if (existsSync(join(place.path, out, 'search.json'))) await assertResumes(out);
    else assert.equal((await run(words)).code, 0);
  }
});

test('a server that breaks ends a search in one line, and it goes on when that is mended', async () => {
  const { calls: asked } = await wholeSearch();
  calls = 0;
  // The last call is of a held-out task.
  onCall = (count) => {
    if (count === asked - 1) ollama.faults.push({ kind: 'status', status: 400, body: '{"error":"out of order"}' });
  };
  const broken = await run([...SEARCH, '--ledger', 'broken.db', '--out', 'broken', '--json']);
  onCall = () => {};
  assert.equal(broken.code, 2);
  assert.match(
    broken.stderr,
    /^greenloop: add\/\d+ broke: model: refused: .*out of order.*; nothing is lost: fix that and continue the search in broken \(--resume --out FOLDER\)\n$/,
  );
  await assertResumes('broken');
  assert.ok(calls <= asked + SLOTS, `${calls} calls instead of ${asked}`);
});

test('a server that stays away ends a search, and the command that it names continues it to the same end', async (context) => {
  const expected = await wholeSearch();
  const dying = await new OllamaStub().start();
  context.after(() => dying.stop());
  const port = Number(new URL(dying.url).port);
  dying.models = ollama.models;
  dying.answer = ollama.answer;
  let isGone = false;
  dying.beforeAnswer = async () => {
    if (isGone || dying.requests.length < 30) return;
    isGone = true;
    await dying.stop();
  };
  const env = { OLLAMA_HOST: dying.url };
  const words = [...SEARCH, '--ledger', 'gone.db', '--out', 'gone', '--server-wait', '0.3'];
  const gone = await place.run(words, { env });
  assert.equal(gone.code, 2);
  assert.match(
    gone.stderr,
    /^greenloop: the ollama server has not answered for 0\.3 s: .* \(--server-wait SECONDS\)$/m,
  );
  const next = /^to continue: greenloop (.+)$/m.exec(gone.stderr)?.[1]?.split(' ') ?? [];
  assert.deepEqual(next, [...words, '--resume']);
  await dying.start(port);
  const resumed = await place.run(next, { env });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(lasting(place.read('gone/report.json')), expected.report);
});

test('a search with other words is refused, naming what differs', async () => {
  await wholeSearch();
  const resume = ['--ledger', 'whole.db', '--resume', '--out', 'whole'];
  const other = async (words: readonly string[], named: string) => {
    const { code, stdout, stderr } = await run([...SEARCH, ...words, ...resume, '--json']);
    assert.equal(
      stderr,
      `greenloop: the search in whole has a different ${named}; choose another folder (--out FOLDER)\n`,
    );
    assert.deepEqual([code, JSON.parse(stdout).error.kind], [2, 'refused']);
  };
  await other(['--seed', '3', '--timeout', '9', '--feedback', 'tests'], 'seed, feedback, timeout');
  const all = ['--models', 'ollama/clever:1b', '--strategy', 'paper', '--limit', '10', '--budget-calls', '200'];
  await other(all, 'strategy, budget, pool, models, benchmark, validation');
});

test('a search whose checkpoint was torn is refused in one line', async () => {
  await wholeSearch();
  mkdirSync(join(place.path, 'torn'));
  place.write('torn/search.json', place.read('whole/search.json').slice(0, 1000));
  const { code, stderr } = await run([...SEARCH, '--ledger', 'whole.db', '--resume', '--out', 'torn', '--json']);
  assert.equal(stderr, 'greenloop: torn/search.json is not a search that this version can continue; start a new one\n');
  assert.equal(code, 2);
});

test("the paper's strategy validates on all tasks, and with others to beat holds some back as they do", async () => {
  const paper = [...EVOLVE, ...MODELS, '--strategy', 'paper', '--json'];
  const alone = await run([...paper, '--budget-calls', '150', '--out', 'paper']);
  const { heldOut, found } = JSON.parse(alone.stdout) as Report;
  assert.equal(heldOut, null);
  assert.equal(found[0]?.strategy, 'paper');
  const beside = await run([...paper, '--budget-calls', '100', '--against', 'random,halving', '--out', 'beside']);
  const report = JSON.parse(beside.stdout) as Report;
  assert.deepEqual(
    report.found.map(({ strategy }) => strategy),
    ['paper', 'random', 'halving'],
  );
  assert.deepEqual(
    report.heldOut?.comparisons.map(({ pipeline, baseline }) => [pipeline, baseline]),
    [
      ['by random', 'by paper'],
      ['by halving', 'by paper'],
      ...['clever alone', 'clever self-refine', 'simple alone', 'simple self-refine'].map((name) => [
        `ollama/${name.replace(' ', ':1b ')}`,
        'by paper',
      ]),
    ],
  );
  assert.ok(existsSync(join(place.path, 'beside/halving/search.json')));
});

test('--prefer cheap takes a pipeline of fewer tokens that solves nearly as much', async () => {
  const role = (models: readonly string[]) => models.map((model) => `ollama/${model}`);
  const models = {
    generator: role(['hasty:1b', 'chatty:1b']),
    analyzer: role(['simple:1b']),
    refiner: role(['simple:1b']),
  };
  const prompts = { generator: ['default'] };
  place.write('pool.json', JSON.stringify({ models, prompts, temperatures: { from: 0.3, to: 0.3 }, stages: 0 }));
  const words = [...EVOLVE, '--pool', 'pool.json', '--budget-calls', '120', '--out', 'prefer'];
  const first = await run([...words]);
  assert.equal(first.code, 0, first.stderr);
  const generator = () => JSON.parse(place.read('prefer/report.json')).specs[0].generator.model;
  assert.equal(generator(), 'ollama/chatty:1b');
  calls = 0;
  const { stdout } = await run([...words, '--resume', '--prefer', 'cheap']);
  assert.equal(generator(), 'ollama/hasty:1b');
  assert.match(stdout, /^race +\d+ +[\dkM.]+ +[\d.]+ \[\d+, \d+\] +[\d.]+ \[\d+, \d+\]$/m);
  assert.match(stdout, /^race: the search score is that of the champion; the held-out/m);
  // The other pipeline is a model alone, which was measured on the held-out tasks before.
  assert.equal(calls, 0);
});

test('--plan asks nothing and leaves nothing behind', async () => {
  calls = 0;
  const words = [...EVOLVE, ...MODELS, '--plan', '--ledger', 'none.db', '--out', 'planned'];
  const { code, stdout } = await run([...words, '--budget-calls', '1000', '--against', 'random']);
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `adds.yaml
tasks: 6 to search on, 3 to choose finalists by, 3 are held out, each run 5
times
search: 800 calls, about 267 trials; how long they take is not known before a
run of bench
then, each with the same budget: random
outside the budget, on the held-out tasks: ollama/clever:1b alone,
ollama/clever:1b self-refine, ollama/simple:1b alone, ollama/simple:1b
self-refine
`,
  );
  const hours = await run([...words, '--budget-hours', '2', '--strategy', 'paper', '--json']);
  assert.deepEqual(JSON.parse(hours.stdout), {
    benchmark: 'adds.yaml',
    tasks: { search: 12, selection: 0, heldOut: 0 },
    heldOutRepeats: 0,
    search: { amount: 2, unit: 'hours' },
    against: [],
    plain: [],
    trials: null,
    generations: null,
    hours: 2,
  });
  assert.equal(calls, 0);
  for (const name of ['none.db', 'planned']) assert.ok(!existsSync(join(place.path, name)), name);
});

test('what cannot be searched is refused in one line, and asks no model', async () => {
  calls = 0;
  place.write('bad-pool.yaml', 'models: [a/b]\nstages: 9\n');
  place.write('no-pool.yaml', 'models: [\n');
  const budget = ['--budget-calls', '100'];
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [MODELS, /give either --budget-calls N or --budget-hours H/],
    [budget, /give either --models A,B,C or --pool FILE/],
    [['--pool', 'bad-pool.yaml', ...budget], /bad-pool\.yaml, line 2: stages: expected at most 3/],
    [['--pool', 'no-pool.yaml', ...budget], /no-pool\.yaml is neither YAML nor JSON: /],
    [
      [...MODELS, '--budget-calls', '62'],
      /a budget of 62 calls is too small for a search and 3 held-out tasks; give 63 calls or more \(--budget-calls N\)/,
    ],
    [[...MODELS, ...budget, '-b', 'few.yaml'], /7 tasks are too few for a search; use 8 or more/],
    [[...MODELS, ...budget, '--against', 'race'], /--against race is the search itself; name others to beat/],
    [[...MODELS, ...budget, '--resume'], /name the search to resume: --resume --out FOLDER/],
    [
      [...MODELS, ...budget, '--resume', '--out', 'nothing'],
      /nothing has no search to continue; start one there \(without --resume\)/,
    ],
    [[...MODELS, ...budget, '--out', 'task.md/x'], /cannot write .*a file stands where its folder should be/],
    [['--models', '\u001b[2Jollama/a\u202eb', ...budget, '--out', 'n'], /no provider is called/],
  ];
  for (const [words, message] of cases) {
    const { code, stdout, stderr } = await run([...EVOLVE, ...words]);
    assert.match(stderr, message);
    assert.match(stderr, /^greenloop: [^\n]+\n$/m);
    assertNoControls(stderr);
    assert.deepEqual([code, stdout], [2, ''], stderr);
  }
  assert.equal(calls, 0);
});

test('a second search in the folder of the first is refused', async () => {
  await wholeSearch();
  const { code, stderr } = await run([...SEARCH, '--out', 'whole']);
  assert.equal(
    stderr,
    'greenloop: whole already has a search; continue it, or choose another folder (--resume --out FOLDER)\n',
  );
  assert.equal(code, 2);
});

test('a folder that a search writes is refused to another one, its copy is not, and the search goes on', async () => {
  const { calls: asked } = await wholeSearch();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<ChildProcess>();
  calls = 0;
  const words = [...SEARCH, '--ledger', 'shared.db', '--out', 'shared'];
  const first = run(words, (child) => {
    onCall = (count) => {
      if (count !== Math.ceil(asked / 2)) return;
      child.kill('SIGSTOP');
      stop(child);
    };
  });
  const child = await Promise.race([stopped, first.then(({ stderr }) => assert.fail(stderr))]);
  const second = await run([...words, '--resume', '--json']);
  assert.match(
    second.stderr,
    new RegExp(
      `^greenloop: process ${child.pid} on "[^"]+" is searching in shared; wait until it ends, or choose [^\n]+\n$`,
    ),
  );
  assert.deepEqual([second.code, JSON.parse(second.stdout).error.kind], [2, 'refused']);
  cpSync(join(place.path, 'shared'), join(place.path, 'copied'), { recursive: true });
  await assertResumes('copied');
  child.kill('SIGCONT');
  const { code, stderr } = await first;
  assert.equal(code, 0, stderr);
  assert.deepEqual(lasting(place.read('shared/search.json')), (await wholeSearch()).search);
  assert.ok(!existsSync(join(place.path, 'shared', 'holder.json')));
});

test('models that take no time have no budget of hours', async () => {
  place.write('adds-script.yaml', '- {text: "def add0(x):\\n    return x\\n"}\n');
  const words = [...EVOLVE, '--models', 'scripted/adds-script.yaml', '--budget-hours', '100', '--out', 'no-time'];
  const { code, stderr } = await run(words);
  assert.match(
    stderr,
    /^greenloop: these models take no time, so a budget in hours would never be spent; give the budget in calls\n/m,
  );
  assert.equal(code, 2);
});

test('a recording that runs out of draws says so', async () => {
  const rows = Array.from({ length: TASKS }, (_, number) => ({
    task_id: `add/${number}`,
    raw: `def add${number}(x):\n    return x\n`,
  }));
  place.write('adds.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  const words = [...EVOLVE, '--models', 'recorded/adds.jsonl', '--budget-calls', '100', '--out', 'short'];
  const { code, stderr } = await run(words);
  assert.match(
    stderr,
    /^greenloop: add\/\d+ broke: .*adds\.jsonl has 1 answers for add\/\d+, none for draft 1 of repeat 1; [^\n]+\n/m,
  );
  assert.equal(code, 2);
});
