import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Completion, CompletionRequest, Model } from '../../src/models/model.ts';
import { OllamaModel } from '../../src/models/ollama/ollama-model.ts';
import { OpenAIModel } from '../../src/models/openai/openai-model.ts';
import type { HttpStub } from './http/http-stub.ts';
import { OllamaStub } from './ollama/ollama-stub.ts';
import { OpenAIStub } from './openai/openai-stub.ts';
import { countingPolicy, requestFor } from './requests.ts';

const ANSWER = 'def f():\n    return "né – 𝒳"\n\nThat is all.\n';
const COMPLETE = 'def f():\n    return "né – 𝒳"\n';

interface Subject {
  readonly model: Model;
  readonly stub: HttpStub;
}

async function ollama(t: TestContext): Promise<Subject & { stub: OllamaStub }> {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  stub.answer = () => ANSWER;
  return { stub, model: new OllamaModel({ name: 'llama3.2:3b', url: stub.url, retry: countingPolicy() }) };
}

async function openai(t: TestContext): Promise<Subject & { stub: OpenAIStub }> {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.answer = () => ANSWER;
  const name = 'qwen2.5-coder-1.5b';
  return { stub, model: new OpenAIModel({ name, url: stub.baseUrl, retry: countingPolicy() }) };
}

/** What is heard of an answer, and the answer. */
async function listen(model: Model, changes: Partial<CompletionRequest> = {}) {
  const heard: string[] = [];
  const completion = await model.complete({
    ...requestFor('write it'),
    onText: (text) => void heard.push(text),
    ...changes,
  });
  return { heard, completion };
}

const withinLine = (text: string) => text.includes(COMPLETE);

function outcome({ text, finishReason, usage }: Completion) {
  return { text, finishReason, usage };
}

