import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SandboxFault } from '../../src/base/errors.ts';
import { RememberingSandbox } from '../../src/sandbox/remembering-sandbox.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import { openNative } from './native.ts';

const real = openNative();
after(() => real.close());

/** A Sandbox over the real one that notes what it runs, and breaks as often as it is told to. */
class WatchedSandbox implements Sandbox {
  readonly runs: RunRequest[] = [];
  faults = 0;

  async run(request: RunRequest, signal?: AbortSignal) {
    this.runs.push(request);
    if (this.faults-- > 0) throw new SandboxFault('broken');
    return real.run(request, signal);
  }

  isolation() {
    return real.isolation();
  }

  async close() {}
}

const TESTS = { setup: '', checks: 'assert f(1) == 2\nassert f(2) == 3\n' };

function requestOf(changes: Partial<RunRequest> = {}): RunRequest {
  const code = 'def f(n):\n    return n\n';
  return { code, context: '', entryPoint: 'f', tests: TESTS, timeoutSeconds: 60, report: 'all', ...changes };
}

function open() {
  const watched = new WatchedSandbox();
  return { watched, sandbox: new RememberingSandbox(watched) };
}

describe('a RememberingSandbox', () => {
  it('runs the same request once, also where both are asked at the same time', async () => {
    const { watched, sandbox } = open();
    const verdicts = await Promise.all([sandbox.run(requestOf()), sandbox.run(requestOf())]);
    verdicts.push(await sandbox.run(requestOf()));
    assert.equal(watched.runs.length, 1);
    for (const verdict of verdicts) assert.deepEqual(verdict, verdicts[0]);
  });

  it('runs a request that differs in anything that can alter the verdict', async () => {
    const { watched, sandbox } = open();
    const requests = [
      {},
      { code: 'def f(n):\n    return n + 1\n' },
      { context: 'import math' },
      { entryPoint: 'g' },
      { timeoutSeconds: 9 },
      { tests: { setup: '', checks: 'assert f(1) == 1' } },
      { tests: { setup: 'X = 1', checks: TESTS.checks } },
      { tests: { program: TESTS.checks, moduleName: 'solution' } },
      { tests: { program: TESTS.checks, moduleName: 'other' } },
      { tests: null },
    ];
    for (const changes of requests) await sandbox.run(requestOf(changes));
    assert.equal(watched.runs.length, requests.length);
  });

  it("serves 'first' with what 'all' showed, but not the other way round", async () => {
    const { watched, sandbox } = open();
    const all = await sandbox.run(requestOf());
    assert.equal(all.checksFailed, 2);
    assert.deepEqual(await sandbox.run(requestOf({ report: 'first' })), all);
    assert.equal(watched.runs.length, 1);

    const other = open();
    const first = await other.sandbox.run(requestOf({ report: 'first' }));
    assert.equal(first.checksFailed, 1);
    assert.equal((await other.sandbox.run(requestOf())).checksFailed, 2);
    assert.equal(other.watched.runs.length, 2);
  });

  it('does not run code again under other tests that was seen not to load', async () => {
    const broken = {
      'syntax-error': 'def f(n:\n',
      raised: 'import nosuchmodule\n',
      crashed: 'import os\nos._exit(0)\n',
      'timed-out': 'while True:\n    pass\n',
    };
    for (const [kind, code] of Object.entries(broken)) {
      const { watched, sandbox } = open();
      const timeoutSeconds = kind === 'timed-out' ? 1 : 60;
      const seen = await sandbox.run(requestOf({ code, timeoutSeconds }));
      assert.equal(seen.kind, kind);
      const tests = { setup: '', checks: 'assert f(9) == 9' };
      assert.deepEqual(await sandbox.run(requestOf({ code, tests, timeoutSeconds, report: 'first' })), seen);
      assert.equal(watched.runs.length, 1, kind);
    }
  });

  it('runs code again under other tests where it loads and then fails', async () => {
    const failing = {
      failed: 'def f(n):\n    return n\n',
      raised: 'def f(n):\n    raise ValueError\n',
      crashed: 'import os\ndef f(n):\n    os._exit(0)\n',
    };
    for (const [kind, code] of Object.entries(failing)) {
      const { watched, sandbox } = open();
      assert.equal((await sandbox.run(requestOf({ code }))).kind, kind);
      await sandbox.run(requestOf({ code, tests: { setup: '', checks: 'assert f(9) == 9' } }));
      assert.equal(watched.runs.length, 2, kind);
    }
  });

  it('does not take a load without the entry point for one of a test file, which needs none', async () => {
    const { sandbox } = open();
    const code = 'def g(n):\n    return n\n';
    assert.equal((await sandbox.run(requestOf({ code }))).kind, 'raised');
    const tests = { program: 'from solution import g\nassert g(1) == 1\n', moduleName: 'solution' };
    assert.equal((await sandbox.run(requestOf({ code, tests }))).kind, 'passed');
  });

  it('does not remember a fault', async () => {
    const { watched, sandbox } = open();
    watched.faults = 1;
    await assert.rejects(sandbox.run(requestOf()), SandboxFault);
    assert.equal((await sandbox.run(requestOf())).kind, 'failed');
    assert.equal(watched.runs.length, 2);
  });

  it('runs a program that hangs outside of any check again under other tests: it did load', async () => {
    const { watched, sandbox } = open();
    const code = 'import time\ndef f(n):\n    if n == 3:\n        time.sleep(600)\n    return n + 1\n';
    const hanging = { setup: '', checks: 'y = f(3)\nassert y == 4\n' };
    const first = await sandbox.run(requestOf({ code, tests: hanging, timeoutSeconds: 3 }));
    assert.deepEqual([first.kind, 'during' in first && first.during], ['timed-out', 'check']);
    assert.equal((await sandbox.run(requestOf({ code, timeoutSeconds: 3 }))).kind, 'passed');
    assert.equal(watched.runs.length, 2);
  });

  it('lets a caller that shares a run leave it, which goes on for the other', async () => {
    const { watched, sandbox } = open();
    const code = 'import time\ndef f(n):\n    time.sleep(0.3)\n    return n + 1\n';
    const other = sandbox.run(requestOf({ code }));
    const controller = new AbortController();
    const shared = sandbox.run(requestOf({ code }), controller.signal);
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    let isOver = false;
    void other.then(() => {
      isOver = true;
    });
    await assert.rejects(shared, reason);
    assert.equal(isOver, false);
    assert.equal((await other).kind, 'passed');
    assert.equal(watched.runs.length, 1);
  });
});
