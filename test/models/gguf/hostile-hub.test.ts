import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Refusal } from '../../../src/base/errors.ts';
import { fetchGguf } from '../../../src/models/gguf/fetch-gguf.ts';
import { readGgufSource } from '../../../src/models/gguf/gguf-source.ts';

/** The head of an answer and what follows: text once, or again and again. */
interface Answer {
  readonly head: string;
  readonly body?: string | Uint8Array;
  readonly again?: boolean;
}

interface Hub {
  readonly head: Answer;
  readonly get?: Answer;
  /** Bytes of an ended download that are here already. */
  readonly part?: number;
}

const DIGEST = `x-linked-etag: "${'a'.repeat(64)}"\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nconnection: close\r\n';
const PARTIAL = 'HTTP/1.1 206 Partial Content\r\nconnection: close\r\n';
const moved = (place: string) => ({ head: `HTTP/1.1 302 Found\r\nlocation: ${place}\r\ncontent-length: 0\r\n` });
const stated = (size: number | string) => ({ head: `${OK}${DIGEST}x-linked-size: ${size}\r\n` });
const html = '<!doctype html><title>\u001b[2JLog in</title>';

const hubs: readonly (readonly [string, Hub, RegExp])[] = [
  [
    'sends more than it states',
    { head: stated(1000), get: { head: OK, body: 'x', again: true } },
    /larger than the 1000 bytes/,
  ],
  [
    'sends more than it states, in chunks',
    { head: stated(1000), get: { head: `${OK}transfer-encoding: chunked\r\n`, body: '1\r\nx\r\n', again: true } },
    /larger than the 1000/,
  ],
  [
    'packs what it sends',
    { head: stated(1000), get: { head: `${OK}content-encoding: gzip\r\n`, body: gzipSync(Buffer.alloc(5_000_000)) } },
    /larger than the 1000 bytes/,
  ],
  [
    'sends less than it states',
    { head: stated(1000), get: { head: OK, body: 'x' } },
    /ended early after 1 bytes \(of 1000\)/,
  ],
  [
    'sends less than its length',
    { head: stated(5000), get: { head: `${OK}content-length: 5000\r\n`, body: 'x' } },
    /ended early after \d bytes/,
  ],
  ['states a size that is none', { head: stated('-5e9'), get: { head: OK, body: html } }, /the download has/],
  ['states a huge size', { head: stated('9'.repeat(300)), get: { head: OK, body: html } }, /the download has/],
  ['sends a page', { head: { head: OK }, get: { head: OK, body: html } }, /is not a GGUF file/],
  ['sends nothing', { head: { head: OK }, get: { head: OK, body: '' } }, /is broken or cut off|GGUF/],
  ['answers 204', { head: { head: OK }, get: { head: 'HTTP/1.1 204 No Content\r\n' } }, /status 204 and no file|GGUF/],
  [
    'answers 416 always',
    { head: stated(1000), get: { head: 'HTTP/1.1 416 No\r\ncontent-length: 0\r\n' }, part: 10 },
    /status 416 and no file/,
  ],
  [
    'goes on elsewhere',
    { head: stated(1000), get: { head: `${PARTIAL}content-range: bytes 0-5/1000\r\n`, body: 'x' }, part: 10 },
    /another part than the requested one/,
  ],
  [
    'goes on without an end',
    {
      head: stated(1000),
      get: { head: `${PARTIAL}content-range: bytes 10-/1000\r\n`, body: 'x', again: true },
      part: 10,
    },
    /larger than the 1000/,
  ],
  ['leads to itself', { head: moved('/x.gguf') }, /redirects more than 5 times/],
  [
    'leads to a file',
    { head: moved('file:///etc/passwd') },
    /redirects to "file:\/\/\/etc\/passwd", which greenloop does not follow/,
  ],
  ['leads nowhere', { head: moved('http://') }, /redirects to "http:\/\/", which/],
  ['leads to terminal escapes', { head: moved('data:\u009b2J') }, /which greenloop does not follow|cannot be reached/],
  ['is no HTTP', { head: { head: '\u0000garbage' } }, /cannot be reached/],
  ['sends headers without an end', { head: { head: OK, body: 'x: y\r\n', again: true } }, /cannot be reached/],
  [
    'answers with an error',
    { head: { head: 'HTTP/1.1 500 \u001b[2J\r\ncontent-length: 0\r\n' } },
    /status 500|cannot be reached/,
  ],
];

async function open(t: TestContext, hub: Hub): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request) =>
      answer(socket, String(request).startsWith('HEAD') ? hub.head : (hub.get ?? hub.head)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(socket: Socket, { head, body = '', again = false }: Answer): void {
  const isEndlessHead = again && !head.includes('content-') && body === 'x: y\r\n';
  socket.write(isEndlessHead ? head : `${head}\r\n`);
  if (!again) return void socket.end(body);
  const block = String(body).repeat(10_000);
  const more = () => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', more);
  more();
}

for (const [what, hub, message] of hubs) {
  test(`a hub that ${what} is refused in one line, and no more is kept than it states`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'greenloop-hub-'));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(folder, { recursive: true });
    if (hub.part !== undefined) writeFileSync(join(folder, 'x.gguf.part'), 'y'.repeat(hub.part));
    const source = readGgufSource(`${await open(t, hub)}/x.gguf`, '');
    await assert.rejects(fetchGguf(source, { folder }), (error) => {
      assert.ok(error instanceof Refusal, String((error as Error).stack));
      assert.match(error.message, message);
      assert.match(error.message, /^[^\p{Cc}]{10,700}$/u);
      return true;
    });
    for (const file of readdirSync(folder))
      assert.ok(file.endsWith('.part') && statSync(join(folder, file)).size <= 1000);
  });
}
