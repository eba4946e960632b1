import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/runs/plan.ts';
import type { RunStore, RunWriter, TrialQuery, TrialRow } from '../../src/runs/run-store.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { rowOf } from '../../src/runs/trial-row.ts';
import { beginningOf, placesOf, planOf, promptOf, trialAt, unreadable } from './stored-trials.ts';

/** Two ends of one place where runs are stored; they may be one store. */
export interface Stores {
  readonly writing: RunStore;
  readonly reading: RunStore;
  readonly close: () => void;
}

const PLAN = planOf();
const PLACES = placesOf(PLAN);
const SUMMARY = { pipelines: [], text: "'); DROP TABLE runs; --\u0000\u{1F600}" };

/** What every RunStore promises. */
export function describeRunStore(name: string, open: () => Stores): void {
  const checked = (what: string, check: (stores: Stores) => Promise<void>) =>
    it(what, async () => {
      const stores = open();
      try {
        await check(stores);
      } finally {
        stores.close();
      }
    });

  describe(`${name}: runs`, () => {
    checked('are there trial by trial, without any end', async ({ writing, reading }) => {
      const writer = await begun(writing);
      const [first, second] = [trialAt(PLACES[1]!), trialAt(PLACES[0]!, { fault: 'sandbox' })];
      await writer.append(first);
      await writer.append(second);
      assert.deepEqual(await trialsOf(reading, writer.id), [second, first]);
      const [run, ...others] = await reading.list();
      assert.deepEqual(others, []);
      assert.deepEqual([run?.id, run?.state, run?.summary], [writer.id, 'running', null]);
      assert.deepEqual([run?.plan, run?.outcomes], [PLAN, { passed: 1, fault: 1 }]);
      await writer.finish({ state: 'complete', trials: 2, summary: SUMMARY });
      const [ended] = await reading.list();
      assert.deepEqual([ended?.state, ended?.summary, ended?.started], ['complete', SUMMARY, run?.started]);
    });

    checked('go on for the same plan, and a trial replaces the one before it', async ({ writing, reading }) => {
      const { writer, trials } = await stopped(writing);
      assert.equal((await reading.list())[0]?.state, 'stopped');
      const again = await begun(writing);
      assert.equal(again.id, writer.id);
      assert.deepEqual(await trialsOf(reading, again.id), trials);
      const other = trialAt(PLACES[0]!, { error: 'KeyError' });
      await again.append(other);
      assert.deepEqual(await trialsOf(reading, again.id), [other, ...trials.slice(1)]);
      assert.deepEqual((await reading.list())[0]?.outcomes, { passed: trials.length - 1, 'not-passed': 1 });
    });

    checked('are found by their id', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      await stopped(writing, planOf({ seed: 2 }));
      const found = await reading.find(writer.id);
      assert.deepEqual(
        found,
        (await reading.list()).find(({ id }) => id === writer.id),
      );
      assert.equal(await reading.find('no run'), null);
    });

    checked('begun anew without their trials lose these and the summary', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      assert.equal((await begun(writing, PLAN, false)).id, writer.id);
      const [run, ...others] = await reading.list();
      assert.deepEqual([run?.summary, run?.outcomes, others], [null, {}, []]);
      assert.deepEqual(await trialsOf(reading, writer.id), []);
    });

    checked('of other plans are others, the newest first; the name of a benchmark is a label', async (stores) => {
      const { writing, reading } = stores;
      const { id } = await begun(writing);
      const renamed = { ...PLAN, benchmark: { ...PLAN.benchmark, name: './own' } };
      assert.equal((await begun(writing, renamed)).id, id);
      const changes = [{ repeats: 3 }, { seed: 2 }, { names: ['b'] }, { ids: ['T/2'] }, { timeoutSeconds: 5 }];
      const others: string[] = [];
      for (const change of changes) others.push((await begun(writing, planOf(change))).id);
      assert.equal(new Set([id, ...others]).size, changes.length + 1);
      const listed = await reading.list();
      assert.deepEqual(new Set(listed.map((run) => run.id)), new Set([id, ...others]));
      const started = listed.map((run) => run.started);
      assert.deepEqual(started, started.toSorted().toReversed());
    });

    checked('that share pipelines and tasks keep their trials apart', async ({ writing, reading }) => {
      const { writer, trials } = await stopped(writing);
      const other = await begun(writing, planOf({ seed: 2 }));
      await other.append(trialAt(PLACES[0]!, { error: 'ValueError' }));
      assert.deepEqual(await trialsOf(reading, writer.id), trials);
      assert.equal((await reading.page(other.id)).total, 1);
    });

    checked('tell pipelines apart that differ in their names alone', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      const rows = (await reading.page(writer.id)).rows.map(({ pipeline, repeat }) => `${repeat} ${pipeline}`);
      assert.deepEqual(rows, ['0 b', '0 b', '0 a', '0 a', '1 b', '1 b', '1 a', '1 a']);
    });

    checked('with fewer trials than they should have are no complete ones', async ({ writing, reading }) => {
      const writer = await begun(writing);
      await writer.append(trialAt(PLACES[0]!));
      await writer.finish({ state: 'complete', trials: 2, summary: SUMMARY });
      assert.equal((await reading.list())[0]?.state, 'stopped');
      const again = await begun(writing);
      await again.append(trialAt(PLACES[1]!));
      await again.finish({ state: 'complete', trials: 2, summary: SUMMARY });
      assert.deepEqual([(await reading.list())[0]?.state, (await reading.list())[0]?.summary], ['complete', SUMMARY]);
    });

    checked('take no trial of another plan', async ({ writing, reading }) => {
      const writer = await begun(writing);
      for (const place of [{ pipeline: 'c' }, { taskId: 'T/3' }, { repeat: 2 }]) {
        await assert.rejects(writer.append(trialAt({ ...PLACES[0]!, ...place })), TypeError);
      }
      assert.deepEqual(await trialsOf(reading, writer.id), []);
    });

    checked('begun a second time are written by the second alone', async ({ writing, reading }) => {
      const first = await begun(writing);
      const second = await begun(writing);
      assert.equal(second.id, first.id);
      const kept = trialAt(PLACES[0]!);
      await second.append(kept);
      const refused = { name: 'Refusal', message: /another process has taken over run \S+, so this one stops/ };
      await assert.rejects(first.append(trialAt(PLACES[0]!, { error: 'KeyError' })), refused);
      await assert.rejects(first.finish({ state: 'complete', trials: 0, summary: null }), refused);
      assert.deepEqual(await trialsOf(reading, first.id), [kept]);
      assert.equal((await reading.list())[0]?.state, 'running');
    });
  });

  describe(`${name}: pages`, () => {
    checked('choose by pipeline, task, outcome and error, and by all of them', async (stores) => {
      const { id, trials } = await mixedRun(stores.writing);
      const rows = trials.map(rowOf);
      const shows = async (query: TrialQuery, test: (row: TrialRow) => boolean) => {
        const chosen = rows.filter(test);
        assert.ok(chosen.length > 0, JSON.stringify(query));
        assert.deepEqual(await stores.reading.page(id, query), { rows: chosen, total: chosen.length });
      };
      await shows({}, () => true);
      await shows({ pipeline: 'a' }, ({ pipeline }) => pipeline === 'a');
      await shows({ taskId: 'T/2' }, ({ taskId }) => taskId === 'T/2');
      for (const outcome of ['passed', 'not-passed', 'fault'] as const)
        await shows({ outcome }, (row) => row.outcome === outcome);
      await shows({ error: 'KeyError' }, ({ error }) => error === 'KeyError');
      await shows({ error: 'model: timed-out' }, ({ error }) => error === 'model: timed-out');
      await shows({ outcome: 'passed' }, ({ error }) => error === null);
      const whole = { pipeline: 'a', taskId: 'T/2', outcome: 'not-passed', error: 'TypeError' } as const;
      await shows(whole, (row) => row.pipeline === 'a' && row.taskId === 'T/2' && row.error === 'TypeError');
      for (const none of [
        { pipeline: 'c' },
        { taskId: 't/2' },
        { error: 'keyerror' },
        { ...whole, outcome: 'passed' } as const,
      ])
        assert.deepEqual(await stores.reading.page(id, none), { rows: [], total: 0 });
    });

    checked('come in one order whose reverse is the very reverse, however many are alike', async (stores) => {
      const { writer } = await stopped(stores.writing);
      for (const sort of ['task', 'seconds', 'tokens'] as const) {
        const { rows } = await stores.reading.page(writer.id, { sort });
        assert.deepEqual((await stores.reading.page(writer.id, { sort, isDescending: true })).rows, rows.toReversed());
      }
    });

    checked('come in the order of the plan, by seconds or by tokens, both ways', async ({ writing, reading }) => {
      const { id, trials } = await mixedRun(writing);
      const rows = trials.map(rowOf);
      for (const sort of ['task', 'seconds', 'tokens'] as const) {
        const sorted = sort === 'task' ? rows : rows.toSorted((one, other) => one[sort] - other[sort]);
        assert.deepEqual((await reading.page(id, { sort })).rows, sorted);
        const down = sorted.toReversed();
        assert.deepEqual((await reading.page(id, { sort, isDescending: true })).rows, down);
        const part = await reading.page(id, { sort, isDescending: true, from: 2, limit: 3 });
        assert.deepEqual(part, { rows: down.slice(2, 5), total: rows.length });
      }
    });

    checked('begin and end where they are asked to', async ({ writing, reading }) => {
      const { id, trials } = await mixedRun(writing);
      const rows = trials.map(rowOf);
      const total = rows.length;
      assert.deepEqual(await reading.page(id, { from: 6, limit: 1000 }), { rows: rows.slice(6), total });
      assert.deepEqual(await reading.page(id, { from: 100 }), { rows: [], total });
      assert.deepEqual(await reading.page(id, { limit: 0 }), { rows: [], total });
      assert.deepEqual(await reading.page('no run'), { rows: [], total: 0 });
    });

    checked('are of a thousand rows at most', async ({ writing, reading }) => {
      const plan = planOf({ repeats: 300 });
      const writer = await begun(writing, plan);
      for (const place of placesOf(plan).slice(0, 1003)) await writer.append(trialAt(place));
      for (const limit of [undefined, 2000]) {
        const { rows, total } = await reading.page(writer.id, limit === undefined ? {} : { limit });
        assert.deepEqual([rows.length, total], [1000, 1003]);
      }
    });
  });

  describe(`${name}: searches`, () => {
    checked('find a text in answers, code and errors, whatever its case, and nowhere else', async (stores) => {
      const writer = await begun(stores.writing);
      const said = trialAt(PLACES[0]!, { answer: 'Grüße, "A"\n50%_x', code: 'IMPORT = 1', error: 'ZeroDivisionError' });
      await writer.append(said);
      await writer.append(trialAt(PLACES[1]!, { fault: 'sandbox' }));
      const found = async (text: string) => {
        const { rows, ...rest } = await stores.reading.views.search(writer.id, { text });
        assert.deepEqual(rest, { total: 2, next: null });
        return rows.map(rowKey);
      };
      const first = rowKey(rowOf(said));
      for (const text of ['grüße', 'GRÜß', '"a"\n50%', '%_X', 'import', 'zerodivisionerror says'])
        assert.deepEqual(await found(text), [first], text);
      assert.deepEqual(await found('SANDBOX it was'), [rowKey(rowOf(trialAt(PLACES[1]!, { fault: 'sandbox' })))]);
      for (const text of ['x%', 'message alone', 'promptonly', 'testedBy', 'completions', 'scripted', '\\n', '_'])
        assert.deepEqual(await found(text), [text === '_' ? first : ''].filter(Boolean), text);
    });

    checked('look through the trials of a query in its order, and say where to go on', async ({ writing, reading }) => {
      const { id, trials } = await mixedRun(writing);
      const rows = trials.map(rowOf).toSorted((one, other) => other.seconds - one.seconds);
      const query = { text: 'HERE', sort: 'seconds', isDescending: true } as const;
      const all = { rows, total: rows.length, next: null };
      assert.deepEqual(await reading.views.search(id, query), all);
      const some = await reading.views.search(id, { ...query, limit: 3 });
      assert.deepEqual(some, { ...all, rows: rows.slice(0, 3), next: 3 });
      const rest = await reading.views.search(id, { ...query, from: 3 });
      assert.deepEqual(rest, { ...all, rows: rows.slice(3) });
      const chosen = rows.filter(({ pipeline, error }) => pipeline === 'a' && error === 'KeyError');
      const keyed = await reading.views.search(id, {
        ...query,
        pipeline: 'a',
        error: 'KeyError',
        text: 'keyerror SAYS',
      });
      assert.deepEqual(keyed, { rows: chosen, total: chosen.length, next: null });
      assert.ok(chosen.length > 0);
    });

    checked('end at their time, after one trial at least', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      const places: unknown[] = [];
      for (let from: number | null = 0; from !== null; ) {
        const { rows, next } = await reading.views.search(writer.id, { text: 'here', from, mostMs: -1 });
        assert.equal(rows.length, 1);
        places.push(...rows.map(rowKey));
        from = next;
      }
      assert.deepEqual(places, PLACES.map(rowKey));
      const none = await reading.views.search(writer.id, { text: 'nowhere', mostMs: -1 });
      assert.deepEqual(none, { rows: [], total: PLACES.length, next: 1 });
      assert.deepEqual(await reading.views.search('no run', { text: 'here' }), { rows: [], total: 0, next: null });
    });
  });

  describe(`${name}: views`, () => {
    checked('count the trials of a run by pipeline, outcome and error', async ({ writing, reading }) => {
      const { id, trials } = await mixedRun(writing);
      await stopped(writing, planOf({ seed: 2 }));
      const keyOf = ({ pipeline, outcome, error }: Pick<TrialRow, 'pipeline' | 'outcome' | 'error'>) =>
        JSON.stringify([pipeline, outcome, error]);
      const expected = Map.groupBy(trials.map(rowOf), keyOf);
      const counts = await reading.views.counts(id);
      assert.deepEqual(
        new Map(counts.map((count) => [keyOf(count), count.trials])),
        new Map([...expected].map(([key, own]) => [key, own.length])),
      );
      assert.deepEqual(await reading.views.counts('no run'), []);
    });

    checked('count the trials of a pipeline by task', async ({ writing, reading }) => {
      const { id, trials } = await mixedRun(writing);
      const rows = trials.map(rowOf).filter(({ pipeline }) => pipeline === 'a');
      const expected = [...Map.groupBy(rows, ({ taskId }) => taskId)].map(([taskId, own]) => {
        const of = (outcome: string) => own.filter((row) => row.outcome === outcome).length;
        return { taskId, trials: own.length, passed: of('passed'), faults: of('fault') };
      });
      const cells = await reading.views.cells(id, 'a');
      const sorted = (all: typeof expected) => all.toSorted((one, other) => (one.taskId < other.taskId ? -1 : 1));
      assert.deepEqual(sorted([...cells]), sorted(expected));
      assert.deepEqual(await reading.views.cells(id, 'c'), []);
    });

    checked('say where a trial stands among those of a query', async ({ writing, reading }) => {
      const { id } = await mixedRun(writing);
      const queries = [{}, { pipeline: 'a' }, { outcome: 'passed' }, { taskId: 'T/2', error: 'KeyError' }] as const;
      for (const query of queries)
        for (const sort of ['task', 'seconds', 'tokens'] as const)
          for (const isDescending of [false, true]) {
            const whole = { ...query, sort, isDescending };
            const { rows } = await reading.page(id, whole);
            for (const [position, row] of rows.entries())
              assert.equal(await reading.views.position(id, whole, row), position);
          }
      assert.equal(await reading.views.position(id, { pipeline: 'b' }, { ...PLACES[2]!, pipeline: 'a' }), null);
      assert.equal(await reading.views.position(id, {}, { ...PLACES[0]!, repeat: 9 }), null);
    });
  });

  describe(`${name}: a trial`, () => {
    checked('is there with the prompt and every message', async ({ writing, reading }) => {
      const { writer, trials } = await stopped(writing);
      const place = PLACES[5]!;
      const stored = await reading.trial(writer.id, place);
      assert.deepEqual(stored, { trial: trials[5], prompt: promptOf(place.taskId) });
      const messages = stored?.trial.trace.attempts[0]?.completions[0]?.messages;
      assert.deepEqual(messages, [{ role: 'user', content: 'in a message alone' }]);
    });

    checked('that is not there is null', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      for (const place of [{ pipeline: 'c' }, { taskId: 'T/3' }, { repeat: 9 }])
        assert.equal(await reading.trial(writer.id, { ...PLACES[0]!, ...place }), null);
      assert.equal(await reading.trial('no run', PLACES[0]!), null);
    });

    checked('that another version kept is refused to who reads it, and can be replaced', async (stores) => {
      const { writing, reading } = stores;
      const writer = await begun(writing);
      await writer.append(unreadable(trialAt(PLACES[0]!)));
      await writer.append(trialAt(PLACES[1]!));
      const refused = { name: 'Refusal', message: /was stored by another version of greenloop/ };
      await assert.rejects(trialsOf(reading, writer.id), refused);
      await assert.rejects(reading.trial(writer.id, PLACES[0]!), refused);
      assert.equal((await reading.page(writer.id)).total, 2);
      assert.ok(await reading.trial(writer.id, PLACES[1]!));
      await writer.append(trialAt(PLACES[0]!));
      assert.equal((await trialsOf(reading, writer.id)).length, 2);
    });

    checked('of a plan of another version can be read', async ({ writing, reading }) => {
      const writer = await begun(writing, { ...PLAN, sandbox: 7 } as unknown as Plan);
      await writer.append(trialAt(PLACES[0]!));
      assert.equal((await reading.list())[0]?.plan, null);
      assert.equal((await trialsOf(reading, writer.id)).length, 1);
    });
  });

  describe(`${name}: who subscribes`, () => {
    checked('gets the rows that are there, those that come, and the end', async ({ writing, reading }) => {
      const writer = await begun(writing);
      await writer.append(trialAt(PLACES[1]!));
      const rows = reading.subscribe(writer.id)[Symbol.asyncIterator]();
      const next = async () => (await rows.next()).value;
      assert.deepEqual(await next(), rowOf(trialAt(PLACES[1]!)));
      const coming = next();
      await writer.append(trialAt(PLACES[0]!, { error: 'KeyError' }));
      assert.deepEqual(await coming, rowOf(trialAt(PLACES[0]!, { error: 'KeyError' })));
      // A trial that is replaced comes again.
      await writer.append(trialAt(PLACES[1]!, { fault: 'sandbox' }));
      await writer.finish({ state: 'complete', trials: 2, summary: null });
      assert.deepEqual(await next(), rowOf(trialAt(PLACES[1]!, { fault: 'sandbox' })));
      assert.deepEqual(await rows.next(), { done: true, value: undefined });
    });

    checked('gets all rows of a run that writes meanwhile, each once', async ({ writing, reading }) => {
      const plan = planOf({ repeats: 50 });
      const writer = await begun(writing, plan);
      const rows: TrialRow[] = [];
      const reader = (async () => {
        for await (const row of reading.subscribe(writer.id)) rows.push(row);
      })();
      for (const [index, place] of placesOf(plan).entries()) {
        await writer.append(trialAt(place));
        if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await writer.finish({ state: 'complete', trials: 200, summary: null });
      await reader;
      const places = placesOf(plan).map(rowKey);
      assert.deepEqual(rows.map(rowKey), places);
    });

    checked('to a run begun anew gets its new rows, though the old ones are gone', async ({ writing, reading }) => {
      const writer = await begun(writing);
      for (const place of PLACES) await writer.append(trialAt(place));
      const rows = reading.subscribe(writer.id)[Symbol.asyncIterator]();
      for (const _ of PLACES) await rows.next();
      const again = await begun(writing, PLAN, false);
      await again.append(trialAt(PLACES[0]!, { error: 'KeyError' }));
      assert.equal((await rows.next()).value?.error, 'KeyError');
      await again.finish({ state: 'stopped', trials: 1, summary: null });
      assert.equal((await rows.next()).done, true);
    });

    checked('to new rows alone gets none of those that are there', async ({ writing, reading }) => {
      const writer = await begun(writing);
      await writer.append(trialAt(PLACES[0]!));
      const rows = reading.subscribe(writer.id, undefined, { onlyNew: true })[Symbol.asyncIterator]();
      const coming = rows.next();
      await writer.append(trialAt(PLACES[1]!));
      assert.deepEqual((await coming).value, rowOf(trialAt(PLACES[1]!)));
      await writer.finish({ state: 'complete', trials: 2, summary: null });
      assert.equal((await rows.next()).done, true);
    });

    checked('ends when asked to, and at once where nothing runs', async ({ writing, reading }) => {
      const writer = await begun(writing);
      const controller = new AbortController();
      const rows = reading.subscribe(writer.id, controller.signal)[Symbol.asyncIterator]();
      const waiting = rows.next();
      controller.abort();
      assert.equal((await waiting).done, true);
      for await (const _ of reading.subscribe('no run')) assert.fail('a row of no run');
      await writer.append(trialAt(PLACES[0]!));
      await writer.finish({ state: 'stopped', trials: 1, summary: null });
      const ended: TrialRow[] = [];
      for await (const row of reading.subscribe(writer.id)) ended.push(row);
      assert.equal(ended.length, 1);
    });
  });

  describe(`${name}: forgetting`, () => {
    checked('takes the trials along; what is not there is no matter', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      const kept = await stopped(writing, planOf({ seed: 2 }));
      await reading.remove([writer.id, 'no such run']);
      assert.deepEqual(
        (await writing.list()).map(({ id }) => id),
        [kept.writer.id],
      );
      assert.deepEqual(await trialsOf(writing, writer.id), []);
      assert.deepEqual(await trialsOf(writing, kept.writer.id), kept.trials);
    });

    checked('refuses a run that is running, and forgets none of the others then', async ({ writing, reading }) => {
      const { writer } = await stopped(writing);
      const { id } = await begun(writing, planOf({ seed: 2 }));
      const refused = {
        name: 'Refusal',
        message: new RegExp(`the run ${id} is running \\(process ${process.pid} on `),
      };
      await assert.rejects(reading.remove([writer.id, id]), refused);
      await assert.rejects(reading.compact(), refused);
      assert.equal((await reading.list()).length, 2);
    });

    checked('and compacting leaves the other runs as they are', async ({ writing, reading }) => {
      const kept = await stopped(writing);
      const gone = await stopped(writing, planOf({ names: ['other'], ids: ['other'], repeats: 5 }));
      await writing.remove([gone.writer.id]);
      const { before, after } = await writing.compact();
      assert.ok(before > 0 && after > 0 && after <= before, `${before} -> ${after}`);
      assert.deepEqual(await trialsOf(reading, kept.writer.id), kept.trials);
      const stored = await reading.trial(kept.writer.id, PLACES[0]!);
      assert.deepEqual(stored?.prompt, promptOf(PLACES[0]!.taskId));
    });
  });
}

