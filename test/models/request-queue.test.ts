import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelFault } from '../../src/base/errors.ts';
import { Lane } from '../../src/models/lane.ts';
import { type Places, RequestQueue, type Turn } from '../../src/models/request-queue.ts';
import { countingPolicy } from './requests.ts';

/** Work that notes when it starts and ends when told. */
class Jobs {
  readonly started: string[] = [];
  readonly #ends = new Map<string, () => void>();

  work(name: string): () => Promise<string> {
    return async () => {
      this.started.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
      return name;
    };
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await settle();
  }
}

/** Lets all that is ready to run do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function turnOf(model: string, attempt = 0): Turn {
  return { model, attempt };
}

/** A queue with jobs named after their model and number, such as a1. */
function open(slots: number, ...names: readonly string[]) {
  const queue = new RequestQueue(slots);
  const jobs = new Jobs();
  const results = names.map((name) => queue.run(turnOf(name[0] ?? ''), jobs.work(name)));
  return { queue, jobs, results };
}

test('the model now loaded is served before another, and then the one that waits longest', async () => {
  const { jobs, results } = open(1, 'a1', 'c1', 'b1', 'a2', 'b2', 'c2', 'a3');
  await settle();
  for (const name of ['a1', 'a2', 'a3', 'c1', 'c2', 'b1', 'b2']) await jobs.end(name);
  assert.deepEqual(jobs.started, ['a1', 'a2', 'a3', 'c1', 'c2', 'b1', 'b2']);
  assert.deepEqual(await Promise.all(results), ['a1', 'c1', 'b1', 'a2', 'b2', 'c2', 'a3']);
});

test('of the model now loaded, what has come farthest is served first', async () => {
  const { queue, jobs, results } = open(1, 'a1', 'a2', 'b1');
  await settle();
  const later = [
    queue.run(turnOf('a', 1), jobs.work('a3')),
    queue.run(turnOf('a', 2), jobs.work('a4')),
    queue.run(turnOf('a', 1), jobs.work('a5')),
    queue.run(turnOf('b', 3), jobs.work('b2')),
  ];
  for (const name of ['a1', 'a4', 'a3', 'a5', 'a2', 'b1', 'b2']) await jobs.end(name);
  assert.deepEqual(jobs.started, ['a1', 'a4', 'a3', 'a5', 'a2', 'b1', 'b2']);
  await Promise.all([...results, ...later]);
});

test('another model starts only when the last answer of the one before is in', async () => {
  const { queue, jobs, results } = open(2, 'a1', 'a2', 'b1', 'b2');
  await settle();
  await jobs.end('a1');
  assert.deepEqual(jobs.started, ['a1', 'a2']);
  const late = queue.run(turnOf('a'), jobs.work('a3'));
  await settle();
  assert.deepEqual(jobs.started, ['a1', 'a2', 'a3']);
  await jobs.end('a2');
  await jobs.end('a3');
  assert.deepEqual(jobs.started, ['a1', 'a2', 'a3', 'b1', 'b2']);
  await jobs.end('b1');
  await jobs.end('b2');
  await Promise.all([late, ...results]);
});

test('work that fails gives its slot back and its error on', async () => {
  const queue = new RequestQueue(1);
  const failing = queue.run(turnOf('a'), () => Promise.reject(new Error('broken')));
  const throwing = queue.run(turnOf('a'), () => {
    throw new Error('at once');
  });
  await assert.rejects(failing, /broken/);
  await assert.rejects(throwing, /at once/);
  assert.equal(await queue.run(turnOf('b'), async () => 'fine'), 'fine');
});

test('a waiting request that is aborted is not done, and those behind it move up', async () => {
  const { queue, jobs, results } = open(1, 'a1');
  const controller = new AbortController();
  const aborted = queue.run(turnOf('a'), jobs.work('a2'), controller.signal);
  const next = queue.run(turnOf('a'), jobs.work('a3'));
  await settle();
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  await assert.rejects(queue.run(turnOf('a'), jobs.work('a4'), controller.signal), /enough/);
  await jobs.end('a1');
  await jobs.end('a3');
  assert.deepEqual(await Promise.all([...results, next]), ['a1', 'a3']);
  assert.deepEqual(jobs.started, ['a1', 'a3']);
});

test('a queue has slots', () => {
  for (const slots of [0, -1, 1.5, Number.NaN]) assert.throws(() => new RequestQueue(slots), RangeError);
});

