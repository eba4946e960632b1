import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, jsonOf, MODEL, ownServer, post, RIGHT, WISH } from './own-server.ts';
import { answerToRaw, openRaw, statusesIn } from './raw-request.ts';

const KEY = 'the-key-of-the-tests';
const MOST_BYTES = 50_000;
const patience = { headersMs: 300, requestMs: 600 };
const open = ownServer({ mostBytes: MOST_BYTES, patience });
const locked = ownServer({ apiKey: KEY });

const BODY = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: WISH }] });
const LENGTH = `Content-Length: ${BODY.length}`;
/** Ends with the answer, so that a test sees all of it. */
const LAST = 'Connection: close\r\n';

function get(target: string, headers = 'Host: localhost'): string {
  return `GET ${target} HTTP/1.1\r\n${headers}\r\n${LAST}\r\n`;
}

function chat(headers: string, body = BODY): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n${LAST}${headers}\r\n\r\n${body}`;
}

/** Requests that are refused before anything is done for them: the statuses that the server may answer with. */
const REFUSED: Readonly<Record<string, readonly [bytes: string | Uint8Array, statuses: readonly number[]]>> = {
  // DNS rebinding: a page's own name leads to this machine.
  'the host of a web page': [get('/health', 'Host: evil.example'), [403]],
  'that host with a port': [get('/health', 'Host: evil.example:11500'), [403]],
  'a host that begins as ours': [get('/health', 'Host: localhost.evil.example'), [403]],
  'a host that begins with our address': [get('/health', 'Host: 127.0.0.1.evil.example'), [403]],
  'a host with a dot at its end': [get('/health', 'Host: localhost.'), [403]],
  'a user before the host': [get('/health', 'Host: localhost@evil.example'), [400, 403]],
  'a path in the host': [get('/health', 'Host: localhost/evil'), [400, 403]],
  'another host after ours': [get('/health', 'Host: localhost\r\nHost: evil.example'), [400, 403]],
  'our host after another': [get('/health', 'Host: evil.example\r\nHost: localhost'), [400, 403]],
  'an empty host': [get('/health', 'Host:'), [400, 403]],
  'no host': [get('/health', 'Accept: */*'), [400]],
  'another host in the target': [get('http://evil.example/health'), [400, 403]],
  'our host in the target alone': [get('http://localhost/health', 'Host: evil.example'), [403]],
  'a target of another scheme': [get('ftp://localhost/health'), [400]],
  // Pages of other origins.
  'the origin of a web page': [get('/health', 'Host: localhost\r\nOrigin: https://evil.example'), [403]],
  'no origin that a page could have': [get('/health', 'Host: localhost\r\nOrigin: null'), [403]],
  'another page of this machine': [get('/health', 'Host: localhost\r\nOrigin: http://localhost:3000'), [403]],
  'a form of a web page': [chat(`Origin: https://evil.example\r\nContent-Type: text/plain\r\n${LENGTH}`), [403]],
  // Headers.
  'huge headers': [get('/health', `Host: localhost\r\nX: ${'a'.repeat(100_000)}`), [431]],
  'thousands of headers': [get('/health', `Host: localhost\r\n${'X: 1\r\n'.repeat(20_000)}Y: 2`), [431]],
  'a null byte in a header': [get('/health', 'Host: localhost\r\nX: a\0b'), [400]],
  'a blank after the name of a header': [get('/health', 'Host: localhost\r\nX : a'), [400]],
  'a folded header': [get('/health', 'Host: localhost\r\nX: a\r\n b'), [400]],
  'lines without carriage returns': ['GET /health HTTP/1.1\nHost: localhost\n\n', [400]],
  // Smuggled sizes.
  'a length and chunks': [chat(`${LENGTH}\r\nTransfer-Encoding: chunked`), [400]],
  'two lengths': [chat(`${LENGTH}\r\nContent-Length: 5`), [400]],
  'a length with a sign': [chat('Content-Length: +5'), [400]],
  'a negative length': [chat('Content-Length: -5'), [400]],
  'a hexadecimal length': [chat('Content-Length: 0x5'), [400]],
  'a length beyond all numbers': [chat(`Content-Length: ${'9'.repeat(40)}`), [400]],
  'an encoding that nobody knows': [chat('Transfer-Encoding: xchunked', '5\r\nhello\r\n0\r\n\r\n'), [400]],
  'chunks that are not the last encoding': [chat('Transfer-Encoding: chunked, gzip', '5\r\nhello\r\n0\r\n\r\n'), [400]],
  'a chunk of no size': [chat('Transfer-Encoding: chunked', 'zz\r\nhello\r\n0\r\n\r\n'), [400]],
  'a chunk beyond all sizes': [chat('Transfer-Encoding: chunked', 'FFFFFFFFFFFFFFFFF\r\nhello\r\n'), [400]],
  'a huge extension of a chunk': [chat('Transfer-Encoding: chunked', `5;${'x'.repeat(60_000)}\r\nhello\r\n`), [400]],
  'a body above the limit': [chat(`Content-Length: ${MOST_BYTES + 1}`, ''), [413]],
  'chunks above the limit': [
    chat('Transfer-Encoding: chunked', `${(2 * MOST_BYTES).toString(16)}\r\n${' '.repeat(2 * MOST_BYTES)}\r\n`),
    [413],
  ],
  // No HTTP, or none of ours.
  'a method that is none': [get('/health').replace('GET', 'BREW'), [400]],
  'a method that echoes': [get('/health').replace('GET', 'TRACE'), [404, 405]],
  'a method that changes': [get('/health').replace('GET', 'DELETE'), [404, 405]],
  'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  'HTTP/0.9': ['GET /\r\n\r\n', [400]],
  'HTTP/3': [get('/health').replace('1.1', '3.0'), [400]],
  'a hello of TLS': [Buffer.from('160301005a010000560303', 'hex'), [400]],
  'nothing but null bytes': [new Uint8Array(64), [400]],
  'no target': [get(''), [400]],
  // Paths.
  'a null byte in the path': [get('/hea\0lth'), [400]],
  'an encoded null byte in the path': [get('/health%00'), [404]],
  'a path that is encoded twice': [get('/v1/%252e%252e/metrics'), [404]],
  'a path that begins as a host': [get('//evil.example/metrics'), [404]],
  'a path of backslashes': [get('/v1\\..\\metrics'), [400, 404]],
  'a path that is encoded wrongly': [get('/%ff%zz'), [404]],
  'a path of ten thousand letters': [get(`/${'a'.repeat(10_000)}`), [404]],
  'a target for all': [get('*').replace('GET', 'OPTIONS'), [400, 403]],
};

