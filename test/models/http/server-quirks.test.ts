import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { ModelFault } from '../../../src/base/errors.ts';
import { HttpFailure, messageIn } from '../../../src/models/http/http.ts';
import { LoadingWait } from '../../../src/models/http/loading-wait.ts';
import { answerInError, meaningOf } from '../../../src/models/http/server-error.ts';
import { type Meaning, SERVER_QUIRKS } from '../../../src/models/http/server-quirks.ts';
import type { CompletionRequest, Message, Model } from '../../../src/models/model.ts';
import { readOllamaAnswer } from '../../../src/models/ollama/ollama-answer.ts';
import { OllamaModel } from '../../../src/models/ollama/ollama-model.ts';
import { readOpenAIAnswer } from '../../../src/models/openai/openai-answer.ts';
import { OpenAIModel } from '../../../src/models/openai/openai-model.ts';
import { OllamaStub } from '../ollama/ollama-stub.ts';
import { OpenAIStub } from '../openai/openai-stub.ts';
import { countingPolicy, requestFor } from '../requests.ts';
import type { StubFault } from './http-stub.ts';
import { OTHER_ERRORS, SERVER_ANSWERS, type ServerAnswer } from './server-answers.ts';

interface Subject {
  readonly stub: OllamaStub | OpenAIStub;
  readonly model: Model;
  readonly waits: number[];
  readonly waiting: string[];
  readonly notes: string[];
}

const SYSTEM = 'You write Python functions.';

/** With a system text, as every request of a pipeline has one. */
function withSystem(content = 'hi'): CompletionRequest {
  const request = requestFor(content);
  return { ...request, messages: [{ role: 'system', content: SYSTEM }, ...request.messages] };
}

async function openOllama(t: TestContext): Promise<Subject> {
  const stub = await new OllamaStub().start();
  return subject(t, stub, (options) => new OllamaModel({ name: 'llama3.2:3b', url: stub.url, ...options }));
}

async function openOpenAI(t: TestContext): Promise<Subject> {
  const stub = await new OpenAIStub().start();
  return subject(t, stub, (options) => new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url: stub.baseUrl, ...options }));
}

type Options = Pick<ConstructorParameters<typeof OllamaModel>[0], 'retry' | 'notices'>;

function subject<Stub extends Subject['stub']>(t: TestContext, stub: Stub, make: (options: Options) => Model): Subject {
  t.after(() => stub.stop());
  const waiting: string[] = [];
  const notes: string[] = [];
  const retry = countingPolicy();
  const notices = { waiting: (line: string) => waiting.push(line), note: (line: string) => notes.push(line) };
  return { stub, model: make({ retry, notices }), waits: retry.waits, waiting, notes };
}

function fault({ status, body }: ServerAnswer): StubFault {
  return status === 200
    ? { kind: 'body', body: JSON.stringify(body) }
    : { kind: 'status', status, body: JSON.stringify(body) };
}

/** What a model must do with an error of each meaning, which the stub answers with once. */
const expectations: Readonly<Record<Meaning, (subject: Subject, answer: ServerAnswer) => Promise<void>>> = {
  'context-overflow': async ({ model, waits }) => {
    await assert.rejects(model.complete(withSystem()), {
      name: 'ModelFault',
      reason: 'context-overflow',
      isTransient: false,
    });
    assert.deepEqual(waits, []);
  },
  'repetition-aborted': async ({ model, waits }) => {
    const { text, finishReason, usage } = await model.complete(withSystem());
    assert.deepEqual([text, finishReason, usage, waits], ['', 'length', null, []]);
  },
  'unparsed-answer': async ({ model, waits }, { body }) => {
    if (JSON.stringify(body).includes('at pos')) {
      const { text, finishReason } = await model.complete(withSystem());
      assert.deepEqual([text, finishReason], ['def f(x):\n    return x', 'other']);
    } else {
      const message = /could not parse what the model wrote.*--skip-chat-parsing$/;
      await assert.rejects(model.complete(withSystem()), { reason: 'refused', isTransient: false, message });
    }
    assert.deepEqual(waits, []);
  },
  loading: async ({ model, waits, waiting, stub }) => {
    assert.equal((await model.complete(withSystem())).text, 'echo: hi');
    assert.deepEqual(waits, [0.5]);
    assert.ok(waiting[0]?.startsWith(`waiting for ${stub.url}`), waiting[0]);
    assert.match(waiting[0] ?? '', /: loading the model \(0 s\)$/);
  },
  'no-system-role': async ({ model, waits, notes, stub }) => {
    const folded: Message[] = [{ role: 'user', content: `${SYSTEM}\nhi` }];
    const sent = () => stub.requests.map(({ messages }) => messages);
    assert.equal((await model.complete(withSystem())).text, `echo: ${SYSTEM}\nhi`);
    await model.complete(withSystem());
    // The first was answered with the error.
    assert.deepEqual(sent().slice(1), [folded, folded]);
    assert.equal(notes.length, 1);
    assert.match(
      notes[0] ?? '',
      /^\S+ at http:\S+ refuses system messages: their text goes into the first user message$/,
    );
    assert.deepEqual(waits, []);
  },
};

