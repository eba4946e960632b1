import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { readRunFolder } from '../../src/runs/read-run-folder.ts';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();

const HOSTILE = 'neg\u001b[2J\u202e\nid';
const PIPELINES = {
  solo: { stages: [] },
  loop: { stages: [{ iterations: 2, refiner: { model: 'scripted/script.yaml' } }] },
  forced: { stages: [{ iterations: 2, refiner: { model: 'scripted/script.yaml' } }], stop: 'never' },
};
/** `double` needs one repair; the hostile task is never solved. */
const TASKS = ['double', HOSTILE].map((id) => ({
  id,
  prompt: `Write double(x).\n\n>>> double(2)\n${id === HOSTILE ? 7 : 4}\n`,
  entry_point: 'double',
  tests: `assert double(2) == ${id === HOSTILE ? 7 : 4}`,
}));

before(async () => {
  place.write('hostile.jsonl', TASKS.map((task) => `${JSON.stringify(task)}\n`).join(''));
  const words = Object.entries(PIPELINES).flatMap(([name, spec]) => {
    place.write(`${name}.yaml`, JSON.stringify({ name, generator: { model: 'scripted/script.yaml' }, ...spec }));
    return ['--pipeline', `${name}.yaml`];
  });
  const run = ['bench', '-b', 'hostile.jsonl', '--skip-preflight', '--repeats', '3', '--out', 'run', ...words];
  const { code, stderr } = await place.run(run);
  assert.equal(code, 0, stderr);
});

describe('analyze', { concurrency: 3 }, () => {
  test('shows every table of a run that bench made, within 80 columns and without a control character', async () => {
    const { code, stdout, stderr } = await place.runAlone(['analyze', 'run']);
    assert.deepEqual([code, stderr], [0, '']);
    assertNoControls(stdout);
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    );
    assert.match(
      stdout,
      /^loop solves 50\.0 % of 2 tasks in a single trial \(95 % interval \d+ to \d+ %\)\. No\nother pipeline solves more, but the difference from solo, forced is not\nsignificant\.\nhostile\.jsonl: 2 tasks x 3 repeats, seed 0\n/,
    );
    assert.match(stdout, /^loop +examples +1\.0 ±0\.0 +50\.0 \[\d+, \d+\] +50\.0 \[\d+, \d+\] +0$/m);
    assert.match(stdout, /^pass@k: the chance that at least one of k draws passes\npipeline +k=1 % +k=2 % +k=3 %\n/m);
    assert.match(stdout, /^Tasks by the number of repeats \(of 3\) that solved them\n(.*\n){3}loop +1 +0 +0 +1$/m);
    assert.match(stdout, /^against solo\n {2}loop +\+1\.0 +\+50\.0 \[.*\] +1\.000 +1\.000 +-\n/m);
    assert.match(stdout, /^loop\n {2}all +6 +3 +50\.0 .* 3 +0 +0\n {2}AssertionError +6 +3 /m);
    assert.match(stdout, /^loop\n {2}draft +0 of 6 +.*\n {2}1 +3 of 6 +50\.0 /m);
    assert.match(stdout, /^forced\n {2}draft +0 +0\n {2}1 +3 +3 +3 +0 +\+3 +\+50\.0 .* \+3\n {2}2 +3 +3 +0 +0 +0 +/m);
    assert.match(
      stdout,
      /^Never solved by any pipeline: 1\n(.*\n){2}neg\\u\{1b\}\[2J\\u\{202e\}\\u\{a\}id +9 +AssertionError$/m,
    );
    assert.match(stdout, /^Cost of a solved task\n(.*\n){2}solo +0\.0 +- +- +- /m);
  });

  test('--json prints the analysis alone, every number of the tables', async () => {
    const { code, stdout } = await place.run(['analyze', 'run', '--json']);
    assert.equal(code, 0);
    const analysis = JSON.parse(stdout);
    assert.deepEqual(analysis, JSON.parse(JSON.stringify(analyzeRun(readRunFolder(join(place.path, 'run'))))));
    assert.deepEqual(analysis.neverSolved.byNone, [{ taskId: HOSTILE, trials: 9, error: 'AssertionError' }]);
  });

  test('--table shows one table alone, in text and in JSON; the tables of the run are named where it has no such one', async () => {
    const { stdout, code } = await place.run(['analyze', 'run', '--table', 'cost']);
    assert.equal(code, 0);
    assert.match(stdout, /^Cost of a solved task\n/);
    assert.doesNotMatch(stdout, /Tasks solved|solves/);
    const value = JSON.parse((await place.run(['analyze', 'run', '--table', 'solved', '--json'])).stdout);
    assert.deepEqual([value.title, value.rows.length], ['Tasks solved (of 2)', 3]);
    const unknown = await place.run(['analyze', 'run', '--table', 'costs']);
    assert.match(unknown.stderr, /^greenloop: this run has no table "costs"; it has solved, pass-at-k, .*, cost\n$/);
    assert.equal(unknown.code, 2);
  });

  test('a kept run shows the same as its folder', async () => {
    const { runs } = JSON.parse((await place.run(['runs', '--json'])).stdout);
    const kept = runs.find(({ benchmark }: { benchmark: { name: string } }) => benchmark.name === 'hostile.jsonl');
    const [byId, byFolder] = [await place.run(['analyze', kept.id]), await place.run(['analyze', 'run'])];
    assert.equal(byId.code, 0);
    assert.equal(byId.stdout, byFolder.stdout);
  });

  test('a single pipeline and repeat: no table that needs more', async () => {
    await place.run(['bench', '-b', 'tasks.yaml', ...SCRIPTED, '--out', 'single']);
    const { code, stdout } = await place.run(['analyze', 'single']);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /the chance that|Pipelines compared|repeats solved|overstates|Forced|by iteration/);
    assert.match(stdout, /^pipeline +feedback +solved +pass@1 % \[95 %\] +faults$/m);
  });

  test('what is no run is one line', async () => {
    for (const [name, reason] of [
      [
        './nowhere',
        /^greenloop: \.\/nowhere is not a folder; give the folder of a finished run \(greenloop bench --out FOLDER writes one\)\n$/,
      ],
      ['nowhere', /^greenloop: there is no run "nowhere"; the newest is .* \(greenloop runs lists all\)\n$/],
      ['.', /^greenloop: \. has no summary\.json; .*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await place.run(['analyze', name]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, reason);
    }
  });
});
