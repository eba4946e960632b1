import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { holdingProcess } from '../../src/base/holder.ts';
import {
  type Findings,
  openSandbox,
  readSettings,
  ScriptedModel,
  type SearchRequest,
  type SearchWatch,
  searchPipelines,
} from '../../src/index.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';
import { ownPool } from './own-search.ts';

const root = mkdtempSync(join(tmpdir(), 'greenloop-search-'));
const sandbox = await openSandbox(readSettings(), 2);
after(async () => {
  await sandbox.close();
  rmSync(root, { recursive: true });
});

const BENCHMARK = benchmarkOf(Array.from({ length: 8 }, (_, index) => doubleTask({ id: `${index}` })));
const REQUEST: Omit<SearchRequest, 'folder'> = {
  ...{
    pool: ownPool(),
    budget: { amount: 80, unit: 'calls' },
    strategy: 'race',
    against: ['random'],
    prefer: 'solved',
  },
  ...{ feedback: 'examples', seed: 1, timeoutSeconds: 10, resume: false },
};

/** Searches in a folder of that name; drafts are wrong, repairs right. */
function search(
  name: string,
  changes: Partial<SearchRequest> = {},
  watch: Partial<SearchWatch> = {},
): Promise<Findings> {
  const model = new ScriptedModel('m', ({ draw }) => (draw.attempt === 0 ? DOUBLE.square : DOUBLE.right));
  const services = { benchmark: BENCHMARK, sandbox, model: () => model, parallel: 2 };
  return searchPipelines({ ...REQUEST, folder: join(root, name), ...changes }, services, watch);
}

const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

test('a program searches: it is told of each strategy, batch and trial, and finds the files of the search', async () => {
  const told: string[] = [];
  let [trials, ended] = [0, 0];
  const findings = await search(
    'told',
    {},
    {
      onStart: (strategy) => told.push(`start ${strategy}`),
      onStanding: () => told.push('standing'),
      onEnd: (strategy) => told.push(`end ${strategy}`),
      progress: async (part, count, run) => {
        if (part === 'held-out trials') told.push(part);
        trials += count;
        return run(() => {
          ended += 1;
        });
      },
    },
  );
  assert.deepEqual(
    told.filter((line) => line !== 'standing'),
    ['start race', 'end race', 'start random', 'end random', 'held-out trials'],
  );
  assert.equal(told[1], 'standing');
  assert.ok(trials > 0 && ended === trials, `${ended} of ${trials}`);
  assert.deepEqual(
    findings.found.map(({ strategy }) => strategy),
    ['race', 'random'],
  );
  assert.deepEqual(read('told/report.json'), JSON.parse(JSON.stringify(findings)));
  for (const file of ['champion.yaml', 'pareto.json', 'random/search.json', 'history.jsonl'])
    assert.ok(existsSync(join(root, 'told', file)), file);
  for (const file of ['holder.json', 'random/holder.json']) assert.ok(!existsSync(join(root, 'told', file)), file);
});

test('a search that is resumed after its end finds the same, and one that is not is refused in its folder', async () => {
  const findings = await search('again', { against: [] });
  const before = readFileSync(join(root, 'again/search.json'), 'utf8');
  await assert.rejects(search('again', { against: [] }), { name: 'Refusal', message: /already has a search/ });
  assert.deepEqual((await search('again', { against: [], resume: true })).found, findings.found);
  assert.equal(readFileSync(join(root, 'again/search.json'), 'utf8'), before);
});

test('a search whose folder another process takes over stops before its next checkpoint', async () => {
  const folder = join(root, 'lost');
  let kept = '';
  const onStanding = () => {
    kept = readFileSync(join(folder, 'search.json'), 'utf8');
    writeFileSync(join(folder, 'holder.json'), JSON.stringify({ ...holdingProcess(folder), host: 'elsewhere' }));
  };
  const lost = { name: 'Refusal', message: /^another process has taken over the search in .*, so this one stops; / };
  await assert.rejects(search('lost', { against: [] }, { onStanding }), lost);
  assert.equal(readFileSync(join(folder, 'search.json'), 'utf8'), kept);
  assert.match(readFileSync(join(folder, 'holder.json'), 'utf8'), /elsewhere/);
});
