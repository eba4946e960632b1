import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { APICallError, generateText, streamText } from 'ai';
import { greenloop } from '../../../src/serve/ai-sdk/greenloop.ts';
import { readSettings } from '../../../src/wiring/settings.ts';
import { Solver } from '../../../src/wiring/solver.ts';
import { type Json, ownServer, pipelineOf, RIGHT, WISH, WRONG } from '../own-server.ts';

const apiKey = 'a-key-of-the-tests';
const server = ownServer({ apiKey, pipelines: [pipelineOf('careful'), pipelineOf('redraw-then-repair')] });
let solver: Solver | null = null;
beforeEach(async () => {
  server.ollama.answer = () => RIGHT;
  solver ??= await Solver.open(readSettings({}, { ...process.env, OLLAMA_HOST: server.ollama.url }), { parallel: 2 });
});
after(() => solver?.close());

const SOLVED = /^```python\ndef double\(x\):\n {4}return 2 \* x\n```\n\npassed 1 of 1 example/;

const atServer = () => greenloop('careful', { baseURL: server.url, apiKey });
const inProcess = () => greenloop(pipelineOf('careful'), { solver: solver! });
const PLACES = { 'at a server': atServer, 'in process': inProcess };

/** A model that never answers until it is left; resolves once it is asked. */
function silentModel(): Promise<void> {
  const asked = Promise.withResolvers<void>();
  server.ollama.answer = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  return asked.promise;
}

for (const [place, model] of Object.entries(PLACES)) {
  test(`${place}: generateText gives the code, what the loop did, usage and what was verified`, async () => {
    const answers = [WRONG];
    server.ollama.answer = () => answers.shift() ?? RIGHT;
    const answer = await generateText({ model: model(), prompt: WISH });
    assert.match(answer.text, SOLVED);
    assert.match(
      answer.reasoningText ?? '',
      /^asking ollama\/llama3\.2:3b for a draft\ndraft by .*: double\(4\) gave 16, expected 8\nasking /,
    );
    const { verdict, attempts, checks }: Json = answer.providerMetadata!.greenloop;
    assert.deepEqual(
      [verdict, attempts, checks],
      ['passed', 2, { passed: 1, of: 1, by: 'examples', testedBy: 'judge' }],
    );
    assert.equal(answer.finishReason, 'stop');
    assert.ok((answer.usage.inputTokens ?? 0) > 0 && (answer.usage.outputTokens ?? 0) > 0);
  });

  test(`${place}: streamText gives parts in order`, async () => {
    const stream = streamText({ model: model(), prompt: WISH });
    const kinds: string[] = [];
    for await (const { type } of stream.fullStream) if (kinds.at(-1) !== type) kinds.push(type);
    assert.deepEqual(
      kinds.filter((kind) => /^(text|reasoning|finish$)/.test(kind)),
      [
        ...['reasoning-start', 'reasoning-delta', 'reasoning-end'],
        ...['text-start', 'text-delta', 'text-end', 'finish'],
      ],
    );
    assert.match(await stream.text, SOLVED);
    assert.equal(((await stream.providerMetadata)!.greenloop as Json).verdict, 'passed');
  });

  test(`${place}: the model's call ends where the program leaves, whole or as a stream`, async () => {
    for (const start of [
      (abortSignal: AbortSignal) => generateText({ model: model(), prompt: WISH, abortSignal }).then(() => {}),
      async (abortSignal: AbortSignal) => {
        for await (const _ of streamText({ model: model(), prompt: WISH, abortSignal }).fullStream);
      },
    ]) {
      const asked = silentModel();
      const leaving = new AbortController();
      const answered = start(leaving.signal).catch(() => undefined);
      await asked;
      leaving.abort();
      await answered;
      await server.ollama.idle();
    }
  });

  test(`${place}: a stream that nobody reads any more ends the model's call`, async () => {
    const asked = silentModel();
    const { stream } = await model().doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: WISH }] }] });
    const reader = stream.getReader();
    await reader.read();
    void reader.read().catch(() => undefined);
    await asked;
    await reader.cancel();
    await server.ollama.idle();
  });

  test(`${place}: a broken model is an error of the stream`, async () => {
    server.ollama.answer = () => ({ message: 1 });
    const errors: unknown[] = [];
    const stream = streamText({ model: model(), prompt: WISH, onError: ({ error }) => void errors.push(error) });
    await stream.consumeStream();
    assert.match(String(errors[0]), /expected an answer of ollama\/llama3\.2:3b/);
  });
}

test('what is no task is answered by the model, and nothing is said to be verified', async () => {
  server.ollama.answer = () => 'Good morning.';
  const answer = await generateText({ model: inProcess(), prompt: 'Good morning!' });
  assert.deepEqual([answer.text, answer.providerMetadata?.greenloop], ['Good morning.', undefined]);
});

test('what a pipeline does not do is a warning or a refusal', async () => {
  const call = { prompt: [], topK: 4, responseFormat: { type: 'json' as const } };
  const user = [{ type: 'text' as const, text: WISH }];
  const { warnings } = await inProcess().doGenerate({ ...call, prompt: [{ role: 'user', content: user }] });
  assert.deepEqual(
    warnings.map((warning) => (warning.type === 'unsupported' ? warning.feature : warning.type)),
    ['topK', 'responseFormat'],
  );
  const file = { type: 'file' as const, mediaType: 'image/png', data: { type: 'data' as const, data: 'AA==' } };
  await assert.rejects(
    async () => inProcess().doGenerate({ prompt: [{ role: 'user', content: [file] }] }),
    /expected text messages, got a part of type "file"/,
  );
  assert.throws(() => greenloop('no-such-preset', { solver: solver! }), /no pipeline file or preset "no-such-preset"/);
});

test('what a server refuses is an APICallError, with its status', async () => {
  const wrongKey = generateText({ model: greenloop('careful', { baseURL: server.url, apiKey: 'no' }), prompt: WISH });
  await assert.rejects(wrongKey, (error) => APICallError.isInstance(error) && error.statusCode === 401);
  const model = greenloop('none', { baseURL: `${server.url}/v1/`, apiKey });
  await assert.rejects(generateText({ model, prompt: WISH }), /no model "greenloop\/none"; pipelines here/);
  const nowhere = greenloop('careful', { baseURL: 'http://127.0.0.1:9' });
  await assert.rejects(
    generateText({ model: nowhere, prompt: WISH, maxRetries: 0 }),
    (error) => APICallError.isInstance(error) && error.isRetryable,
  );
});

test('the program of the page on the library runs, at a server and in process', async () => {
  const root = join(import.meta.dirname, '../../..');
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-ai-sdk-'));
  const source = (path: string) => `'${pathToFileURL(join(root, 'src', path)).href}'`;
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const program = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)]
    .map(([, body]) => body)
    .join('\n')
    .replaceAll("'greenloop/ai-sdk'", source('serve/ai-sdk/greenloop.ts'))
    .replaceAll("'greenloop'", source('index.ts'))
    .replaceAll("'ai'", `'${import.meta.resolve('ai')}'`)
    .replaceAll('http://127.0.0.1:11500', server.url);
  server.ollama.models.push('qwen2.5:1.5b');
  try {
    writeFileSync(join(folder, 'page.mjs'), program);
    const env = { ...process.env, OLLAMA_HOST: server.ollama.url, GREENLOOP_API_KEY: apiKey };
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'page.mjs')], { cwd: folder, env });
    assert.match(stdout, /^```python\n.*```\n\npassed 1 of 1 example.*\n passed\n```python\n.*passed 1 of 1 example/s);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
