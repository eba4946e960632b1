import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeSamples } from '../../src/analysis/store-samples.ts';
import { readRun } from '../../src/runs/read-run.ts';
import { readSamples, scoreSamples } from '../../src/runs/score-samples.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';
import { StubSandbox } from '../runs/random-runs.ts';

const benchmark = benchmarkOf(['Own/a', 'Own/b'].map((id) => doubleTask({ id })));
const sandbox = new StubSandbox();
const source = { name: 'theirs', identity: 'hash', repair: [], timeoutSeconds: 1, sandbox } as const;
const rows = [
  { task_id: 'Own/a', solution: DOUBLE.right },
  { task_id: 'Own/b', solution: DOUBLE.square },
  { task_id: 'Own/a', solution: DOUBLE.square },
];

async function judged() {
  const samples = readSamples(rows, benchmark, { repairs: [], path: 'theirs.jsonl' });
  const scored = await scoreSamples(samples, { sandbox, timeoutSeconds: 1, parallel: 1 });
  return { benchmark, preflight: null, leftOut: [], samples, scored, seconds: 2 };
}

describe('storeSamples', () => {
  it('makes a run of one pipeline with as many repeats as a task has samples, and the same samples are the same run', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const summary = await storeSamples(await judged(), source, runs);
    const [pipeline] = summary.pipelines;
    assert.deepEqual([pipeline?.name, pipeline?.trials, pipeline?.passed, summary.repeats], ['theirs', 3, 1, 2]);
    assert.deepEqual([summary.complete, summary.seconds], [true, 2]);
    const run = await readRun(runs, 'last');
    assert.deepEqual(
      run.trials.map(({ taskId, repeat, outcome }) => [taskId, repeat, outcome]),
      [
        ['Own/a', 0, 'passed'],
        ['Own/b', 0, 'not-passed'],
        ['Own/a', 1, 'not-passed'],
      ],
    );
    assert.equal((await storeSamples(await judged(), source, runs)).run, summary.run);
    const [listed, ...others] = await runs.list();
    assert.deepEqual([listed?.state, listed?.summary, others], ['complete', JSON.parse(JSON.stringify(summary)), []]);
  });

  it('is a stopped run where some samples were not judged', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const { scored, ...rest } = await judged();
    const summary = await storeSamples({ ...rest, scored: scored.slice(0, 2) }, source, runs);
    assert.deepEqual([summary.complete, summary.pipelines[0]?.trials], [false, 2]);
    assert.equal((await runs.list())[0]?.state, 'stopped');
  });
});
