import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { SandboxFault } from '../../src/base/errors.ts';
import { makeScratch, removeScratch } from '../../src/sandbox/native/scratch.ts';

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

test('a folder that another user could have made, or change, is refused', () => {
  const own = join(place, `greenloop-${process.getuid?.()}`);
  chmodSync(own, 0o777);
  assert.throws(() => makeScratch(null), SandboxFault);
  rmSync(own, { recursive: true });
  symlinkSync('/etc', own);
  assert.throws(() => makeScratch(null), SandboxFault);
});