async function begun(store: RunStore, plan = PLAN, keepTrials = true): Promise<RunWriter> {
  const writer = await store.begin(beginningOf(plan, keepTrials));
  assert.ok(writer !== null);
  return writer;
}

/** A run of every trial of a plan, stored from the last to the first, and its trials in order. */
async function stopped(store: RunStore, plan = PLAN): Promise<{ writer: RunWriter; trials: Trial[] }> {
  const writer = await begun(store, plan);
  const trials = placesOf(plan).map((place) => trialAt(place));
  for (const trial of trials.toReversed()) await writer.append(trial);
  await writer.finish({ state: 'stopped', trials: trials.length, summary: SUMMARY });
  return { writer, trials };
}

/** A run whose trials differ in all that a page can choose and sort by. */
async function mixedRun(store: RunStore): Promise<{ id: string; trials: Trial[] }> {
  const writer = await begun(store);
  const trials = PLACES.map((place, index) => {
    const shown = [{}, { error: 'KeyError' }, { fault: 'model: timed-out' }, { error: 'TypeError' }, {}];
    const seconds = ((index * 5) % PLACES.length) + 0.25;
    return trialAt(place, { ...shown[index % shown.length], seconds, tokens: (index * 3) % PLACES.length });
  });
  for (const trial of trials.toReversed()) await writer.append(trial);
  return { id: writer.id, trials };
}

async function trialsOf(store: RunStore, run: string): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const trial of store.trials(run)) trials.push(trial);
  return trials;
}

function rowKey({ pipeline, taskId, repeat }: Pick<TrialRow, 'pipeline' | 'taskId' | 'repeat'>): string {
  return `${repeat} ${pipeline} ${taskId}`;
}
