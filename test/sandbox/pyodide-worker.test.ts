import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/base/package-root.ts';
import { CandidateSupply } from '../../src/sandbox/pyodide/candidate-supply.ts';
import { findHost, hostCommand } from '../../src/sandbox/pyodide/host-command.ts';
import { PyodideWorker } from '../../src/sandbox/pyodide/pyodide-worker.ts';
import { openSnapshots } from '../../src/sandbox/pyodide/snapshots.ts';
import { SandboxPool } from '../../src/sandbox/sandbox-pool.ts';
import { cacheFolder } from './pyodide.ts';
import { requestFor } from './runs.ts';

/** A candidate that says that its run is over as soon as it begins, as one with a broken descriptor does. */
const BROKEN = `const frame = (tag, text) => {
  const body = Buffer.from(text), head = Buffer.alloc(5);
  head.write(tag, 0, 1, 'latin1');
  head.writeUInt32BE(body.length, 1);
  process.stdout.write(Buffer.concat([head, body]));
};
frame('r', '');
process.stdin.once('data', () => frame('u', '{"status":256,"cpuSeconds":0,"reads":1,"doubt":"it ended without an answer"}'));`;

test('a candidate that ends before it was given any code is tried again, and never a verdict', async () => {
  const host = findHost(join(packageRoot, 'src', 'sandbox', 'runner'), null);
  const snapshots = await openSnapshots(host, cacheFolder);
  const real = hostCommand(host, { role: 'candidate', snapshot: snapshots.candidate });
  const judge = hostCommand(host, { role: 'judge', snapshot: snapshots.judge });
  const supplies = [{ file: process.execPath, arguments: ['-e', BROKEN] }, real].map((one) => new CandidateSupply(one));
  const [broken, whole] = supplies as [CandidateSupply, CandidateSupply];
  let starts = 0;
  const start = () => new PyodideWorker(judge, starts++ === 0 ? broken : whole);
  const pool = new SandboxPool({ parallel: 1, start, packageFolders: [], pytestMissing: () => new Error() });
  const verdict = await pool.run(requestFor({ code: 'def f(x):\n    return x', checks: 'assert f(1) == 1' }));
  await pool.close();
  await Promise.all(supplies.map((supply) => supply.close()));
  assert.deepEqual([verdict.kind, starts], ['passed', 2]);
});
