import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type Json, jsonOf, MODEL, ownServer, post, RIGHT, WISH, WRONG } from './own-server.ts';

const server = ownServer();
/** Its model server goes away. */
const lonely = ownServer();
beforeEach(() => {
  server.ollama.answer = () => RIGHT;
});

const messages = [{ role: 'user', content: WISH }];
const CHAT = { model: MODEL, messages };

/** The events of a stream: their data, parsed, and `[DONE]` as it is. */
function eventsOf(text: string): Json[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => (line === 'data: [DONE]' ? '[DONE]' : JSON.parse(line.slice(6))));
}

test('a chat on the wire of OpenAI is solved, and says what was checked', async () => {
  const answers = [WRONG, WRONG, RIGHT];
  server.ollama.answer = () => answers.shift() ?? RIGHT;
  const response = await post(server, '/v1/chat/completions', CHAT);
  const body = await jsonOf(response);
  assert.equal(response.status, 200);
  const { message, finish_reason: finish } = body.choices[0];
  assert.match(message.content, /^```python\ndef double\(x\):\n {4}return 2 \* x\n```\n\npassed 1 of 1 example/);
  assert.match(
    message.reasoning_content,
    /asking ollama\/llama3\.2:3b for a draft\ndraft by ollama\/llama3\.2:3b \(\S+ s\): double\(4\) gave 16, expected 8/,
  );
  assert.deepEqual([finish, body.object, body.model], ['stop', 'chat.completion', MODEL]);
  assert.deepEqual([body.greenloop.verdict, body.greenloop.attempts], ['passed', 3]);
  assert.ok(body.usage.completion_tokens > 0);
  assert.equal(server.logs.at(-1)?.verdict, 'passed');
});

test('a stream on the wire of OpenAI begins with the role, shows progress, and ends with usage and [DONE]', async () => {
  const body = { ...CHAT, stream: true, stream_options: { include_usage: true } };
  const response = await post(server, '/v1/chat/completions', body);
  const events = eventsOf(await response.text());
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.deepEqual(events[0].choices[0].delta, { role: 'assistant', content: '' });
  assert.equal(events.at(-1), '[DONE]');
  assert.ok(events.at(-2).usage.total_tokens > 0 && events.at(-2).choices.length === 0);
  assert.deepEqual([events.at(-3).choices[0].finish_reason, events.at(-3).greenloop.verdict], ['stop', 'passed']);
  const deltas = events.slice(0, -2).map((event) => event.choices[0].delta);
  assert.ok(deltas.every(({ content }) => typeof content === 'string'));
  assert.ok(deltas.some(({ reasoning_content: text }) => text?.includes('draft by')));
});

test('no object says what was verified where a header asks for none', async () => {
  const response = await post(server, '/v1/chat/completions', CHAT, { 'x-greenloop-proof': 'off' });
  assert.equal('greenloop' in (await jsonOf(response)), false);
});

test("Ollama's chat and generate answer in lines, and whole", async () => {
  const streamed = await (await post(server, '/api/chat', { ...CHAT, think: true })).text();
  const lines: Json[] = streamed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(lines.slice(0, -1).every(({ done }) => done === false));
  assert.ok(lines.some(({ message }) => message.thinking?.includes('draft by')));
  assert.match(lines.map(({ message }) => message.content).join(''), /passed 1 of 1 example/);
  assert.deepEqual(
    [lines.at(-1).done, lines.at(-1).done_reason, lines.at(-1).greenloop.verdict],
    [true, 'stop', 'passed'],
  );
  const whole = await jsonOf(post(server, '/api/generate', { model: `${MODEL}:latest`, prompt: WISH, stream: false }));
  assert.match(whole.response, /passed 1 of 1 example/);
  assert.equal('thinking' in whole, false);
});

test("OpenAI's responses: events in order, each numbered, and the whole answer in the last", async () => {
  const body = { model: MODEL, input: WISH, instructions: 'Be brief.', stream: true, store: true };
  const events = eventsOf(await (await post(server, '/v1/responses', body)).text());
  assert.deepEqual(
    events.map(({ sequence_number: number }) => number),
    events.map((_, place) => place),
  );
  assert.equal(events[0].type, 'response.created');
  const { type, response } = events.at(-1);
  assert.equal(type, 'response.completed');
  assert.deepEqual(
    response.output.map((item: Json) => item.type),
    ['reasoning', 'message'],
  );
  assert.match(response.output[1].content[0].text, /passed 1 of 1 example/);
  const whole = await jsonOf(post(server, '/v1/responses', { ...body, stream: false }));
  assert.deepEqual([whole.status, whole.greenloop.verdict], ['completed', 'passed']);
});

