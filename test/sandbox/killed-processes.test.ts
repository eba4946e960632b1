import assert from 'node:assert/strict';
import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { SandboxFault } from '../../src/base/errors.ts';
import { SandboxProcess } from '../../src/sandbox/native/sandbox-process.ts';
import type { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { nativeCommand, openNative, whyNotNative } from './native.ts';
import { descendantsOf, type ProcessEntry, sandboxParts, survivorsOf } from './process-tree.ts';
import { assertKind, assertPasses, assertStillJudges, run } from './runs.ts';

const SLOW = {
  code: 'import time\ndef f(x):\n    time.sleep(0.3)\n    return x',
  checks: 'assert f(1) == 1',
};
const PARTS = ['outer', 'inner', 'zygote', 'judge'] as const;
/** More of them, such as 66, for a longer search; as the moments are random, many short ones search as far. */
const KILLS = Number(process.env.GREENLOOP_TEST_KILLS ?? 8);
const [KILLS_OF_STARTS, KILLS_OF_NODE] = [Math.ceil(1.5 * KILLS), Math.ceil(KILLS / 2)];

describe('processes killed from outside', { skip: whyNotNative }, () => {
  let sandbox: NativeSandbox;
  before(() => {
    sandbox = openNative(1);
  });
  after(() => sandbox.close());

  for (const part of PARTS) {
    test(`the ${part} of a sandbox in mid run costs a retry, never a verdict`, async () => {
      await assertStillJudges(sandbox);
      const running = assertPasses(sandbox, SLOW);
      await sleep(100);
      const [target] = sandboxParts(process.pid)[part];
      const before = descendantsOf(process.pid);
      process.kill(target!.pid, 'SIGKILL');
      await running;
      const now = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
      assert.deepEqual(await survivorsOf(before.filter(({ pid }) => !now.has(pid))), []);
      await assertStillJudges(sandbox);
    });
  }

  test(`killed at ${KILLS} random moments, no verdict is wrong and the next run works`, async () => {
    const right = {
      code: 'def f(x):\n    return sorted(x)',
      checks: 'for i in range(40):\n    assert f([2, 1]) == [1, 2]',
    };
    const wrong = { ...right, code: 'def f(x):\n    return x' };
    for (let round = 0; round < KILLS; round += 1) {
      const runs = [assertPasses(sandbox, right), assertKind(sandbox, wrong, 'failed'), assertPasses(sandbox, right)];
      const settled = Promise.all(runs);
      await sleep(30 * Math.random());
      const targets = sandboxParts(process.pid)[PARTS[round % PARTS.length]!];
      if (targets[0] !== undefined) process.kill(targets[0].pid, 'SIGKILL');
      await settled;
    }
    await assertStillJudges(sandbox);
  });

  test(`a sandbox that ends at ${KILLS_OF_STARTS} random moments of its start leaves no process, whoever ends it`, async () => {
    const command = nativeCommand();
    const others = sandboxParts(process.pid).outer.map(({ pid }) => pid);
    for (let round = 0; round < KILLS_OF_STARTS; round += 1) {
      const starting = new SandboxProcess(command);
      await sleep(10 * Math.random());
      const outer = sandboxParts(process.pid).outer.find(({ pid }) => !others.includes(pid));
      if (round % 2 === 0) starting.kill('no longer wanted');
      else if (outer !== undefined) process.kill(outer.pid, 'SIGKILL');
      await starting.closed;
    }
    await assertStillJudges(sandbox);
  });

  test('candidates that die while they wait cost nothing: others take their place', async () => {
    for (const [code, kind] of [
      ['def f(x):\n    return x', 'failed'],
      ['def f(x):\n    return 2 * x', 'passed'],
    ] as const) {
      await assertStillJudges(sandbox);
      await sleep(50);
      const waiting = sandboxParts(process.pid).candidates;
      assert.ok(waiting.length > 0);
      for (const { pid } of waiting) process.kill(pid, 'SIGKILL');
      assert.deepEqual(await survivorsOf(waiting), []);
      await assertKind(sandbox, { code, checks: 'assert f(1) == 2' }, kind);
    }
  });

  test('a sandbox that dies again and again is a fault', async () => {
    const settled = run(sandbox, { ...SLOW, code: SLOW.code.replace('0.3', '600') }).then(
      () => null,
      (error) => error,
    );
    let isSettled = false;
    void settled.then(() => {
      isSettled = true;
    });
    while (!isSettled) {
      await sleep(50);
      for (const { pid } of sandboxParts(process.pid).zygote) process.kill(pid, 'SIGKILL');
    }
    const error = await settled;
    assert.ok(error instanceof SandboxFault, String(error));
    await assertStillJudges(sandbox);
  });

  test('closing leaves no process', async () => {
    const others = sandboxParts(process.pid).outer.map(({ pid }) => pid);
    const closing = openNative(2);
    await Promise.all([assertStillJudges(closing), assertStillJudges(closing)]);
    const looping = assert.rejects(
      run(closing, { code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 }),
    );
    let all: ProcessEntry[] = [];
    while (all.length < 10) {
      await sleep(50);
      const outer = sandboxParts(process.pid).outer.filter(({ pid }) => !others.includes(pid));
      all = outer.flatMap((entry) => [entry, ...descendantsOf(entry.pid)]);
    }
    await closing.close();
    await looping;
    assert.deepEqual(await survivorsOf(all), []);
    await assertStillJudges(sandbox);
  });
});

test(`when Node is killed at ${KILLS_OF_NODE} random moments, nothing survives`, { skip: whyNotNative }, async () => {
  const killed = Array.from(
    { length: KILLS_OF_NODE },
    (_, round) => () => killNode(round % 4 === 0 ? 0 : 150 * Math.random()),
  );
  await mapConcurrently(killed, 2, (kill) => kill());
});

/** Kills a Node that has filled a sandbox with runs, some milliseconds later; 0: while the sandbox starts. */
async function killNode(milliseconds: number): Promise<void> {
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'looping-runs.ts')], { stdio });
  for await (const text of child.stdout!.setEncoding('utf8'))
    if (milliseconds === 0 || text.endsWith('running\n')) break;
  await sleep(milliseconds);
  const all = descendantsOf(child.pid!);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(await survivorsOf(all), [], `${milliseconds} ms after its start`);
}
