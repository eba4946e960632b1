import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxFault } from '../../../src/base/errors.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { assertPasses, assertStillJudges, requestFor, run } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const LOOP = { code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 };

/** Many runs at once, ends from outside, and what the sandbox says of itself. */
export function testLifecycle(sandbox: Opened, open: () => Promise<Sandbox>): void {
  test('20 runs at once keep apart', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        run(sandbox(), {
          code: `def f(x):\n    print(${n})\n    return x + ${n}`,
          checks: `assert f(1) == ${n % 3 === 0 ? -1 : n + 1}`,
        }),
      ),
    );
    assert.deepEqual(
      verdicts.map(({ kind, output }) => [kind, output]),
      Array.from({ length: 20 }, (_, n) => [n % 3 === 0 ? 'failed' : 'passed', `${n}\n`]),
    );
  });

  test('aborted before the run, throws the signal’s reason', async () => {
    const reason = new Error('no longer wanted');
    await assert.rejects(sandbox().run(requestFor(LOOP), AbortSignal.abort(reason)), reason);
  });

  test('aborted during a run, or while it waits for its turn, throws the signal’s reason', async () => {
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const runs = Array.from({ length: 5 }, () => sandbox().run(requestFor(LOOP), controller.signal));
    const settled = Promise.allSettled(runs);
    await assertRunsMeanwhile(sandbox(), controller, reason);
    for (const outcome of await settled) assert.equal(outcome.status === 'rejected' && outcome.reason, reason);
    await assertStillJudges(sandbox());
  });

  test('closed during runs: they throw, and so do later ones', async () => {
    const closing = await open();
    await assertPasses(closing, { code: 'def f(x): return x', checks: 'assert f(1) == 1' });
    const settled = Promise.allSettled(Array.from({ length: 4 }, () => closing.run(requestFor(LOOP))));
    await closing.close();
    for (const outcome of await settled)
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof SandboxFault, JSON.stringify(outcome));
    await assert.rejects(closing.run(requestFor(LOOP)), SandboxFault);
    await closing.close();
  });

  test('names its isolation', async () => {
    const { name, python, lacks } = await sandbox().isolation();
    assert.match(name, /\S/);
    assert.match(python, /3\.\d+/);
    assert.ok(lacks.every((lack) => lack !== '' && !lack.includes('\n')));
  });
}

/** Lets a run queue up behind those that will be aborted, then aborts them. */
async function assertRunsMeanwhile(sandbox: Sandbox, controller: AbortController, reason: Error): Promise<void> {
  const queued = assertPasses(sandbox, { code: 'def f(x): return x', checks: 'assert f(1) == 1' });
  setTimeout(() => controller.abort(reason), 100);
  await queued;
}