test("Anthropic's messages: blocks in order, thinking only where it is asked for", async () => {
  const body = { ...CHAT, max_tokens: 1000, stream: true, thinking: { type: 'enabled', budget_tokens: 1024 } };
  const events = eventsOf(await (await post(server, '/v1/messages', body)).text());
  const kinds = events.filter(({ type }) => type === 'content_block_start').map((event) => event.content_block.type);
  assert.deepEqual(kinds, ['thinking', 'text']);
  assert.deepEqual(
    [events[0].type, events.at(-1).type, events.at(-2).delta.stop_reason],
    ['message_start', 'message_stop', 'end_turn'],
  );
  const whole = await jsonOf(post(server, '/v1/messages', { ...CHAT, max_tokens: 1000 }));
  assert.deepEqual(
    whole.content.map((block: Json) => block.type),
    ['text'],
  );
  const count = await jsonOf(post(server, '/v1/messages/count_tokens', CHAT));
  assert.ok(count.input_tokens > 10);
});

test('what is no task goes to the model as it is, and does not pretend', async () => {
  server.ollama.answer = () => 'Good morning.';
  const hello = { model: MODEL, messages: [{ role: 'user', content: 'Good morning!' }] };
  const whole = await jsonOf(post(server, '/v1/messages', { ...hello, max_tokens: 1000 }));
  assert.deepEqual([whole.content[0].text, 'greenloop' in whole], ['Good morning.', false]);
  assert.deepEqual(server.logs.at(-1)?.verdict, 'plain');
});

test('models are listed on both wires, the pipelines first', async () => {
  const get = (path: string) => jsonOf(fetch(`${server.url}${path}`));
  const { data } = await get('/v1/models');
  assert.deepEqual(
    data.map(({ id }: Json) => id),
    [MODEL, 'llama3.2:3b', 'qwen2.5-coder:latest'],
  );
  assert.equal((await get(`/v1/models/${MODEL}`)).id, MODEL);
  assert.equal((await get('/api/tags')).models[0].name, MODEL);
  assert.match((await get('/api/version')).version, /^\d+\.\d+\.\d+$/);
  const shown = await jsonOf(post(server, '/api/show', { model: MODEL }));
  assert.deepEqual(
    [shown.capabilities, shown.model_info['greenloop.context_length'] > 0],
    [['completion', 'tools'], true],
  );
  assert.equal((await get('/health')).status, 'ok');
  assert.match(
    await (await fetch(`${server.url}/metrics`)).text(),
    /^greenloop_answers_total\{verdict="passed"\} \d+$/m,
  );
});

test('a model of the server behind is passed through, byte for byte', async () => {
  const body = `{"model":"llama3.2:3b", "messages":[{"role":"user","content":"hi"}],"stream":false,"truncate":false,"shift":false,"keep_alive":"5m","options":{"num_ctx":4096,"num_predict":5,"temperature":0,"seed":1}}`;
  server.ollama.answer = () => 'plain';
  const [ours, theirs] = await Promise.all([
    post(server, '/api/chat', body).then((response) => response.text()),
    fetch(`${server.ollama.url}/api/chat`, { method: 'POST', body }).then((response) => response.text()),
  ]);
  assert.equal(ours, theirs);
});

test('each wire says in its own format what is wrong', async () => {
  const none = { model: 'greenloop/none', messages };
  const openai = await jsonOf(post(server, '/v1/chat/completions', none));
  assert.deepEqual([openai.error.code, openai.error.param], ['model_not_found', 'model']);
  assert.match(
    (await jsonOf(post(server, '/api/chat', none))).error,
    /no model "greenloop\/none"; pipelines here: greenloop\/careful/,
  );
  const claude = await jsonOf(post(server, '/v1/messages', none));
  assert.deepEqual([claude.type, claude.error.type], ['error', 'not_found_error']);
  const several = await post(server, '/v1/chat/completions', { ...CHAT, n: 2 });
  assert.deepEqual([several.status, (await jsonOf(several)).error.param], [400, 'n']);
  const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }];
  assert.equal((await post(server, '/v1/chat/completions', { model: MODEL, messages: image })).status, 400);
  const broken = await post(server, '/v1/chat/completions', '{"model":');
  assert.deepEqual([broken.status, (await jsonOf(broken)).error.message], [400, 'the body is not JSON']);
});

test('a model server that is gone is told of on every path as it is, and is no error of greenloop', async () => {
  await lonely.ollama.stop();
  const body = { task: 'Write double(x).', tests: 'assert double(4) == 8\n', entryPoint: 'double' };
  const answers = [await post(lonely, '/v1/solve', body), await post(lonely, '/v1/chat/completions', CHAT)];
  const [solve, chat] = await Promise.all(answers.map(jsonOf));
  assert.deepEqual(solve.error, chat.error);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [502, 502],
  );
});

test('greenloop itself: a task and tests in, the trace out, or its events', async () => {
  const body = { task: 'Write double(x).', tests: 'assert double(4) == 8\n', entryPoint: 'double' };
  const whole = await jsonOf(post(server, '/v1/solve', body));
  assert.deepEqual([whole.passed, whole.proof.checks], [true, { passed: 1, of: 1, by: 'tests', testedBy: 'judge' }]);
  const events = eventsOf(await (await post(server, '/v1/solve', { ...body, stream: true })).text());
  assert.deepEqual([events[0].kind, events.at(-2).kind, events.at(-1).passed], ['trial-started', 'trial-ended', true]);
  assert.equal((await post(server, '/v1/solve', { task: 1 })).status, 400);
});