for (const [name, open] of [
  ['ollama', ollama],
  ['openai', openai],
] as const) {
  test(`${name}: a streamed answer is heard piece by piece and is the answer that comes in one`, async (t) => {
    const { model } = await open(t);
    const whole = await model.complete(requestFor('write it'));
    const { heard, completion } = await listen(model);
    assert.deepEqual(outcome(completion), outcome(whole));
    assert.deepEqual(completion.timings, whole.timings);
    assert.ok(heard.length > 5 && heard.every((text, index) => index === 0 || text.startsWith(heard[index - 1] ?? '')));
    assert.equal(heard.at(-1), ANSWER);
  });

  test(`${name}: a complete answer ends at once, and the server sees that nobody listens`, async (t) => {
    const { stub, model } = await open(t);
    let sent = 0;
    stub.beforePart = async (index) => {
      sent = index;
      // The rest is written only to a client that is still there.
      if (index > COMPLETE.length / 4 + 3)
        while (stub.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const { completion } = await listen(model, { isComplete: withinLine });
    assert.equal(completion.finishReason, 'cut');
    assert.ok(completion.text.startsWith(COMPLETE) && completion.text.length < COMPLETE.length + 4);
    await stub.idle();
    assert.ok(sent <= COMPLETE.length / 4 + 4, String(sent));
    stub.beforePart = () => undefined;
    assert.equal((await model.complete(requestFor('again'))).text, ANSWER);
  });

  test(`${name}: reasoning is not heard, and does not complete an answer`, async (t) => {
    const { stub, model } = await open(t);
    const content = `<think>\n${COMPLETE}\n</think>\n\n${ANSWER}`;
    if (stub instanceof OllamaStub) stub.answer = () => content;
    else stub.answer = () => content;
    const { heard, completion } = await listen(model, { isComplete: withinLine });
    assert.ok(completion.text.startsWith(COMPLETE), completion.text);
    assert.ok(
      heard.every((text) => COMPLETE.startsWith(text) || text.startsWith(COMPLETE) || '<think>'.startsWith(text)),
    );
  });
}

test('a stream may have reasoning in its own fields, which counts as tokens', async (t) => {
  const { stub, model } = await ollama(t);
  stub.answer = () => ({ message: { role: 'assistant', content: ANSWER, thinking: 'hm' } });
  const { completion } = await listen(model, { isComplete: withinLine });
  assert.ok(completion.text.startsWith(COMPLETE));
});

test('openai: a cut answer has the tokens that the server counted so far, or an estimate that says so', async (t) => {
  const { stub, model } = await openai(t);
  const expected = Math.ceil(COMPLETE.length / 4);
  const ask = async () => (await listen(model, { isComplete: withinLine })).completion.usage;
  for (const counts of ['timings', 'usage', 'none'] as const) {
    stub.counts = counts;
    const isEstimated = counts === 'none' ? { isEstimated: true } : {};
    assert.deepEqual(await ask(), { promptTokens: 2, completionTokens: expected, ...isEstimated }, counts);
  }
});

test('ollama: the tokens of a cut prompt are estimated from earlier answers', async (t) => {
  const { stub, model } = await ollama(t);
  const ask = async () => (await listen(model, { isComplete: withinLine })).completion.usage;
  const completionTokens = Math.ceil(COMPLETE.length / 4);
  assert.deepEqual(await ask(), { promptTokens: 2, completionTokens, isEstimated: true });
  stub.answer = () => ({ content: 'ok', prompt_eval_count: 4 });
  await listen(model);
  stub.answer = () => ANSWER;
  assert.deepEqual(await ask(), { promptTokens: 4, completionTokens, isEstimated: true });
});

test('openai: a server that ignores or refuses what belongs to streams still answers', async (t) => {
  const { stub, model } = await openai(t);
  stub.ignoresStream = true;
  const { heard, completion } = await listen(model, { isComplete: withinLine });
  assert.deepEqual([heard, completion.text, completion.finishReason], [[ANSWER], ANSWER, 'stop']);
  stub.ignoresStream = false;
  for (const refused of [['timings_per_token'], ['include_usage'], ['stream']]) {
    stub.refusedFields = refused;
    assert.ok((await listen(model)).completion.text === ANSWER, refused[0]);
  }
  const sent = stub.requests.map(({ stream, stream_options, timings_per_token }) =>
    [stream, stream_options !== undefined, timings_per_token !== undefined].map(Number).join(''),
  );
  assert.deepEqual(sent, ['111', '111', '110', '110', '100', '100', '000']);
});

/** A server that answers each request by writing to it, in this way first and honestly afterwards. */
async function serve(
  t: TestContext,
  first: (response: ServerResponse) => unknown,
  honest: (response: ServerResponse) => unknown,
) {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    asked += 1;
    if (asked === 1) first(response);
    else honest(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

interface Wire {
  readonly name: string;
  readonly type: string;
  readonly open: (url: string, timeoutSeconds?: number) => Model;
  readonly part: (text: string) => string;
  readonly last: string;
}

const wires: readonly Wire[] = [
  {
    name: 'ollama',
    type: 'application/x-ndjson',
    open: (url, timeoutSeconds = 60) => new OllamaModel({ name: 'm', url, timeoutSeconds, retry: countingPolicy() }),
    part: (content) => `${JSON.stringify({ message: { content }, done: false })}\n`,
    last: `${JSON.stringify({ message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 5 })}\n`,
  },
  {
    name: 'openai',
    type: 'text/event-stream; charset=utf-8',
    open: (url, timeoutSeconds = 60) => new OpenAIModel({ name: 'm', url, timeoutSeconds, retry: countingPolicy() }),
    part: (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
    last: `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
  },
];

for (const { name, type, open, part, last } of wires) {
  const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': type });
  const honest = (response: ServerResponse) => begin(response).end(`${part('pa')}${part('ss')}${last}`);
  const ask = (url: string, timeoutSeconds?: number) => listen(open(url, timeoutSeconds));

  for (const [what, first] of [
    ['breaks off', (response: ServerResponse) => void begin(response).write(part('x'), () => response.destroy())],
    [
      'has an error in the middle',
      (response: ServerResponse) =>
        begin(response).end(
          `${part('x')}${name === 'ollama' ? '{"error":"unexpected EOF"}\n' : 'data: {"error":{"code":500,"message":"no"}}\n\n'}`,
        ),
    ],
  ] as const) {
    test(`${name}: a stream that ${what} is asked for again`, async (t) => {
      const { url, asked } = await serve(t, first, honest);
      const { heard, completion } = await ask(url);
      assert.deepEqual([heard, completion.text, asked()], [['x', 'pa', 'pass'], 'pass', 2]);
    });
  }

  test(`${name}: characters and lines come in any pieces`, async (t) => {
    const bytes = Buffer.from(`: a comment\n\nevent: message\r\n${part('né – 𝒳')}${part('\r\n😀')}${last}`);
    const drip = async (response: ServerResponse) => {
      begin(response);
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    const { url } = await serve(t, drip, honest);
    assert.equal((await ask(url)).completion.text, 'né – 𝒳\r\n😀');
  });

  for (const [what, first, reason] of [
    ['garbage', (response: ServerResponse) => begin(response).end(`${part('x')}no JSON at all\n\n`), 'bad-answer'],
    ['nothing', (response: ServerResponse) => begin(response).end(), 'bad-answer'],
    [
      'nothing that is an answer',
      (response: ServerResponse) => begin(response).end('data: {"id":1}\n\n'),
      'bad-answer',
    ],
    [
      'a line without an end',
      (response: ServerResponse) => begin(response).end(part('x'.repeat(100_000_000))),
      'bad-answer',
    ],
    ['no byte', () => {}, 'timed-out'],
    [
      'half of an answer, and then no byte',
      (response: ServerResponse) => void begin(response).write(part('x')),
      'timed-out',
    ],
    [
      'a refusal of a context that is too long',
      (response: ServerResponse) =>
        begin(response).end('data: {"error":{"code":400,"type":"exceed_context_size_error","message":"too long"}}\n\n'),
      'context-overflow',
    ],
  ] as const) {
    test(`${name}: a stream with ${what} is a fault`, async (t) => {
      const { url } = await serve(t, first, first);
      await assert.rejects(ask(url, reason === 'timed-out' ? 0.2 : 60), { name: 'ModelFault', reason });
    });
  }

  test(`${name}: an answer that is over is not waited for longer`, async (t) => {
    const { url } = await serve(t, (response) => void begin(response).write(`${part('pass')}${last}`), honest);
    assert.equal((await ask(url)).completion.text, 'pass');
  });

  test(`${name}: an error of whoever listens comes out as it is`, async (t) => {
    const { url } = await serve(t, honest, honest);
    const broken = new TypeError('no');
    const onText = () => {
      throw broken;
    };
    await assert.rejects(open(url).complete({ ...requestFor('hi'), onText }), broken);
  });
}

test('openai: a stream that ends without a word of its end is asked for again', async (t) => {
  const { part, type, last, open } = wires[1] as Wire;
  const answer = (text: string) => (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type }).end(text);
  const { url, asked } = await serve(t, answer(part('x')), answer(`${part('pass')}${last}`));
  assert.deepEqual([(await listen(open(url))).completion.text, asked()], ['pass', 2]);
});

test('ollama: a stream that ends before it is done was ended for repeating itself', async (t) => {
  const { part, type, open } = wires[0] as Wire;
  const end = (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type }).end(part('x') + part('x'));
  const { url } = await serve(t, end, end);
  const { text, finishReason } = (await listen(open(url))).completion;
  assert.deepEqual([text, finishReason], ['xx', 'length']);
});
