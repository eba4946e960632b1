import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxFault } from '../../src/base/errors.ts';
import { SandboxProcess } from '../../src/sandbox/native/sandbox-process.ts';
import { SandboxPool } from '../../src/sandbox/sandbox-pool.ts';
import { nativeCommand, openNative, whyNotNative } from './native.ts';
import { assertPasses, requestFor } from './runs.ts';

const LOOP = requestFor({ code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 });

describe('a pool of sandboxes', { skip: whyNotNative }, () => {
  test('rejects the run for which no other sandbox could be started', async () => {
    const command = nativeCommand();
    let starts = 0;
    const start = () => {
      starts += 1;
      if (starts > 1) throw new SandboxFault('no more of them');
      return new SandboxProcess(command);
    };
    const pool = new SandboxPool({ parallel: 1, start, packageFolders: [], pytestMissing: () => new Error() });
    const controller = new AbortController();
    const first = pool.run(LOOP, controller.signal);
    const second = assert.rejects(pool.run(LOOP), /no more of them/);
    const reason = new Error('no longer wanted');
    await sleep(200);
    controller.abort(reason);
    await assert.rejects(first, reason);
    await second;
    await pool.close();
  });

  test('a program that cannot be started at all is a fault', async () => {
    const gone = new SandboxProcess({ ...nativeCommand(), file: '/no/such/program' });
    await assert.rejects(
      gone.receive(),
      (error) => error instanceof SandboxFault && /did not start/.test(error.message),
    );
    await gone.closed;
  });

  const sandbox = openNative(1);
  after(() => sandbox.close());
  const slow = { code: 'import time\ndef f(x):\n    time.sleep(0.3)\n    return x', checks: 'assert f(1) == 1' };

  test('an answer that came while this process was busy counts', async () => {
    await assertPasses(sandbox, slow);
    const running = assertPasses(sandbox, { ...slow, timeoutSeconds: 2 });
    await sleep(50);
    // Longer than the limit and the time that the judge is given over it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
    await running;
  });
});
