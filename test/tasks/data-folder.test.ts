import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../src/base/hash.ts';
import { type DataPlaces, defaultCacheFolder, readDataFile } from '../../src/tasks/data-folder.ts';

const CONTENT = gzipSync('{"hello": "world"}\n'.repeat(20_000));
const FILE = { path: 'some/data.jsonl.gz', sha256: sha256(CONTENT), url: 'http://127.0.0.1:9/upstream' };

let answer: RequestListener = () => {};
let server: Server;
let mirror: string;

before(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
const root = mkdtempSync(join(tmpdir(), 'greenloop-data-'));
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

let folders = 0;
function places(more: Partial<DataPlaces> = {}): DataPlaces {
  folders += 1;
  return { cacheFolder: join(root, `cache${folders}`), mirror, ...more };
}

function put(folder: string, content: Uint8Array): void {
  mkdirSync(dirname(join(folder, FILE.path)), { recursive: true });
  writeFileSync(join(folder, FILE.path), content);
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

const serveContent: RequestListener = (request, response) => {
  assert.equal(request.url, '/some/data.jsonl.gz');
  response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT);
};

test('downloads into the cache once, with progress', async () => {
  answer = serveContent;
  const seen: [number, number | null][] = [];
  const where = places({ onProgress: (bytes, total) => seen.push([bytes, total]) });
  const text = await readDataFile(FILE, where);
  assert.match(text, /^\{"hello": "world"\}\n/);
  assert.deepEqual(seen.at(-1), [CONTENT.length, CONTENT.length]);
  assert.deepEqual(filesIn(where.cacheFolder), ['data.jsonl.gz']);
  answer = () => assert.fail('asked again');
  assert.equal(await readDataFile(FILE, where), text);
});

test('a size that the server does not tell is null', async () => {
  answer = (_request, response) => void response.writeHead(200).end(CONTENT);
  const totals = new Set<number | null>();
  await readDataFile(FILE, places({ onProgress: (_bytes, total) => totals.add(total) }));
  assert.deepEqual([...totals], [null]);
});

test('what fails leaves nothing behind and names file, hash, address and place', async () => {
  const failures: readonly [RequestListener, RegExp][] = [
    [(_request, response) => void response.writeHead(404).end('no'), /answered 404/],
    [
      (_request, response) => void response.writeHead(200).end('changed'),
      /expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}/,
    ],
    [
      (request, response) => {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 50), () => request.socket.destroy());
      },
      /ended early after \d+ bytes/,
    ],
  ];
  for (const [listener, reason] of failures) {
    answer = listener;
    const where = places();
    await assert.rejects(readDataFile(FILE, where), (error: Error) => {
      assert.equal(error.name, 'Refusal');
      assert.match(error.message, reason);
      for (const part of [FILE.sha256, FILE.url, join(where.cacheFolder, FILE.path), 'GREENLOOP_DATA']) {
        assert.ok(error.message.includes(part), part);
      }
      return true;
    });
    assert.deepEqual(filesIn(where.cacheFolder), []);
  }
});

test('without network the one error says where to put the file', async () => {
  const where = places({ mirror: undefined });
  await assert.rejects(readDataFile(FILE, where), {
    name: 'Refusal',
    message: /could not be downloaded .*fetch http:\/\/127\.0\.0\.1:9/,
  });
});

test('an abort ends a download with its own reason', async () => {
  const controller = new AbortController();
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': CONTENT.length });
    response.write(CONTENT.subarray(0, 50), () => controller.abort(new Error('enough')));
  };
  const where = places({ signal: controller.signal });
  await assert.rejects(readDataFile(FILE, where), /enough/);
  assert.deepEqual(filesIn(where.cacheFolder), []);
});

test('a data folder is used as it is and never written to', async () => {
  const dataFolder = join(root, 'given');
  answer = () => assert.fail('asked the network');
  await assert.rejects(readDataFile(FILE, places({ dataFolder })), (error: Error) => {
    return (
      error.name === 'Refusal' &&
      error.message.includes(join(dataFolder, FILE.path)) &&
      error.message.includes(FILE.sha256)
    );
  });
  put(dataFolder, CONTENT);
  assert.equal((await readDataFile(FILE, places({ dataFolder }))).length, 20_000 * 19);
  assert.deepEqual(readFileSync(join(dataFolder, FILE.path)), CONTENT);
});

test('a changed and a truncated file are refused by both hashes', async () => {
  for (const content of [gzipSync('other'), CONTENT.subarray(0, 100), Buffer.alloc(0)]) {
    const where = places();
    put(where.cacheFolder, content);
    const message = new RegExp(`has changed or is incomplete: expected sha256 ${FILE.sha256}, got ${sha256(content)}`);
    await assert.rejects(readDataFile(FILE, where), { name: 'Refusal', message });
  }
});

test('where the cache is', () => {
  assert.equal(defaultCacheFolder('/c', '/home/u'), '/c/greenloop/data');
  assert.equal(defaultCacheFolder(undefined, '/home/u'), '/home/u/.cache/greenloop/data');
  assert.equal(defaultCacheFolder('', '/home/u'), '/home/u/.cache/greenloop/data');
});
