import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { redirectTarget, requestWeb } from '../../src/base/request-web.ts';

const SIZE = 300_000;
/** Closes the connection behind each answer; of `/stated` it says the length. */
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (bytes) => {
    const path = /^\w+ (\S+)/.exec(String(bytes))?.[1] ?? '';
    if (path === '/from') return socket.end('HTTP/1.1 302 Found\r\nLocation: /stated\r\nConnection: close\r\n\r\n');
    const length = path === '/unstated' ? '' : `Content-Length: ${SIZE}\r\n`;
    socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n${length}\r\n`);
    socket.end(Buffer.alloc(path === '/short' ? 10 : SIZE));
  });
});
let url = '';
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

async function readSlowly(response: Response): Promise<number> {
  // By then all has come, and the server has closed the connection.
  await setTimeout(30);
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    await setTimeout(1);
  }
  return bytes;
}

test('a body that is read slowly is whole where the server has closed the connection, thirty times of thirty', async () => {
  for (let round = 0; round < 15; round += 1) {
    for (const path of ['/stated', '/unstated']) assert.equal(await readSlowly(await requestWeb(url + path)), SIZE);
  }
});

test('follows redirects, or gives them as they are', async () => {
  assert.equal(await readSlowly(await requestWeb(`${url}/from`)), SIZE);
  const manual = await requestWeb(`${url}/from`, { redirect: 'manual', method: 'HEAD' });
  assert.deepEqual([manual.status, manual.headers.get('location')], [302, '/stated']);
  assert.equal(redirectTarget('http://x/', 'https://y/'), null);
  assert.equal(redirectTarget('file:///etc/passwd', 'http://y/'), null);
  assert.equal(redirectTarget('/z', 'https://y/a'), 'https://y/z');
});

test('an answer that breaks off is an error, as is a server that does not answer, and an abort', async () => {
  await assert.rejects(readSlowly(await requestWeb(`${url}/short`)), { code: 'ECONNRESET' });
  await assert.rejects(requestWeb('http://127.0.0.1:2/'), { code: 'ECONNREFUSED' });
  await assert.rejects(requestWeb(url, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
