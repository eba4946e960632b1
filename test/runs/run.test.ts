import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { Run } from '../../src/runs/run.ts';
import { factsOf } from '../../src/runs/trial-facts.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { placesOf, planOf, trialAt } from '../store/stored-trials.ts';

const root = mkdtempSync(join(tmpdir(), 'greenloop-begun-'));
after(() => rmSync(root, { recursive: true }));

const plan = planOf({ models: [{ name: 'scripted/m', identity: 'weights' }] });
const [first, second, third] = placesOf(plan).map((place) => trialAt(place));

describe('a run that has begun', () => {
  it('stores and writes its trials, and gives their facts in the order of the plan', async () => {
    const { runs: store } = new SqliteLedger(':memory:');
    const folder = join(root, 'whole');
    const run = await Run.begin(plan, [], { store, folder });
    await run.append(third!);
    await run.append(first!);
    assert.deepEqual(
      run.facts(),
      [first, third].map((trial) => factsOf(trial!)),
    );
    await run.finish('stopped', { pipelines: [] });
    const [listed] = await store.list();
    assert.deepEqual([listed?.id, listed?.state], [run.id, 'stopped']);
    assert.equal(readFileSync(join(folder, 'traces.jsonl'), 'utf8').trimEnd().split('\n').length, 2);
    assert.equal(run.folder, folder);
  });

  it('takes in what an earlier start stored, unless it is fresh', async () => {
    const { runs: store } = new SqliteLedger(':memory:');
    await (await Run.begin(plan, [], { store })).append(first!);
    const again = await Run.begin(plan, [], { store });
    await again.append(second!);
    await again.takeEarlier();
    assert.deepEqual(
      again.facts(),
      [first, second].map((trial) => factsOf(trial!)),
    );
    const fresh = await Run.begin(plan, [], { store, isFresh: true });
    await fresh.takeEarlier();
    assert.deepEqual(fresh.facts(), []);
  });

  it('needs neither a store nor a folder', async () => {
    const run = await Run.begin(plan, []);
    await run.append(first!);
    await run.takeEarlier();
    await run.finish('stopped', null);
    assert.deepEqual([run.id, run.folder, run.facts().length], [null, null, 1]);
  });

  it('refuses the folder of its own plan where it cannot be stored: another process may be writing there', async () => {
    const { runs: store } = new SqliteLedger(':memory:');
    const folder = join(root, 'shared');
    await Run.begin(plan, [], { store, folder });
    await assert.rejects(Run.begin(plan, [], { folder }), Refusal);
  });
});
