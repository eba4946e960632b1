import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { descendantsOf, type ProcessEntry, survivorsOf } from './process-tree.ts';
import { openPyodide } from './pyodide.ts';
import { assertKind, assertPasses, assertStillJudges } from './runs.ts';

/** More of them, such as 66, for a longer search. */
const KILLS = Number(process.env.GREENLOOP_TEST_KILLS ?? 3);
const LOOP = { code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 };
const RIGHT = {
  code: 'def f(x):\n    return sorted(x)',
  checks: 'for i in range(40):\n    assert f([2, 1]) == [1, 2]',
};

describe('processes of Pyodide killed from outside', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await openPyodide(1);
    await assertStillJudges(sandbox);
  });
  after(() => sandbox.close());

  test(`at ${KILLS} random moments: no verdict is wrong and the next run works`, async () => {
    const wrong = { ...RIGHT, code: 'def f(x):\n    return x' };
    for (let round = 0; round < KILLS; round += 1) {
      const settled = Promise.all([assertPasses(sandbox, RIGHT), assertKind(sandbox, wrong, 'failed')]);
      await sleep(40 * Math.random());
      const targets = descendantsOf(process.pid);
      const target = targets[round % targets.length];
      if (target !== undefined) process.kill(target.pid, 'SIGKILL');
      await settled;
    }
    await assertStillJudges(sandbox);
  });

  test('closing leaves no process', async () => {
    const others = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
    const closing = await openPyodide(1);
    await assertStillJudges(closing);
    const looping = assert.rejects(assertPasses(closing, LOOP));
    let own: ProcessEntry[] = [];
    while (own.length < 2) {
      await sleep(50);
      own = descendantsOf(process.pid).filter(({ pid }) => !others.has(pid));
    }
    await closing.close();
    await looping;
    assert.deepEqual(await survivorsOf(own), []);
  });

  test('when Node is killed in mid run, nothing survives', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'pyodide-looping-runs.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(100);
    const all = descendantsOf(child.pid!);
    assert.ok(all.length >= 2, `${all.length} processes`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(await survivorsOf(all), []);
  });
});
