import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxFault } from '../../src/base/errors.ts';
import type { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { openNative, whyNotNative } from './native.ts';
import { descendantsOf, sandboxParts, survivorsOf } from './process-tree.ts';
import { assertKind, assertPasses, assertStillJudges, run } from './runs.ts';

const SLOW = {
  code: 'import time\ndef f(x):\n    time.sleep(0.3)\n    return x',
  checks: 'assert f(1) == 1',
  timeoutSeconds: 20,
};
const PARTS = ['outer', 'inner', 'zygote', 'judge'] as const;

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

  test('killed at many moments, no verdict is wrong and the next run works', async () => {
    const right = {
      code: 'def f(x):\n    return sorted(x)',
      checks: 'for i in range(40):\n    assert f([2, 1]) == [1, 2]',
    };
    const wrong = { ...right, code: 'def f(x):\n    return x' };
    for (let round = 0; round < 24; round += 1) {
      const runs = [assertPasses(sandbox, right), assertKind(sandbox, wrong, 'failed'), assertPasses(sandbox, right)];
      const settled = Promise.all(runs);
      await sleep(round);
      const targets = sandboxParts(process.pid)[PARTS[round % PARTS.length]!];
      if (targets[0] !== undefined) process.kill(targets[0].pid, 'SIGKILL');
      await settled;
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
    await sleep(50);
    const outer = sandboxParts(process.pid).outer.filter(({ pid }) => !others.includes(pid));
    const all = outer.flatMap((entry) => [entry, ...descendantsOf(entry.pid)]);
    assert.ok(all.length >= 10, `${all.length} processes`);
    await closing.close();
    await looping;
    assert.deepEqual(await survivorsOf(all), []);
    await assertStillJudges(sandbox);
  });
});

test('when Node is killed in mid run, nothing survives', { skip: whyNotNative }, async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'looping-runs.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await sleep(100);
  const all = descendantsOf(child.pid!);
  assert.ok(all.length >= 10, `${all.length} processes`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(await survivorsOf(all), []);
});
