import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ModelFault, type ModelFaultReason } from '../../../src/base/errors.ts';
import { LONGEST_ANSWER } from '../../../src/base/limit-text.ts';
import type { Model } from '../../../src/models/model.ts';
import { OllamaModel } from '../../../src/models/ollama/ollama-model.ts';
import { OpenAIModel } from '../../../src/models/openai/openai-model.ts';
import { countingPolicy, requestFor, streaming } from '../requests.ts';

/** Writes an answer of any kind to a socket, as long as the client wants it. */
type Behaviour = (socket: Socket) => unknown;

/** A server that answers every request in this way, below HTTP where it likes. */
async function serve(t: TestContext, behave: Behaviour): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => {
      asked += 1;
      behave(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

const message = { role: 'assistant', content: 'pass' };
const answer = { message, done: true, done_reason: 'stop', choices: [{ message, finish_reason: 'stop' }] };
const honest = JSON.stringify(answer);

function whole(body: string | Uint8Array, headers = ''): Behaviour {
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
    socket.end(body);
  };
}

/** As one chunk each of HTTP. */
function chunked(pieces: Iterable<string>): Behaviour {
  return (socket) => {
    const chunks = Array.from(pieces, (piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`);
    socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`);
  };
}

/** The same bytes again and again, as fast as the client takes them. */
function endless(head: string, again: string): Behaviour {
  const block = again.repeat(Math.ceil(65_536 / again.length));
  return (socket) => {
    socket.write(head);
    const more = () => {
      while (socket.writable && socket.write(block));
    };
    socket.on('drain', more);
    more();
  };
}

/** A byte now and then, for ever. */
function drip(head: string, byte: string): Behaviour {
  return (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(byte), 20);
    socket.on('close', () => clearInterval(timer));
  };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const plainly = `${OK}\r\n`;

function moved(place: string): Behaviour {
  return (socket) => socket.end(`HTTP/1.1 302 Found\r\nlocation: ${place}\r\ncontent-length: 0\r\n\r\n`);
}

const hostile: readonly (readonly [string, Behaviour, ModelFaultReason])[] = [
  ['a body without an end', endless(plainly, 'x'), 'bad-answer'],
  ['lines without an end', endless(plainly, '\n'), 'bad-answer'],
  ['a string without an end', endless(`${plainly}{"message":{"content":"`, 'x'), 'bad-answer'],
  ['chunks of one byte without an end', endless(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\n[\r\n'), 'bad-answer'],
  ['a gzip bomb', whole(gzipSync(Buffer.alloc(64 << 20, ' ')), 'content-encoding: gzip\r\n'), 'bad-answer'],
  ['gzip that is none', whole('plain', 'content-encoding: gzip\r\n'), 'unreachable'],
  ['millions of lists', whole(`[${'[],'.repeat(2_000_000)}[]]`), 'bad-answer'],
  ['millions of fields', whole(`{${'"a":1,'.repeat(2_000_000)}"message":{"content":"x"}}`), 'bad-answer'],
  ['headers without an end', endless(OK, 'x-header: y\r\n'), 'unreachable'],
  ['a header line without an end', endless(`${OK}x: `, 'y'), 'unreachable'],
  ['no HTTP', endless('', '\u0000\u001b[2J'), 'unreachable'],
  ['a body that drips', drip(plainly, ' '), 'timed-out'],
  ['headers that drip', drip(OK, 'x'), 'timed-out'],
  ['"continue" without an end', endless('', 'HTTP/1.1 100 Continue\r\n\r\n'), 'unreachable'],
  ['less than it states', (socket) => socket.end(`${OK}content-length: 5000\r\n\r\n${honest}`), 'unreachable'],
  ['a negative length', (socket) => socket.end(`${OK}content-length: -1\r\n\r\n${honest}`), 'unreachable'],
  ['two lengths', (socket) => socket.end(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\n[]`), 'unreachable'],
  ['nothing', (socket) => socket.end(), 'unreachable'],
  ['a redirect to a file', moved('file:///etc/passwd'), 'refused'],
  ['a redirect to itself', moved('/api/chat'), 'refused'],
  ['a redirect to another host', moved('http://192.0.2.1/api/chat'), 'refused'],
];

type Adapter = readonly [name: string, open: (url: string, timeoutSeconds: number) => Model];

const plain: readonly Adapter[] = [
  ['ollama', (url, timeoutSeconds) => new OllamaModel({ name: 'm', url, timeoutSeconds, retry: countingPolicy() })],
  ['openai', (url, timeoutSeconds) => new OpenAIModel({ name: 'm', url, timeoutSeconds, retry: countingPolicy() })],
];

for (const [name, open] of plain) {
  const behave = endless(plainly, `${honest}\n`);

  test(`${name}: answers without an end are one fault, and where a stream is read the first of them is the answer`, async (t) => {
    const { url } = await serve(t, behave);
    await assert.rejects(open(url, 60).complete(requestFor('hello')), { reason: 'bad-answer' });
    assert.equal((await streaming(open(url, 60)).complete(requestFor('hello'))).text, 'pass');
  });
}

/** Each asked for a whole answer, and for one that is streamed. */
const adapters: readonly Adapter[] = [
  ...plain,
  ...plain.map(([name, open]): Adapter => [`${name}, streaming`, (...options) => streaming(open(...options))]),
];

for (const [name, open] of adapters) {
  for (const [what, behave, reason] of hostile) {
    test(`${name}: ${what} is one fault of one line`, async (t) => {
      const { url } = await serve(t, behave);
      const model = open(url, reason === 'timed-out' ? 0.1 : 60);
      await assert.rejects(model.complete(requestFor('hello')), (error) => {
        assert.ok(error instanceof ModelFault, String(error));
        assert.equal(error.reason, reason, error.message);
        assert.match(error.message, /^[^\p{Cc}]{10,600}$/u);
        return true;
      });
    });
  }

  for (const [what, behave] of [
    ['in chunks of one byte', chunked(honest)],
    ['behind many blanks', chunked([' '.repeat(1_000_000), honest])],
    ['behind a byte order mark', whole(`\uFEFF${honest}`)],
    ['as HTML by its content type', whole(honest, 'content-type: text/html; charset=latin-1\r\n')],
    ['packed', whole(gzipSync(honest), 'content-encoding: gzip\r\n')],
    ['with a field of ten thousand values', whole(JSON.stringify({ ...answer, more: Array(10_000).fill(0.5) }))],
  ] as const) {
    test(`${name}: an answer ${what} is read`, async (t) => {
      const { url, asked } = await serve(t, behave);
      assert.equal((await open(url, 60).complete(requestFor('hello'))).text, 'pass');
      assert.equal(asked(), 1);
    });
  }

  test(`${name}: of an answer that is too long a part is kept, which says so`, async (t) => {
    const content = `def f(): pass\n${'x'.repeat(3 * LONGEST_ANSWER)}`;
    const long = { ...message, content };
    const { url } = await serve(t, whole(JSON.stringify({ ...answer, message: long, choices: [{ message: long }] })));
    const { text } = await open(url, 60).complete(requestFor('hello'));
    assert.ok(text.length <= LONGEST_ANSWER && text.startsWith('def f(): pass\n'));
    const cut = Number(/\n# greenloop cut (\d+) more characters here\n$/.exec(text)?.[1]);
    assert.equal(text.lastIndexOf('\n#') + cut, content.length);
  });
}