for (const [adapter, open] of [
  ['ollama', openOllama],
  ['openai', openOpenAI],
] as const) {
  for (const [meaning, answers] of Object.entries(SERVER_ANSWERS) as [Meaning, readonly ServerAnswer[]][]) {
    for (const [index, answer] of answers.entries()) {
      test(`${adapter}: ${meaning} as of ${answer.server} (${index + 1})`, async (t) => {
        const subject = await open(t);
        subject.stub.faults.push(fault(answer));
        await expectations[meaning](subject, answer);
        assert.deepEqual(subject.stub.faults, []);
      });
    }
  }

  for (const answer of OTHER_ERRORS) {
    test(`${adapter}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 90)} is only an error`, async (t) => {
      const { stub, model, waiting, notes } = await open(t);
      stub.faults.push(...Array<StubFault>(5).fill(fault(answer)));
      const reason = answer.status === 200 ? 'bad-answer' : 'refused';
      await assert.rejects(model.complete(withSystem()), { name: 'ModelFault', reason });
      assert.deepEqual([waiting, notes], [[], []]);
      const isTransient = answer.status === 429 || answer.status >= 500;
      assert.equal(stub.faults.length, isTransient ? 0 : 4);
    });
  }

  test(`${adapter}: an answer that holds the words of all errors is an answer`, async (t) => {
    const { stub, model, notes, waiting } = await open(t);
    const words = Object.values(SERVER_ANSWERS)
      .flat()
      .map(({ body }) => JSON.stringify(body))
      .join('\n');
    stub.answer = () => words;
    assert.equal((await model.complete(withSystem())).text, words);
    assert.deepEqual([notes, waiting], [[], []]);
  });

  test(`${adapter}: a server that takes the system role gets it unchanged`, async (t) => {
    const { stub, model, notes } = await open(t);
    await model.complete(withSystem());
    assert.deepEqual(stub.requests[0]?.messages, withSystem().messages);
    assert.deepEqual(notes, []);
  });

  test(`${adapter}: a refused system role where there is none, or that stays refused, is a fault`, async (t) => {
    const { stub, model, notes } = await open(t);
    const refusal = fault({
      server: '',
      status: 400,
      body: { error: 'Conversation roles must alternate user/assistant/...' },
    });
    stub.faults.push(refusal);
    await assert.rejects(model.complete(requestFor('hi')), { reason: 'refused' });
    stub.faults.push(refusal, refusal);
    await assert.rejects(model.complete(withSystem()), { reason: 'refused' });
    await model.complete(withSystem());
    assert.deepEqual(stub.requests.at(-1)?.messages, withSystem().messages);
    assert.deepEqual(notes, []);
  });

  test(`${adapter}: requests beside each other are folded each, and the user is told once`, async (t) => {
    const { stub, model, notes } = await open(t);
    const refusal = fault({ server: '', status: 400, body: { error: 'System role not supported' } });
    stub.faults.push(refusal, refusal, refusal);
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => model.complete(withSystem(text))));
    assert.deepEqual(
      answers.map(({ text }) => text),
      ['a', 'b', 'c'].map((text) => `echo: ${SYSTEM}\n${text}`),
    );
    assert.equal(notes.length, 1);
  });
}

test('every row of the table is what some server was seen to say', () => {
  for (const [index, { server, means, says, statuses }] of SERVER_QUIRKS.entries()) {
    const seen = SERVER_ANSWERS[means].some(
      ({ status, body }) => says.test(wordsOf(body)) && (statuses === undefined || statuses.includes(status)),
    );
    assert.ok(seen, `row ${index + 1}, ${server}: ${says}`);
  }
});

