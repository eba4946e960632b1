import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Holder, holderSchema, holdingProcess, isHeld } from '../../src/base/holder.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-holder-'));
const path = join(folder, 'held');
writeFileSync(path, 'text');
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const own = holdingProcess(path);
const LONG_AGO = 0;
const withProc = { skip: existsSync('/proc/self/stat') ? false : 'the system does not say when a process was started' };

/** A program that waits, and the number of its process. */
async function started(command: string, words: readonly string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  return { child, said };
}

/** This process's hold, as that of another one. */
function holdOf(process: number, changes: Partial<Holder> = {}): Holder {
  return { ...own, process, started: startOf(process), ...changes };
}

function startOf(process: number): string | null {
  if (!existsSync(`/proc/${process}/stat`)) return null;
  return readFileSync(`/proc/${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? null;
}

describe('a holder', () => {
  it('is this process, each hold one of its own, as plain JSON', () => {
    assert.deepEqual([own.process, own.host], [process.pid, hostname()]);
    assert.notEqual(holdingProcess(path).id, own.id);
    assert.deepEqual(holderSchema.parse(JSON.parse(JSON.stringify(own))), own);
    assert.equal(holdingProcess(join(folder, 'nothing')).file, '');
  });

  it('of a number that is no process is none', () => {
    for (const number of [0, -1, 1.5, '1'])
      assert.equal(holderSchema.safeParse({ ...own, process: number }).success, false);
  });

  it('holds as long as its process runs, however long it was silent', () => {
    assert.ok(isHeld(own, Date.now(), path));
    assert.ok(isHeld(own, LONG_AGO, path));
  });

  it('holds while its process is stopped, and no more once that was killed', async () => {
    const { child, said } = await started('sh', ['-c', 'echo $$; exec sleep 1000']);
    const holder = holdOf(Number(said));
    assert.ok(isHeld(holder, LONG_AGO, path));
    child.kill('SIGSTOP');
    assert.ok(isHeld(holder, LONG_AGO, path));
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    assert.ok(!isHeld(holder, Date.now(), path));
  });

  it('whose process was killed and has a parent that takes no notice holds nothing', withProc, async () => {
    const { said } = await started('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000']);
    const holder = holdOf(Number(said));
    assert.ok(isHeld(holder, LONG_AGO, path));
    process.kill(holder.process, 'SIGKILL');
    const isGone = () => !isHeld(holder, Date.now(), path);
    while (!isGone()) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(readFileSync(`/proc/${holder.process}/stat`, 'utf8'), /\) Z /);
  });

  it('whose number was given to another process holds nothing', withProc, () => {
    assert.ok(!isHeld({ ...own, started: '1' }, Date.now(), path));
    assert.ok(!isHeld({ ...own, started: null }, Date.now(), path));
  });

  it('holds what is another user’s process, too', withProc, () => {
    assert.ok(isHeld(holdOf(1), LONG_AGO, path));
  });

  it('of before the machine was started anew holds nothing', () => {
    assert.ok(!isHeld({ ...own, boot: 'other' }, Date.now(), path));
  });

  it('that cannot be looked up here holds until it was silent for a minute', () => {
    for (const changes of [{ namespace: 'pid:[1]' }, { host: 'elsewhere' }, { host: 'elsewhere', boot: 'other' }]) {
      const other = { ...own, ...changes };
      assert.ok(isHeld(other, Date.now() - 50_000, path), JSON.stringify(changes));
      assert.ok(!isHeld(other, Date.now() - 60_001, path), JSON.stringify(changes));
    }
  });

  it('holds no copy of its file, wherever it is', () => {
    const copy = join(folder, 'copy');
    copyFileSync(path, copy);
    assert.ok(!isHeld(own, Date.now(), copy));
    assert.ok(!isHeld({ ...own, host: 'elsewhere' }, Date.now(), copy));
    assert.ok(!isHeld(own, Date.now(), join(folder, 'nothing')));
  });
});
