import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { evalPlusResults } from '../../src/runs/evalplus-results.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, pipelineOf, planOf, trialsOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const CODES: Readonly<Record<string, string>> = {
  right: DOUBLE.right,
  base: 'def double(n):\n    return 2 * n if n < 9 else 0\n',
  wrong: DOUBLE.square,
  slow: 'import time\ndef double(n):\n    time.sleep(600)\n',
};

it('has what EvalPlus has: by task a row a repeat, base and plus apart, nothing of what broke', async () => {
  const answer = ({ draw }: CompletionRequest) => {
    const name = draw.taskId.slice('Own/'.length);
    if (name === 'broken') throw new ModelFault('unreachable', 'gone');
    return fenced(CODES[name] ?? '');
  };
  const names = [...Object.keys(CODES), 'broken'];
  const experiment = experimentOf(sandbox, answer, {
    benchmark: benchmarkOf(names.map((name) => doubleTask({ id: `Own/${name}`, plusTests: 'assert double(9) == 18' }))),
    pipelines: [pipelineOf('p', { stages: [] })],
    repeats: 2,
    timeoutSeconds: 4,
  });
  const plan = await planOf(experiment);
  const results = evalPlusResults({ started: '2026-11-25T22:33:44.555Z', plan }, await trialsOf(experiment));
  assert.deepEqual([results.date, results.hash], ['2026-11-25 22:33', '0']);
  const statuses = Object.entries(results.eval).map(([id, rows]) => [
    id,
    rows.map(({ base_status, plus_status }) => `${base_status} ${plus_status}`),
  ]);
  assert.deepEqual(Object.fromEntries(statuses), {
    'Own/right': ['pass pass', 'pass pass'],
    'Own/base': ['pass fail', 'pass fail'],
    'Own/wrong': ['fail null', 'fail null'],
    'Own/slow': ['timeout null', 'timeout null'],
  });
  const [row] = results.eval['Own/right'] ?? [];
  assert.deepEqual([row?.task_id, row?.solution.trim()], ['Own/right', DOUBLE.right.trim()]);
});