/** Strings of a body, a line each, also those within strings that are JSON. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return /^\{/.test(value) ? wordsOf(JSON.parse(value)) : value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(wordsOf).join('\n') : '';
}

test('no answer of a server is too strange to be read', () => {
  const strange = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.string(),
    fc.json().map((json) => JSON.stringify({ error: json })),
  );
  fc.assert(
    fc.property(strange, fc.integer({ min: 200, max: 599 }), (body, status) => {
      const failure = new HttpFailure({ status, headers: new Headers() }, body);
      const error = new ModelFault('refused', 'no', { cause: failure });
      assert.deepEqual([meaningOf(error), answerInError(error)], [null, null]);
      assert.equal(typeof messageIn(body), 'string');
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (content, usage, reason) => {
      const message = { content, thinking: reason, reasoning: reason };
      const openai = readOpenAIAnswer({ choices: [{ message, finish_reason: reason }], usage });
      const ollama = readOllamaAnswer({ message, done_reason: reason, eval_count: usage, prompt_eval_count: usage });
      for (const answer of [openai, ollama]) {
        if (answer === null) continue;
        assert.equal(typeof answer.text, 'string');
        const { promptTokens = 0, completionTokens = 0 } = answer.usage ?? {};
        for (const count of [promptTokens, completionTokens]) assert.ok(Number.isSafeInteger(count) && count >= 0);
      }
    }),
  );
});

const loadingFault = fault(SERVER_ANSWERS.loading[0] as ServerAnswer);

test('a model is waited for as long as its load takes, in pauses of two seconds at most', async (t) => {
  const { stub, model, waits, waiting } = await openOpenAI(t);
  stub.faults.push(...Array<StubFault>(40).fill(loadingFault));
  assert.equal((await model.complete(withSystem())).text, 'echo: hi');
  assert.deepEqual(waits, [0.5, ...Array<number>(39).fill(1)]);
  assert.equal(waiting.length, 40);
});

test('a load that takes too long is a fault, and from then on each request is one attempt until the server is there', async (t) => {
  const { stub, url, model } = await openImpatient(t);
  stub.faults.push(...Array<StubFault>(5).fill(loadingFault));
  const message = `${url} has not loaded its model within 3 s; wait for it, or allow more (load_timeout)`;
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'timed-out', isTransient: false, message });
  assert.equal(stub.faults.length, 1);
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'timed-out', message });
  assert.equal(stub.faults.length, 0);
  assert.equal((await model.complete(requestFor('hi'))).text, 'echo: hi');
  stub.faults.push(loadingFault, loadingFault);
  assert.equal((await model.complete(requestFor('hi'))).text, 'echo: hi');
});

/** A model that is waited for three seconds, of a clock that moves by one in each pause. */
async function openImpatient(t: TestContext) {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  let seconds = 0;
  const sleep = async () => {
    seconds += 1;
  };
  const policy = countingPolicy({ sleep });
  const url = stub.baseUrl;
  const loading = new LoadingWait({ url, longestSeconds: 3, policy, now: () => seconds });
  return { stub, url, model: new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url, retry: policy, loading }) };
}

test('requests beside each other share one wait', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.faults.push(...Array<StubFault>(12).fill(loadingFault));
  const waiting: string[] = [];
  const url = stub.baseUrl;
  const retry = countingPolicy();
  const loading = new LoadingWait({ url, policy: retry, onWait: (line) => waiting.push(line) });
  const models = [1, 2].map(() => new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url, retry, loading }));
  const answers = await Promise.all([0, 1, 2, 3].map((index) => models[index % 2]?.complete(requestFor(`${index}`))));
  assert.deepEqual(
    answers.map((answer) => answer?.text),
    [0, 1, 2, 3].map((index) => `echo: ${index}`),
  );
  // Each was refused at most once before it joined the wait of the first.
  assert.ok(waiting.length >= 9 && waiting.length <= 12, `${waiting.length}`);
});

test('an abort ends a wait at once, for whoever leads it and for who waits with them', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.faults.push(...Array<StubFault>(3).fill(loadingFault));
  const controller = new AbortController();
  const paused = Promise.withResolvers<void>();
  const sleep = (_seconds: number, signal?: AbortSignal) => {
    paused.resolve();
    return new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const retry = countingPolicy({ sleep });
  const model = new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url: stub.baseUrl, retry });
  const asked = [1, 2].map(() => model.complete(requestFor('hi'), controller.signal));
  await paused.promise;
  controller.abort(new Error('enough'));
  for (const answer of asked) await assert.rejects(answer, /enough/);
  await stub.idle();
});

test('whoever waits with one that is aborted goes on', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.faults.push(loadingFault, loadingFault);
  const controller = new AbortController();
  const sleep = async (_seconds: number, signal?: AbortSignal) => {
    if (signal === controller.signal) controller.abort(new Error('enough'));
    signal?.throwIfAborted();
  };
  const retry = countingPolicy({ sleep });
  const model = new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url: stub.baseUrl, retry });
  const aborted = model.complete(requestFor('one'), controller.signal);
  const kept = model.complete(requestFor('two'));
  await assert.rejects(aborted, /enough/);
  assert.equal((await kept).text, 'echo: two');
});
