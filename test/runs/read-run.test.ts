import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/runs/plan.ts';
import { findRun, findRuns, readRun } from '../../src/runs/read-run.ts';
import { factsOf } from '../../src/runs/trial-facts.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { beginningOf, placesOf, planOf, trialAt, unreadable } from '../store/stored-trials.ts';

const PLAN = planOf();
const PLACES = placesOf(PLAN);

describe('reading a stored run', () => {
  it('gives the facts of its trials in the order of the plan, and what its plan says', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const writer = await runs.begin(beginningOf(PLAN));
    const shown = [{}, { error: 'KeyError' }, { fault: 'sandbox' }];
    const trials = PLACES.map((place, index) => trialAt(place, shown[index % 3]));
    for (const trial of trials.toReversed()) await writer?.append(trial);
    const expected = (complete: boolean) => ({
      id: writer?.id,
      specs: PLAN.pipelines,
      trials: trials.map(factsOf),
      summary: { benchmark: { name: 'own', sha256: '0', hiddenTests: 1, tasks: 2 }, repeats: 2, seed: 1, complete },
    });
    assert.deepEqual(await readRun(runs, 'last'), expected(false));
    await writer?.finish({ state: 'complete', trials: trials.length, summary: null });
    assert.deepEqual(await readRun(runs, writer!.id), expected(true));
  });

  it('gives what there is of a run that did not end', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const writer = await runs.begin(beginningOf(PLAN));
    await writer?.append(trialAt(PLACES[3]!));
    await writer?.append(trialAt(PLACES[1]!));
    const { trials, summary } = await readRun(runs, 'last');
    assert.deepEqual(trials, [trialAt(PLACES[1]!), trialAt(PLACES[3]!)].map(factsOf));
    assert.equal(summary.complete, false);
  });

  it('refuses one with a trial, or a plan, of another version', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const writer = await runs.begin(beginningOf(PLAN));
    await writer?.append(unreadable(trialAt(PLACES[0]!)));
    const refused = {
      name: 'Refusal',
      message: /was stored by another version of greenloop; read it with that version/,
    };
    await assert.rejects(readRun(runs, 'last'), refused);
    const other = await runs.begin(beginningOf({ ...PLAN, seed: -1 } as Plan));
    await assert.rejects(readRun(runs, other!.id), refused);
    await assert.rejects(findRun(runs, other!.id), refused);
    assert.deepEqual(await findRuns(runs, [other!.id]), [other?.id]);
  });
});

describe('the word for a run', () => {
  it('is an id, the unique beginning of one, or last', async () => {
    const { runs } = new SqliteLedger(':memory:');
    await assert.rejects(findRuns(runs, ['last']), /has no runs yet; make one first/);
    const first = (await runs.begin(beginningOf(PLAN)))!.id;
    const second = (await runs.begin(beginningOf(planOf({ seed: 2 }))))!.id;
    const newest = (await runs.list())[0]!.id;
    assert.deepEqual(await findRuns(runs, [first, second, first.slice(0, -1), 'last']), [first, second]);
    assert.deepEqual(await findRuns(runs, ['last']), [newest]);
    assert.equal((await findRun(runs, first.slice(0, -1))).id, first);
    await assert.rejects(findRuns(runs, ['2']), /^Refusal: 2 runs begin with "2", such as .* write more of the id$/);
    for (const word of ['', 'nope']) {
      await assert.rejects(findRuns(runs, [word]), {
        name: 'Refusal',
        message: `there is no run "${word}"; the newest is ${newest}`,
      });
    }
  });
});