for (const [name, [bytes, statuses]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => {
    const answer = await answerToRaw(open.url, bytes);
    const [status, ...more] = statusesIn(answer);
    assert.ok(statuses.includes(status ?? 0) && more.length === 0, answer.slice(0, 300));
    assert.doesNotMatch(answer, /access-control-allow/i);
    assert.deepEqual(open.ollama.requests, []);
  });
}

test('a tunnel to elsewhere is not opened', async () => {
  assert.deepEqual(statusesIn(await answerToRaw(open.url, get('evil.example:80').replace('GET', 'CONNECT'))), []);
});

test('an upgrade to another protocol is not made', async () => {
  const headers = 'Host: localhost\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA';
  assert.deepEqual(statusesIn(await answerToRaw(open.url, get('/health', headers))), [200]);
});

test('a page that asks whether it may is told that it may not', async () => {
  const headers = 'Host: localhost\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST';
  const answer = await answerToRaw(open.url, get('/v1/chat/completions', headers).replace('GET', 'OPTIONS'));
  assert.deepEqual(statusesIn(answer), [403]);
  assert.doesNotMatch(answer, /access-control-allow/i);
});

test('each of many requests on one connection is let in by itself', async () => {
  const first = get('/health').replace(LAST, '');
  const answer = await answerToRaw(
    open.url,
    first + get('/health', 'Host: evil.example').replace(LAST, '') + get('/api/version'),
  );
  assert.deepEqual(statusesIn(answer), [200, 403, 200]);
  assert.match(answer, /"version"/);
});

