import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { findHost } from '../../src/sandbox/pyodide/host-command.ts';
import { openSnapshots } from '../../src/sandbox/pyodide/snapshots.ts';
import { cacheFolder } from './pyodide.ts';

const host = findHost(join(packageRoot, 'src', 'sandbox', 'runner'), null);

describe('the kept memory of a Python that is ready', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'greenloop-snapshots-'));
    mkdirSync(join(folder, 'pyodide'));
    // One file for each role: where two processes of the tests began at once, the shared folder holds one of each.
    for (const file of Object.values(await openSnapshots(host, cacheFolder)))
      cpSync(file!, join(folder, 'pyodide', basename(file!)));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('that has changed is made anew, and nothing else is left of it', async () => {
    const { judge, candidate } = await openSnapshots(host, folder);
    const bytes = readFileSync(candidate!);
    bytes[20_000_000]! ^= 1;
    writeFileSync(candidate!, bytes);
    const again = await openSnapshots(host, folder);
    assert.equal(again.judge, judge);
    assert.ok(again.candidate !== null);
    assert.ok(again.candidate.endsWith(`-${sha256(readFileSync(again.candidate))}.bin`));
    const left = readdirSync(join(folder, 'pyodide')).filter((name) => name.includes('-candidate-'));
    assert.deepEqual(left, [again.candidate.split('/').at(-1)]);
  });

  test('where nothing can be kept, Python starts without', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    assert.deepEqual(await openSnapshots(host, file), { judge: null, candidate: null });
    assert.deepEqual(await openSnapshots(host, null), { judge: null, candidate: null });
  });
});
