import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Workplace } from './cli.ts';

const place = new Workplace();
const NAMES = Array.from({ length: 12 }, (_, number) => `f${number}`);
const BENCH = ['bench', '-b', 'tasks.jsonl', '--skip-preflight'] as const;
const HALF_AND_MOST = ['-m', 'scripted/half.yaml', '-m', 'scripted/most.yaml'] as const;

before(() => {
  const tasks = NAMES.map((name, number) => ({
    id: name,
    prompt: `Write ${name}(x) that adds ${number}.`,
    entry_point: name,
    tests: `assert ${name}(1) == ${1 + number}`,
  }));
  place.write('tasks.jsonl', tasks.map((task) => `${JSON.stringify(task)}\n`).join(''));
  const rights = {
    most: (number: number) => number !== 0,
    half: (number: number) => number % 2 === 0,
    all: () => true,
  };
  for (const [name, isRight] of Object.entries(rights)) {
    const rules = NAMES.map((task, number) => ({
      task,
      text: `def ${task}(x):\n    return x + ${isRight(number) ? number : -1}\n`,
    }));
    place.write(`${name}.yaml`, JSON.stringify(rules));
  }
});

/** What a run prints as JSON. */
function bench(...words: readonly string[]) {
  return json(...BENCH, ...words);
}

/** What a command prints as JSON. */
async function json(...words: readonly string[]) {
  const { code, stdout, stderr } = await place.run([...words, '--json']);
  assert.equal(code, 0, stderr);
  return { ...JSON.parse(stdout), stderr };
}

test('a run until clear ends with the first repeat that shows a difference, and all commands read it as a whole run', async () => {
  const models = ['-m', 'scripted/half.yaml', '-m', 'scripted/all.yaml'];
  const words = [...BENCH, ...models, '--until-clear', '--at-most', '4', '--out', 'clear', '--ledger', 'clear.db'];
  const summary = await json(...words);
  // Six gains of twelve tasks: 2 of 2 ^ 6 flips in each look. A quarter of 5 % is too little for them, three quarters are enough.
  const lines = summary.stderr.split('\n').filter((line: string) => line.startsWith('after '));
  assert.deepEqual(lines, [
    'after 1 repeat: 0 of 1 comparison clear',
    'after 2 repeats: 0 of 1 comparison clear',
    'after 3 repeats: 1 of 1 comparison clear',
  ]);
  const [{ verdict, looks, difference }] = summary.comparisons;
  assert.deepEqual([summary.repeats, summary.complete, verdict, looks], [3, true, 'better', 3]);
  assert.ok(difference.low > 0);
  assert.deepEqual(summary.looks, { earlier: [], planned: 4 });
  const ledger = ['--ledger', 'clear.db'];
  const listed = await json('runs', ...ledger);
  assert.deepEqual(listed.runs[0].state, 'complete');
  assert.deepEqual(listed.runs[0].trials, { planned: 72, ended: 72, passed: 54, faults: 0 });
  const { stdout } = await place.run(['runs', 'show', 'last', ...ledger]);
  assert.match(stdout, /12 tasks x up to 4 repeats/);
  assert.match(stdout, /^scripted\/all\.yaml +36 +36 /m);
  for (const run of ['last', 'clear']) {
    const { run: facts, separations } = await json('analyze', run, ...ledger);
    assert.deepEqual([facts.repeats, facts.complete], [3, true]);
    assert.deepEqual([separations[0].looks, separations[0].p], [3, summary.comparisons[0].p]);
  }
  const report = await place.run(['report', 'last', '--format', 'md', ...ledger]);
  assert.equal(report.code, 0, report.stderr);
  const page = await place.run(['report', 'last', '--out', 'clear.html', ...ledger]);
  assert.equal(page.code, 0, page.stderr);
  assert.match(place.read('clear.html'), /--until-clear --at-most 4 --seed 0/);
  const again = await json(...words);
  assert.deepEqual([again.run, again.comparisons], [summary.run, summary.comparisons]);
});

test('it goes on to the last repeat where nothing is clear, and ends at once where pipelines are alike within the margin', async () => {
  const models = ['-m', 'scripted/most.yaml', '-m', 'scripted/all.yaml'];
  const unclear = await bench(...models, '--until-clear', '--at-most', '2');
  assert.deepEqual([unclear.repeats, unclear.comparisons[0].verdict], [2, 'no difference shown']);
  const alike = await bench(...models, '--until-clear', '--at-most', '2', '--margin', '99');
  assert.deepEqual([alike.repeats, alike.comparisons[0].equivalence], [1, { margin: 0.99, verdict: 'equivalent' }]);
});

test('a run with more repeats or tasks is corrected for the looks that the ledger knows of', async () => {
  const ledger = ['--ledger', 'looks.db'];
  const first = await bench(...HALF_AND_MOST, ...ledger, '--limit', '8');
  assert.deepEqual([first.looks, first.comparisons[0].looks], [undefined, 1]);
  await bench(...HALF_AND_MOST, ...ledger);
  const { looks, comparisons } = await bench(...HALF_AND_MOST, ...ledger, '--repeats', '2');
  assert.equal(comparisons[0].looks, 3);
  const spent = looks.earlier.map((look: { spent: number }) => Number(look.spent.toFixed(6)));
  assert.deepEqual([looks.planned, spent], [null, [1, 1.1]]);
  const elsewhere = await bench(...HALF_AND_MOST, '--repeats', '2', '--ledger', 'other.db');
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  assert.ok(width(comparisons[0].difference) > width(elsewhere.comparisons[0].difference));
  const { stdout } = await place.run([...BENCH, ...HALF_AND_MOST, ...ledger, '--repeats', '2']);
  assert.match(stdout.replaceAll('\n', ' '), /these trials were compared 3 times while they grew;/);
});

test('options that do not go together are refused in one line', async () => {
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [['--until-clear', '--repeats', '3'], /--until-clear chooses the repeats; leave out --repeats, or give --at-most/],
    [['--at-most', '3'], /--at-most is for --until-clear/],
    [['--until-clear', '--a-a'], /leave out --until-clear/],
    [['--until-clear', '--interval', 'draws'], /leave out --interval draws/],
    [['--margin', '0'], /expected points above 0, 100 at most/],
    [['--until-clear', '--at-most', '0'], /expected a whole number of 1 or more/],
  ];
  for (const [words, expected] of refusals) {
    const { code, stderr } = await place.run([...BENCH, ...HALF_AND_MOST, ...words]);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
  const one = await place.run([...BENCH, '-m', 'scripted/half.yaml', '--until-clear']);
  assert.match(one.stderr, /^greenloop: --until-clear compares pipelines with the first one; name at least two$/m);
});
