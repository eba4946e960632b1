import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { hashOf } from '../../src/base/hash.ts';
import { HEARTBEAT_MS, holdingProcess } from '../../src/base/holder.ts';
import { SearchFolder } from '../../src/evolve/search-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'greenloop-search-folder-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

const RACERS = Number(process.env.GREENLOOP_TEST_KILLS ?? 3);
/** About as long as a process takes to start. */
const START_MS = 250;
const GONE = { process: 2 ** 22 + 1 };
const MINUTE = 60_000;
let folders = 0;

function newFolder(): string {
  folders += 1;
  const path = join(root, `${folders}`);
  mkdirSync(path);
  return path;
}

/** Where the process that follows the folder's holder writes itself first. */
function successorFile(path: string): string {
  return join(path, `holder-after-${hashOf(readFileSync(holderIn(path), 'utf8')).slice(0, 16)}.json`);
}

const holderIn = (path: string) => join(path, 'holder.json');

/** Writes a holder into the folder, this process but for the changes. */
function heldBy(path: string, changes: object, heard = Date.now()): void {
  writeFileSync(holderIn(path), JSON.stringify({ ...holdingProcess(path), ...changes }));
  utimesSync(holderIn(path), heard / 1000, heard / 1000);
}

interface Holding {
  readonly said: string;
  readonly process: number;
  readonly ask: () => Promise<string>;
  readonly kill: () => Promise<void>;
}

/** A process of its own that holds a folder, or was refused; it tries at a moment, in milliseconds since 1970. */
async function hold(path: string, moment = 0): Promise<Holding> {
  const program = join(import.meta.dirname, 'hold-folder.ts');
  const child = spawn(process.execPath, [program, path, `${moment}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  return {
    said: await next(),
    process: child.pid ?? 0,
    ask: () => {
      child.stdin.write('\n');
      return next();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function assertFree(path: string): void {
  const folder = new SearchFolder(path);
  folder.refuseLost();
  folder.release();
  assert.deepEqual(readdirSync(path), []);
}

test('a folder has one holder until it is released, in one process too', () => {
  const path = join(root, 'made', 'deep');
  const folder = new SearchFolder(path);
  assert.throws(() => new SearchFolder(path), { name: 'Refusal', message: /^process \d+ on "[^"]+" is searching in / });
  folder.refuseLost();
  folder.release();
  assertFree(path);
});

test('a folder that a living process holds is refused, and is free at once when that is killed', async () => {
  const path = newFolder();
  const first = await hold(path);
  assert.equal(first.said, 'held');
  const second = await hold(path);
  assert.match(
    second.said,
    new RegExp(`^Refusal: process ${first.process} on "[^"]+" is searching in ${path}; wait until it ends, or choose`),
  );
  assert.equal(await first.ask(), 'held');
  await first.kill();
  assertFree(path);
});

test('a copy of a folder is held by nobody while the first is', async () => {
  const path = newFolder();
  const first = await hold(path);
  const copy = `${path}-copy`;
  cpSync(path, copy, { recursive: true });
  assertFree(copy);
  assert.equal(await first.ask(), 'held');
  await first.kill();
});

test('of processes that find a dead holder together one takes the folder over', async () => {
  const path = newFolder();
  heldBy(path, GONE);
  const moment = Date.now() + RACERS * START_MS;
  const all = await Promise.all(Array.from({ length: RACERS }, () => hold(path, moment)));
  const holders = all.filter(({ said }) => said === 'held');
  assert.equal(holders.length, 1);
  for (const { said } of all) assert.match(said, /^held$|^Refusal: .* is searching in /);
  assert.equal(await holders[0]?.ask(), 'held');
  assert.deepEqual(readdirSync(path), ['holder.json']);
  for (const { kill } of all) await kill();
  assertFree(path);
});

test('a process that died while it took the folder over is followed as well', async () => {
  const path = newFolder();
  heldBy(path, { ...GONE, id: 'first' });
  const killed = await hold(path);
  await killed.kill();
  // As it was before the last step: the successor's file still has its own name.
  const successor = readFileSync(holderIn(path));
  heldBy(path, { ...GONE, id: 'first' });
  writeFileSync(successorFile(path), successor);
  assertFree(path);
});

test('a search whose folder another process has taken over stops, and does not release it', () => {
  const path = newFolder();
  const folder = new SearchFolder(path);
  heldBy(path, { host: 'elsewhere' });
  const taken = readFileSync(holderIn(path), 'utf8');
  const lost = { name: 'Refusal', message: /^another process has taken over the search in .*, so this one stops; / };
  assert.throws(() => folder.refuseLost(), lost);
  folder.release();
  assert.equal(readFileSync(holderIn(path), 'utf8'), taken);
});

test('a holder on another machine holds the folder until it was silent for a minute', () => {
  const path = newFolder();
  heldBy(path, { host: 'elsewhere' }, Date.now() - MINUTE + 10_000);
  assert.throws(() => new SearchFolder(path), { name: 'Refusal' });
  heldBy(path, { host: 'elsewhere' }, Date.now() - MINUTE - 1);
  assertFree(path);
});

test('a holder says again and again that it is there, and no more after its release', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const path = newFolder();
  const folder = new SearchFolder(path);
  const heard = () => statSync(holderIn(path)).mtimeMs;
  utimesSync(holderIn(path), 1, 1);
  t.mock.timers.tick(HEARTBEAT_MS);
  assert.ok(heard() > 1000);
  folder.release();
  heldBy(path, {}, 1000);
  t.mock.timers.tick(HEARTBEAT_MS);
  assert.equal(heard(), 1000);
});

test('a holder that cannot be read may still be written for a moment, and is nobody then', () => {
  const path = newFolder();
  writeFileSync(holderIn(path), '{"id":');
  assert.throws(() => new SearchFolder(path), { name: 'Refusal', message: /^another process is searching in / });
  utimesSync(holderIn(path), 1, 1);
  assertFree(path);
});

test('a folder that cannot be made is refused', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')])
    assert.throws(() => new SearchFolder(path), {
      name: 'Refusal',
      message: /^cannot write to .*; choose another folder/,
    });
});
