import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Refusal } from '../../../src/base/errors.ts';
import { type FetchOptions, fetchGguf } from '../../../src/models/gguf/fetch-gguf.ts';
import { findGguf } from '../../../src/models/gguf/find-gguf.ts';
import { knownGgufs, readGgufSource } from '../../../src/models/gguf/gguf-source.ts';
import { HubStub } from './hub-stub.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

interface Place {
  readonly hub: HubStub;
  readonly folder: string;
  readonly part: string;
  readonly fetch: (options?: Partial<FetchOptions>) => ReturnType<typeof fetchGguf>;
}

async function open(t: TestContext, content?: Buffer): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-pull-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeTinyGguf(join(folder, 'whole'), { answer: ['pass'] });
  const hub = await new HubStub(content ?? readFileSync(join(folder, 'whole'))).start();
  t.after(() => hub.stop());
  const models = join(folder, 'models');
  const source = readGgufSource('owner/repository/tiny.gguf', hub.url);
  const fetch = (options: Partial<FetchOptions> = {}) => fetchGguf(source, { folder: models, ...options });
  return { hub, folder: models, part: join(models, 'tiny.gguf.part'), fetch };
}

test('fetches a file with progress and the digest that the hub states; a second time it is here', async (t) => {
  const { hub, folder, fetch } = await open(t);
  const progress: [number, number | null][] = [];
  const fetched = await fetch({ onProgress: (...step) => progress.push(step) });
  assert.deepEqual(fetched, { path: join(folder, 'tiny.gguf'), sha256: hub.digest, wasHere: false });
  assert.deepEqual(readFileSync(fetched.path), hub.file);
  assert.deepEqual(progress.at(-1), [hub.file.length, hub.file.length]);
  assert.deepEqual(readdirSync(folder), ['tiny.gguf']);
  const asked = hub.asked.length;
  assert.equal((await fetch()).wasHere, true);
  assert.equal(hub.asked.length, asked);
});

test('goes on where an ended download stopped', async (t) => {
  const { hub, part, fetch } = await open(t);
  hub.breakAfter = 100_000;
  await assert.rejects(fetch(), /^Refusal: the download ended early after \d+ bytes .*; run it again to continue$/);
  hub.breakAfter = null;
  const start = statSync(part).size;
  assert.ok(start > 0 && start < hub.file.length);
  const { path } = await fetch();
  assert.equal(hub.asked.at(-1), `GET /stored bytes=${start}-`);
  assert.deepEqual(readFileSync(path), hub.file);
});

test('a part that is whole already, or too long, is no trouble', async (t) => {
  const { hub, folder, part, fetch } = await open(t);
  const { path } = await fetch();
  rmSync(path);
  writeFileSync(part, hub.file);
  assert.deepEqual(readFileSync((await fetch()).path), hub.file);
  rmSync(path);
  writeFileSync(part, Buffer.concat([hub.file, hub.file]));
  assert.deepEqual(readFileSync((await fetch()).path), hub.file);
  assert.deepEqual(readdirSync(folder), ['tiny.gguf']);
});

test('keeps nothing of a file that is not what the hub states', async (t) => {
  const { hub, folder, fetch } = await open(t);
  hub.digest = '0'.repeat(64);
  await assert.rejects(
    fetch(),
    /has sha256 0{64} according to its hub, but the download has [0-9a-f]{64}; fetch it again$/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('keeps nothing of a file that is no GGUF file', async (t) => {
  const { folder, fetch } = await open(t, Buffer.from('<!doctype html><title>Log in</title>'));
  await assert.rejects(fetch(), /is not a GGUF file/);
  assert.deepEqual(readdirSync(folder), []);
});

test('without a stated digest nothing is gone on with, and none is invented', async (t) => {
  const { hub, folder, part, fetch } = await open(t);
  hub.digest = null;
  hub.breakAfter = 100_000;
  await assert.rejects(fetch(), /ended early/);
  hub.breakAfter = null;
  assert.ok(existsSync(part));
  assert.deepEqual(await fetch(), { path: join(folder, 'tiny.gguf'), sha256: null, wasHere: false });
  assert.equal(hub.asked.at(-1), 'GET /stored');
});

test('aborted, it throws the reason and keeps what came', async (t) => {
  const { part, fetch } = await open(t);
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('no longer wanted'));
  await assert.rejects(fetch({ signal: controller.signal, onProgress }), /no longer wanted/);
  assert.ok(existsSync(part));
});

test('offline, it says what to do instead', async (t) => {
  const { hub, folder, fetch } = await open(t);
  await hub.stop();
  const target = join(folder, 'tiny.gguf');
  await assert.rejects(fetch(), (error: Error) => {
    assert.ok(error instanceof Refusal);
    assert.match(error.message, /^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); fetch http\S+tiny\.gguf on a/);
    assert.ok(error.message.includes(`put it at ${target}, or give any GGUF file here as gguf/PATH`));
    return true;
  });
});

test('a file that the hub does not have is named', async (t) => {
  const { hub, folder } = await open(t);
  const source = readGgufSource('owner/repository/nothing.gguf', hub.url);
  await assert.rejects(fetchGguf(source, { folder }), /nothing\.gguf answered with status 404; there is no such file$/);
});

test('a source is a URL, a place on the hub or a well-known name', () => {
  const hub = 'https://hub.example/';
  const read = (text: string) => Object.values(readGgufSource(text, hub));
  assert.deepEqual(read('owner/repository/some/file.gguf'), [
    'https://hub.example/owner/repository/resolve/main/some/file.gguf',
    'file.gguf',
  ]);
  assert.deepEqual(read('https://other.example/a%20b.gguf?download=true'), [
    'https://other.example/a%20b.gguf?download=true',
    'a b.gguf',
  ]);
  for (const [name, place] of Object.entries(knownGgufs)) {
    assert.match(place, /^[\w.-]+\/[\w.-]+-GGUF\/[\w.-]+\.gguf$/);
    assert.equal(readGgufSource(name, hub).fileName, `${name}.gguf`);
  }
  for (const text of [
    '',
    'llama',
    'toString',
    'owner/file.gguf',
    'https://other.example/',
    'http://x/%2e%2e%2f.gguf',
  ]) {
    assert.throws(() => readGgufSource(text, hub), /^Refusal: expected a URL, OWNER\/REPOSITORY\/FILE\.gguf/, text);
  }
});

test('a gguf/ name is a path, or a fetched file, with or without its ending', async (t) => {
  const { folder, fetch } = await open(t);
  const { path } = await fetch();
  for (const name of ['tiny', 'tiny.gguf', path]) assert.equal(findGguf(name, folder), path);
  assert.equal(findGguf('other', folder), 'other');
});
