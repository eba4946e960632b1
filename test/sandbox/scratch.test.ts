import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { SandboxFault } from '../../src/base/errors.ts';
import { makeScratch, removeForgottenScratch, removeScratch } from '../../src/sandbox/native/scratch.ts';

// Looked up again at every call.
const place = mkdtempSync(join(tmpdir(), 'greenloop-test-'));
process.env.TMPDIR = place;
after(() => rmSync(place, { recursive: true }));

const LAST_PID = 4_194_304;

test('each sandbox has a folder of its own, and those of processes that are gone are removed', async () => {
  const first = makeScratch(null);
  const second = makeScratch(null);
  assert.notEqual(first, second);
  assert.equal(statSync(dirname(first)).mode & 0o777, 0o711);
  const forgotten = join(dirname(first), `${LAST_PID}-abc`);
  mkdirSync(forgotten);
  writeFileSync(join(forgotten, 'left'), '');
  const third = makeScratch(null);
  for (let tries = 0; tries < 6000 && existsSync(forgotten); tries += 1) await setTimeout(10);
  assert.equal(existsSync(forgotten), false);
  for (const folder of [first, second, third]) {
    assert.ok(existsSync(folder));
    await removeScratch(folder);
    assert.equal(existsSync(folder), false);
  }
});

/** Waits until a folder is gone. */
async function untilGone(folder: string): Promise<void> {
  for (let tries = 0; tries < 6000 && existsSync(folder); tries += 1) await setTimeout(10);
  assert.equal(existsSync(folder), false, folder);
}

test('every start removes what a killed process left, and nothing of others', async () => {
  const ours = makeScratch(null);
  const own = dirname(ours);
  const [pid, start, namespace] = basename(ours).split('-') as [string, string, string];
  const make = (name: string) => {
    mkdirSync(join(own, name));
    return join(own, name);
  };
  const gone = [
    make(`${LAST_PID}-${start}-${namespace}-abc`),
    // Another process has had the number before.
    make(`${pid}-${Number(start) - 1}-${namespace}-abc`),
  ];
  const kept = [
    make(`${LAST_PID}-${start}-${Number(namespace) + 1}-abc`),
    make('something'),
    make('12x-abc'),
    make(`${pid}-${start}-${namespace}-abc`),
  ];
  removeForgottenScratch();
  for (const folder of gone) await untilGone(folder);
  for (const folder of [ours, ...kept]) {
    assert.ok(existsSync(folder));
    await removeScratch(folder);
  }
});

test('a folder too deep for any path is removed, closed ones too, and what a link leads to stays', async () => {
  const folder = makeScratch(null);
  const outside = mkdtempSync(join(place, 'outside-'));
  writeFileSync(join(outside, 'kept'), '');
  const script =
    'import os, sys\nos.chdir(sys.argv[1])\nos.symlink(sys.argv[2], "link")\nfor _ in range(100):\n    os.mkdir("d" * 100); os.chdir("d" * 100); open("file", "w").close()\nos.mkdir("closed", 0)\n';
  execFileSync('python3', ['-c', script, folder, outside]);
  await removeScratch(folder);
  assert.equal(existsSync(folder), false);
  assert.ok(existsSync(join(outside, 'kept')));
});

test('a folder that another user could have made, or change, is refused', () => {
  const own = join(place, `greenloop-${process.getuid?.()}`);
  chmodSync(own, 0o777);
  assert.throws(() => makeScratch(null), SandboxFault);
  rmSync(own, { recursive: true });
  symlinkSync('/etc', own);
  assert.throws(() => makeScratch(null), SandboxFault);
});