test('a request in the body of another is none', async () => {
  const inner = get('/metrics');
  const answer = await answerToRaw(open.url, chat(`Content-Length: ${inner.length}`, inner));
  assert.deepEqual(statusesIn(answer), [400]);
});

test('slow headers and slow bodies end, one as all', async () => {
  const drip = async (bytes: string): Promise<number[]> => {
    const socket = openRaw(open.url, bytes);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    const ended = new Promise<void>((resolve) => void socket.on('close', () => resolve()));
    const timer = setInterval(() => socket.write('a'), 50);
    await ended;
    clearInterval(timer);
    return statusesIn(answer);
  };
  const slow = [...Array(20)].map(() => drip('GET /health HTTP/1.1\r\nHost: localhost\r\nX: '));
  assert.deepEqual(new Set((await Promise.all(slow)).flat()), new Set([408]));
  assert.deepEqual(await drip(chat('Content-Length: 5000', '{')), [408]);
});

test('a client that leaves in the middle of its body leaves nothing behind', async () => {
  const count = open.logs.length;
  const socket = openRaw(open.url, chat('Content-Length: 5000', '{"model"'));
  await sleep(50);
  socket.destroy();
  while (open.logs.length === count) await sleep(10);
  assert.deepEqual([open.logs.at(-1)?.status, open.logs.at(-1)?.error], [400, 'the body ended early']);
  assert.match(await (await fetch(`${open.url}/metrics`)).text(), /^greenloop_requests_running 0$/m);
});

test('a key is not guessed, and no path is open without it', async () => {
  const wrong = [
    '',
    KEY.slice(0, -1),
    `${KEY}x`,
    KEY.toUpperCase(),
    `${KEY} `.repeat(2),
    'a'.repeat(10_000),
    'undefined',
  ];
  const headers: Record<string, string>[] = [
    {},
    ...wrong.flatMap((key) => [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]),
    ...[`Basic ${Buffer.from(`:${KEY}`).toString('base64')}`, KEY, `Token ${KEY}`, 'Bearer'].map((authorization) => ({
      authorization,
    })),
    { cookie: `key=${KEY}` },
    { authorization: 'Bearer no', 'x-api-key': KEY },
  ];
  const paths = [
    '/health',
    '/metrics',
    '/v1/models',
    '/api/tags',
    '/',
    '/nothing',
    '/v1/../metrics',
    '/v1/%2e%2e/metrics',
  ];
  for (const path of paths) {
    for (const given of headers) {
      const response = await fetch(`${locked.url}${path}?key=${KEY}`, { headers: given });
      assert.equal(response.status, 401, `${path} ${JSON.stringify(given)}: ${await response.text()}`);
    }
  }
  assert.equal((await post(locked, '/v1/solve', { task: WISH })).status, 401);
  assert.equal((await fetch(`${locked.url}/health`, { headers: { authorization: `bearer ${KEY}` } })).status, 200);
  assert.equal((await fetch(`${locked.url}/health`, { headers: { 'x-api-key': KEY } })).status, 200);
});

test('what a client says reaches no log as it is', async () => {
  const name = `greenloop/\u001b[2J\u009b31m\u202e\nPOST /forged 200 ${'x'.repeat(5000)}`;
  const body = { model: name, messages: [{ role: 'user', content: WISH }] };
  assert.equal((await post(open, '/v1/chat/completions', body)).status, 404);
  assert.equal((await fetch(`${open.url}/v1/models/${encodeURIComponent('\u001b[2J')}%00`)).status, 404);
  for (const { model, path, error } of open.logs.slice(-2)) {
    const words = `${model}${path}${error}`;
    assert.doesNotMatch(words, /[\p{Cc}\p{Cf}]/u);
    assert.ok(words.length < 2000);
  }
});

test('afterwards the server answers', async () => {
  open.ollama.answer = () => RIGHT;
  const answer: Json = await jsonOf(post(open, '/v1/chat/completions', BODY));
  assert.equal(answer.greenloop.verdict, 'passed');
  assert.ok(open.logs.every(({ status }) => status < 500));
});
