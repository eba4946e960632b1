import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CachedSandbox } from '../../src/cache/cached-sandbox.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';

const sandbox = await openSandbox(readSettings(), 1);
after(() => sandbox.close());

const TESTS = { setup: 'from math import inf', checks: 'assert f(1) == 2\nassert f(inf) == inf' };

function request(code: string, changes: Partial<RunRequest> = {}): RunRequest {
  return { code, context: '', entryPoint: 'f', tests: TESTS, timeoutSeconds: 60, report: 'all', ...changes };
}

/** The real sandbox, which counts what it is asked. */
function counting(): { sandbox: Sandbox; runs: () => number } {
  let runs = 0;
  const run: Sandbox['run'] = (asked, signal) => {
    runs += 1;
    return sandbox.run(asked, signal);
  };
  return { sandbox: { run, isolation: () => sandbox.isolation(), close: async () => {} }, runs: () => runs };
}

const PROGRAMS = {
  passed: 'def f(x):\n    print("\\x1b[2J")\n    return x + 1\n',
  failed: 'def f(x):\n    return x\n',
  raised: 'def f(x):\n    y = {"a": x}\n    return y["b"]\n',
  'raised while loading': 'import nothing_of_the_kind\n',
  'syntax-error': 'def f(x)\n',
  'no-code': '  ',
};

for (const [kind, code] of Object.entries(PROGRAMS)) {
  test(`a verdict is kept whole: ${kind}`, async () => {
    const ledger = new SqliteLedger(':memory:');
    const { sandbox: counted, runs } = counting();
    const first = await (await CachedSandbox.around(counted, { cache: ledger, judge: 'v1' })).run(request(code));
    const second = await (await CachedSandbox.around(counted, { cache: ledger, judge: 'v1' })).run(request(code));
    assert.equal(first.kind, kind.split(' ')[0]);
    assert.deepEqual(second, first);
    assert.equal(runs(), 1);
  });
}

test('whatever decides a verdict makes it another one', async () => {
  const ledger = new SqliteLedger(':memory:');
  const { sandbox: counted, runs } = counting();
  const kept = await CachedSandbox.around(counted, { cache: ledger, judge: 'v1' });
  const code = PROGRAMS.failed;
  const changes: Partial<RunRequest>[] = [
    {},
    { context: 'x = 1' },
    { tests: { setup: '', checks: 'assert f(1) == 1' } },
    { timeoutSeconds: 59 },
    { report: 'first' },
    { entryPoint: 'g' },
  ];
  for (const change of changes) await kept.run(request(code, change));
  await (await CachedSandbox.around(counted, { cache: ledger, judge: 'v2' })).run(request(code));
  assert.equal(runs(), changes.length + 1);
});

test('what a busy machine may have done to a program is run again', async () => {
  const ledger = new SqliteLedger(':memory:');
  const { sandbox: counted, runs } = counting();
  const kept = await CachedSandbox.around(counted, { cache: ledger, judge: 'v1' });
  const endless = request('def f(x):\n    while True:\n        pass\n', { timeoutSeconds: 0.3 });
  const exits = request('import os\ndef f(x):\n    os._exit(0)\n');
  for (const asked of [endless, endless, exits, exits]) await kept.run(asked);
  assert.equal(runs(), 4);
});
