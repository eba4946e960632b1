import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Channel } from '../../src/base/channel.ts';

async function taken<Value>(channel: Channel<Value>): Promise<Value[]> {
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
    const channel = new Channel<number>(10);
    channel.give(1);
    const reading = taken(channel);
    await isDone(reading);
    channel.give(2);
    channel.give(3);
    await isDone(reading);
    channel.give(4);
    channel.close();
    assert.deepEqual(await reading, [1, 2, 3, 4]);
  });

  it('takes more than its capacity: giving never waits', async () => {
    const channel = new Channel<number>(2);
    for (let value = 0; value < 100; value += 1) channel.give(value);
    channel.close();
    assert.equal((await taken(channel)).length, 100);
  });

  it('has room as long as fewer values than its capacity wait', async () => {
    const channel = new Channel<number>(2);
    channel.give(1);
    await channel.room();
    channel.give(2);
    const room = channel.room();
    assert.equal(await isDone(room), false);
    const reading = channel[Symbol.asyncIterator]();
    await reading.next();
    await room;
  });

  it('tells all who wait when there is room', async () => {
    const channel = new Channel<number>(1);
    channel.give(1);
    const rooms = Promise.all([channel.room(), channel.room(), channel.room()]);
    assert.equal(await isDone(rooms), false);
    await channel[Symbol.asyncIterator]().next();
    await rooms;
  });

  it('closed, gives what it holds and ends; nobody waits for room any more', async () => {
    const channel = new Channel<number>(1);
    channel.give(1);
    const room = channel.room();
    channel.close();
    await room;
    await channel.room();
    assert.deepEqual(await taken(channel), [1]);
  });

  it('ends who waits for a value', async () => {
    const channel = new Channel<number>(1);
    const reading = taken(channel);
    assert.equal(await isDone(reading), false);
    channel.close();
    assert.deepEqual(await reading, []);
  });

  it('failed, gives what it holds and then the error', async () => {
    const channel = new Channel<number>(1);
    channel.give(1);
    channel.give(2);
    channel.fail(new Error('broke'));
    const values: number[] = [];
    const reading = (async () => {
      for await (const value of channel) values.push(value);
    })();
    await assert.rejects(reading, { message: 'broke' });
    assert.deepEqual(values, [1, 2]);
    await channel.room();
  });

  it('ends as it was ended first', async () => {
    const [closed, failed] = [new Channel<number>(1), new Channel<number>(1)];
    closed.close();
    closed.fail(new Error('late'));
    failed.fail(new Error('first'));
    failed.fail(new Error('late'));
    failed.close();
    assert.deepEqual(await taken(closed), []);
    await assert.rejects(taken(failed), { message: 'first' });
  });

  it('gives values that come between the last one taken and the end', async () => {
    const channel = new Channel<number>(1);
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
