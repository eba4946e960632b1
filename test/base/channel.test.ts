import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Channel } from '../../src/base/channel.ts';

async function readAll<Value>(channel: Channel<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of channel) values.push(value);
  return values;
}

/** Whether a promise has resolved by the time that all that was ready has run. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(
    () => {
      done = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('a channel', () => {
  it('gives what was given, in order, whoever came first', async () => {
    const channel = new Channel<number>();
    channel.give(1);
    const reading = readAll(channel);
    await isDone(reading);
    channel.give(2);
    channel.give(3);
    await isDone(reading);
    channel.give(4);
    channel.close();
    assert.deepEqual(await reading, [1, 2, 3, 4]);
  });

  it('takes any number of values: giving never waits', async () => {
    const channel = new Channel<number>();
    for (let value = 0; value < 100; value += 1) channel.give(value);
    channel.close();
    assert.equal((await readAll(channel)).length, 100);
  });

  it('tells all who wait when the taker has done with what was given', async () => {
    const channel = new Channel<number>();
    await channel.taken();
    channel.give(1);
    const taken = Promise.all([channel.taken(), channel.taken()]);
    assert.equal(await isDone(taken), false);
    const reading = channel[Symbol.asyncIterator]();
    await reading.next();
    // The taker still has it in hand.
    assert.equal(await isDone(taken), false);
    const next = reading.next();
    await taken;
    channel.close();
    assert.deepEqual(await next, { value: undefined, done: true });
  });

  it('lets nobody wait for a taker that leaves', async () => {
    const channel = new Channel<number>();
    channel.give(1);
    channel.give(2);
    const taken = channel.taken();
    for await (const value of channel) {
      assert.equal(value, 1);
      break;
    }
    await taken;
  });

  it('closed, gives what it holds and ends; nobody waits any more', async () => {
    const channel = new Channel<number>();
    channel.give(1);
    const waiting = channel.taken();
    channel.close();
    await waiting;
    await channel.taken();
    assert.deepEqual(await readAll(channel), [1]);
  });

  it('ends who waits for a value', async () => {
    const channel = new Channel<number>();
    const reading = readAll(channel);
    assert.equal(await isDone(reading), false);
    channel.close();
    assert.deepEqual(await reading, []);
  });

  it('failed, gives what it holds and then the error', async () => {
    const channel = new Channel<number>();
    channel.give(1);
    channel.give(2);
    channel.fail(new Error('broke'));
    const values: number[] = [];
    const reading = (async () => {
      for await (const value of channel) values.push(value);
    })();
    await assert.rejects(reading, { message: 'broke' });
    assert.deepEqual(values, [1, 2]);
    await channel.taken();
  });

  it('ends as it was ended first', async () => {
    const [closed, failed] = [new Channel<number>(), new Channel<number>()];
    closed.close();
    closed.fail(new Error('late'));
    failed.fail(new Error('first'));
    failed.fail(new Error('late'));
    failed.close();
    assert.deepEqual(await readAll(closed), []);
    await assert.rejects(readAll(failed), { message: 'first' });
  });

  it('gives values that come between the last one taken and the end', async () => {
    const channel = new Channel<number>();
    const values: number[] = [];
    channel.give(0);
    for await (const value of channel) {
      values.push(value);
      if (value < 5) channel.give(value + 1);
      else channel.close();
    }
    assert.deepEqual(values, [0, 1, 2, 3, 4, 5]);
  });
});
