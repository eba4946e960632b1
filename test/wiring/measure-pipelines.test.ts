import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { openLedger } from '../../src/wiring/ledger.ts';
import { type MeasureRequest, type MeasureWatch, measurePipelines } from '../../src/wiring/measure-pipelines.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';

const root = mkdtempSync(join(tmpdir(), 'greenloop-measure-pipelines-'));
after(() => rmSync(root, { recursive: true }));
const script = join(root, 'script.yaml');
writeFileSync(script, '- text: "def double(n):\\n    return 2 * n"\n');

const pipelines = ['a', 'b'].map((name) =>
  parsePipeline({ name, generator: { model: `scripted/${script}` } }, 'the test'),
);
const request: MeasureRequest = {
  benchmark: benchmarkOf(['Own/1', 'Own/2'].map((id) => doubleTask({ id }))),
  ...{ pipelines, repeats: 2, seed: 0, timeoutSeconds: 5, skipPreflight: true, isFresh: false },
  ledger: join(root, 'ledger.db'),
};
const silent: MeasureWatch = {
  notices: { waiting: () => {}, note: () => {} },
  onTrouble: () => {},
  onFallback: () => {},
  onUnrecorded: () => {},
  withProgress: (_tasks, work) => work(() => {}),
};

test('measures pipelines from their names to a stored run, and tells what happens meanwhile', async () => {
  const told: string[] = [];
  let ended = 0;
  const watch: MeasureWatch = {
    ...silent,
    onChecked: ({ benchmark }) => told.push(`${benchmark.tasks.length} tasks`),
    onBegun: ({ id, folder }) => told.push(`run ${id}, ${folder}`),
    progress: (trials, run) => {
      told.push(`${trials} trials`);
      return run(() => {
        ended += 1;
      });
    },
  };
  const summary = await measurePipelines(request, readSettings(), watch);
  assert.deepEqual(told, ['2 tasks', `run ${summary.run}, null`, '8 trials']);
  assert.equal(ended, 8);
  assert.deepEqual(
    summary.pipelines.map(({ name, passed, trials }) => [name, passed, trials]),
    [
      ['a', 4, 4],
      ['b', 4, 4],
    ],
  );
  const ledger = await openLedger(request.ledger, {});
  const [run] = await ledger.runs.list();
  assert.deepEqual([run?.id, run?.state, run?.summary], [summary.run, 'complete', JSON.parse(JSON.stringify(summary))]);
  ledger.close();
});

test('writes files into the folder that is given, and a fresh run refuses them before it opens anything', async () => {
  const folder = join(root, 'files');
  await measurePipelines({ ...request, folder }, readSettings(), silent);
  assert.ok(existsSync(join(folder, 'summary.json')));
  const ledger = join(root, 'none.db');
  await assert.rejects(
    measurePipelines({ ...request, folder, ledger, isFresh: true }, readSettings(), silent),
    Refusal,
  );
  assert.ok(!existsSync(ledger));
});