const job = fc.record({
  model: fc.constantFrom('a', 'b', 'c'),
  fails: fc.boolean(),
  isAborted: fc.boolean(),
});

test('under any schedule: never more than the slots, one model at a time, nothing lost, in order within a model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(job, { maxLength: 20 }),
      async (scheduler, slots, list) => {
        const queue = new RequestQueue(slots);
        const running: string[] = [];
        const started: { model: string; index: number }[] = [];
        const outcomes = list.map(async ({ model, fails, isAborted }, index) => {
          const controller = new AbortController();
          const work = async () => {
            running.push(model);
            started.push({ model, index });
            assert.ok(running.length <= slots && new Set(running).size === 1);
            await scheduler.schedule(Promise.resolve(), `${model}${index}`);
            running.pop();
            if (fails) throw new Error('broken');
            return index;
          };
          const result = queue.run(turnOf(model), work, controller.signal);
          if (isAborted)
            scheduler.schedule(Promise.resolve(), 'abort').then(() => controller.abort(new Error('enough')));
          return result.catch((error: Error) => error.message);
        });
        const results = await scheduler.waitFor(Promise.all(outcomes));
        results.forEach((result, index) => {
          const wasStarted = started.some((other) => other.index === index);
          if (wasStarted) assert.equal(result, list[index]?.fails ? 'broken' : index);
          else assert.ok(result === 'enough' && list[index]?.isAborted);
        });
        for (const model of ['a', 'b', 'c']) {
          const order = started.filter((other) => other.model === model).map((other) => other.index);
          assert.deepEqual(
            order,
            order.toSorted((x, y) => x - y),
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('a list of requests costs as few model swaps as it has models', async () => {
  const models = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(models, fc.integer({ min: 1, max: 3 }), async (list, slots) => {
      const queue = new RequestQueue(slots);
      const order: string[] = [];
      await Promise.all(list.map((model) => queue.run(turnOf(model), async () => order.push(model))));
      const swaps = order.filter((model, index) => model !== order[index - 1]).length;
      assert.equal(swaps, new Set(list).size);
    }),
    { numRuns: 50 },
  );
});

function at(lanes: readonly Lane[]): Places {
  return { lanes: () => lanes, hopeless: () => null };
}

/** A queue for several servers, with jobs as above; what is started says where: a1@0. */
function openLanes(lanes: readonly Lane[]) {
  const queue = new RequestQueue(lanes);
  const jobs = new Jobs();
  const ask = (name: string, only?: readonly Lane[]) =>
    queue.run({ ...turnOf(name[0] ?? ''), ...(only && { places: at(only) }) }, (lane) =>
      jobs.work(`${name}@${lanes.indexOf(lane)}`)(),
    );
  return { jobs, ask };
}

test('of several servers, one loads another model only where those that have it will not soon have taken its requests', async () => {
  const { jobs, ask } = openLanes([1, 1].map((slots) => new Lane({ slots })));
  const results = ['a1', 'b1', 'a2'].map((name) => ask(name));
  await settle();
  await jobs.end('b1@1');
  // One request for a waits, and the server that has it loaded takes that next.
  assert.deepEqual(jobs.started, ['a1@0', 'b1@1']);
  const late = ['b2', 'a3'].map((name) => ask(name));
  await settle();
  assert.deepEqual(jobs.started.slice(2), ['b2@1']);
  await jobs.end('b2@1');
  // Two wait: more than that server answers at once.
  assert.deepEqual(jobs.started.slice(3), ['a2@1']);
  for (const name of ['a1@0', 'a2@1', 'a3@0', 'a3@1']) await jobs.end(name);
  await Promise.all([...results, ...late]);
});

test('a request goes only where it may, and one that no server is left for is refused', async () => {
  const lanes = [2, 1].map((slots) => new Lane({ slots }));
  const { jobs, ask } = openLanes(lanes);
  const results = ['a1', 'a2', 'a3'].map((name) => ask(name, lanes.slice(1)));
  await settle();
  for (const name of ['a1@1', 'a2@1', 'a3@1']) await jobs.end(name);
  await Promise.all(results);
  assert.deepEqual(jobs.started, ['a1@1', 'a2@1', 'a3@1']);
  const queue = new RequestQueue(lanes);
  const turn = { ...turnOf('a'), places: { lanes: () => [], hopeless: () => new Error('none left') } };
  await assert.rejects(
    queue.run(turn, async () => 'asked'),
    /none left/,
  );
});

test('a server that failed rests, longer each time, then takes one request at a time until it answers', () => {
  let now = 0;
  const policy = { ...countingPolicy(), random: () => 1 };
  const lane = new Lane({ slots: 3, policy, now: () => now });
  const fault = new ModelFault('unreachable', 'gone', { isTransient: true });
  const free = () => {
    let places = 0;
    while (lane.isFree) {
      lane.begin('a');
      places += 1;
    }
    for (let place = 0; place < places; place += 1) lane.end();
    return places;
  };
  assert.equal(free(), 3);
  for (const seconds of [1, 2, 4, 8, 16]) {
    const { age, isGivenUp } = lane;
    assert.equal(isGivenUp, false);
    lane.failed(fault, age);
    // The other requests that were under way say nothing new.
    lane.failed(fault, age);
    assert.deepEqual([lane.restSeconds, free()], [seconds, 0]);
    now += seconds;
    assert.equal(free(), 1);
  }
  assert.equal(lane.isGivenUp, true);
  lane.wake();
  assert.equal(lane.isGivenUp, false);
  lane.worked();
  assert.deepEqual([free(), lane.faults, lane.fault], [3, 0, null]);
});

test('several servers under any schedule and any faults: each within its slots, one model at a time, nothing lost', async () => {
  const request = fc.record({ model: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean(), only: fc.nat({ max: 3 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      fc.array(request, { maxLength: 20 }),
      async (scheduler, slots, list) => {
        const policy = { ...countingPolicy(), firstWaitSeconds: 0 };
        const lanes = slots.map((one) => new Lane({ slots: one, policy }));
        const queue = new RequestQueue(lanes);
        const running = lanes.map((): string[] => []);
        const outcomes = list.map(({ model, fails, only }, index) => {
          const allowed = lanes[only] === undefined ? lanes : [lanes[only]];
          return queue.run({ ...turnOf(model), places: at(allowed) }, async (lane) => {
            const own = running[lanes.indexOf(lane)]!;
            own.push(model);
            assert.ok(allowed.includes(lane) && own.length <= lane.slots && new Set(own).size === 1);
            const { age } = lane;
            await scheduler.schedule(Promise.resolve(), `${model}${index}`);
            own.pop();
            if (fails) lane.failed(new ModelFault('refused', 'broken', { isTransient: true }), age);
            else lane.worked();
            return index;
          });
        });
        assert.deepEqual(await scheduler.waitFor(Promise.all(outcomes)), [...list.keys()]);
      },
    ),
    { numRuns: 100 },
  );
});

for (const sizes of [
  [
    { slots: 1, milliseconds: 20 },
    { slots: 2, milliseconds: 60 },
  ],
  [
    { slots: 4, milliseconds: 400 },
    { slots: 1, milliseconds: 1000 },
  ],
]) {
  test(`servers of ${sizes.map(({ slots, milliseconds }) => `${slots} x ${milliseconds} ms`).join(' and ')} are busy to the end`, async () => {
    const lanes = sizes.map(({ slots }) => new Lane({ slots }));
    const queue = new RequestQueue(lanes);
    const busy = sizes.map(() => 0);
    const ends: { readonly at: number; readonly end: () => void }[] = [];
    let now = 0;
    const answer = (lane: Lane) => {
      const place = lanes.indexOf(lane);
      const { milliseconds } = sizes[place]!;
      busy[place]! += milliseconds;
      return new Promise<void>((end) => ends.push({ at: now + milliseconds, end }));
    };
    const requests = Array.from({ length: 300 }, () => queue.run(turnOf('a'), answer));
    await settle();
    // The clock goes from one end of an answer to the next.
    while (ends.length > 0) {
      ends.sort((one, other) => one.at - other.at);
      const next = ends.shift()!;
      now = next.at;
      next.end();
      await settle();
    }
    await Promise.all(requests);
    for (const [place, { slots }] of sizes.entries())
      assert.ok(busy[place]! / slots / now >= 0.95, `${busy} of ${now}`);
  });
}

test('a server that just failed is tried where no other one has room', async () => {
  const policy = { ...countingPolicy(), random: () => 0 };
  const lanes = [1, 1].map((slots) => new Lane({ slots, policy }));
  lanes[0]!.failed(new ModelFault('refused', 'broken', { isTransient: true }), 0);
  const { jobs, ask } = openLanes(lanes);
  const results = [ask('a1'), ask('a2')];
  await settle();
  assert.deepEqual(jobs.started, ['a1@1', 'a2@0']);
  for (const name of jobs.started) await jobs.end(name);
  await Promise.all(results);
});
