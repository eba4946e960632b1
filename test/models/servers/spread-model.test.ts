import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelFault } from '../../../src/base/errors.ts';
import type { Completion, Model } from '../../../src/models/model.ts';
import type { StubFault } from '../http/http-stub.ts';
import { OllamaStub } from '../ollama/ollama-stub.ts';
import { requestFor } from '../requests.ts';
import { holdUntil, ollamaFleet, openaiFleet, SHORT_RESTS } from './own-servers.ts';

const NAME = 'llama3.2:3b';
const words = Array.from({ length: 24 }, (_, index) => `word ${index}`);
const echoes = words.map((word) => `echo: ${word}`);

function askAll(model: Model): Promise<Completion[]> {
  return Promise.all(words.map((word) => model.complete(requestFor(word))));
}

async function textsOf(model: Model): Promise<string[]> {
  return (await askAll(model)).map(({ text }) => text);
}

const brokenServer: StubFault = {
  kind: 'status',
  status: 500,
  body: '{"error":"llama runner process has terminated"}',
};

test('each server gets as many requests at once as it has slots', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t, { entries: [{ slots: 1 }, { slots: 3 }] });
  const model = fleet.model(NAME);
  await model.prepare();
  holdUntil(4, desk, box2);
  assert.deepEqual(await textsOf(model), echoes);
  assert.deepEqual([desk.mostInFlight, box2.mostInFlight], [1, 3]);
  assert.equal(desk.requests.length + box2.requests.length, words.length);
});

test('slots are those of the entry, else of the settings, else what the server says, else one', async (t) => {
  const { fleet, desk, box2 } = await openaiFleet(t, { entries: [{ slots: 2 }, {}] });
  desk.models = box2.models = ['small'];
  box2.slots = 3;
  const model = fleet.model('small');
  await model.prepare();
  holdUntil(5, desk, box2);
  await askAll(model);
  assert.deepEqual([desk.mostInFlight, box2.mostInFlight], [2, 3]);
  const given = await openaiFleet(t, { settings: { slots: 3 } });
  holdUntil(6, given.desk, given.box2);
  await askAll(given.fleet.model('qwen2.5-coder-1.5b'));
  assert.deepEqual([given.desk.mostInFlight, given.box2.mostInFlight], [3, 3]);
});

test('a request goes to the server that has its model loaded, and else to the least busy', async (t) => {
  const { open, desk, box2 } = await ollamaFleet(t, { settings: { slots: 2 } });
  desk.loaded = ['qwen2.5-coder:latest'];
  box2.loaded = [NAME];
  const fleet = open();
  const [llama, qwen] = [fleet.model(NAME), fleet.model('qwen2.5-coder')];
  for (const model of [llama, qwen]) await model.prepare();
  for (const model of [llama, qwen, llama]) await model.complete(requestFor('hi'));
  assert.deepEqual(
    desk.requests.map(({ model }) => model),
    ['qwen2.5-coder'],
  );
  assert.deepEqual(
    box2.requests.map(({ model }) => model),
    [NAME, NAME],
  );
  desk.loaded = [NAME];
  holdUntil(2, desk, box2);
  const model = open().model(NAME);
  await model.prepare();
  await Promise.all([1, 2].map(() => model.complete(requestFor('hi'))));
  assert.deepEqual([desk.requests.length, box2.requests.length], [2, 3]);
});

test('a model with the name of a server is asked there alone, keeps its name, and shares its identity', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t);
  const [pinned, spread] = [fleet.model(`${NAME}@box2`), fleet.model(NAME)];
  assert.equal(pinned.name, `ollama/${NAME}@box2`);
  await pinned.prepare();
  assert.deepEqual(await textsOf(pinned), echoes);
  assert.deepEqual([desk.requests.length, box2.requests.length], [0, words.length]);
  assert.ok(box2.requests.every(({ model }) => model === NAME));
  assert.equal(await pinned.identity(), await spread.identity());
});

test('other weights under one name are refused, with both digests and how to name one server', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t);
  desk.digests = { [NAME]: `sha256:${'a'.repeat(64)}` };
  box2.digests = { [NAME]: 'b'.repeat(64) };
  await assert.rejects(fleet.model(NAME).prepare(), {
    name: 'Refusal',
    message:
      `ollama/${NAME} has other weights at desk (${desk.url}), digest aaaaaaaaaaaa, than at box2 (${box2.url}), digest bbbbbbbbbbbb: ` +
      `fetch it anew where it is old, or name one server, such as ollama/${NAME}@desk`,
  });
  const pinned = fleet.model(`${NAME}@desk`);
  await pinned.prepare();
  assert.match((await pinned.identity()) ?? '', /a{64}/);
});

test('where no digest is told, the same weights are assumed, and that is said once', async (t) => {
  const { fleet, notes, desk, box2 } = await openaiFleet(t);
  const model = fleet.model('qwen2.5-coder-1.5b');
  await model.prepare();
  await model.prepare();
  assert.deepEqual(notes, [
    'openai/qwen2.5-coder-1.5b is asked at desk, box2: the same weights are assumed, as no digest comes from desk, box2',
  ]);
  box2.contextTokens = 8192;
  await assert.rejects(fleet.model('qwen2.5-coder-1.5b').prepare(), {
    name: 'Refusal',
    message:
      /has a context of 4096 tokens at desk \(.*\), and of 8192 at box2 \(.*\): start both with the same, or name one server, such as \S+@desk$/,
  });
  assert.ok(desk.requests.length === 0);
});

for (const fleet of [ollamaFleet, openaiFleet]) {
  test(`${fleet.name}: the identity does not depend on which servers are up`, async (t) => {
    const servers = await fleet(t);
    const name = servers.desk.models[0] ?? '';
    // Ollama may tell no digest.
    for (const stub of [servers.desk, servers.box2]) if (stub instanceof OllamaStub) stub.digests = { [name]: null };
    const identityNow = async () => {
      const model = servers.open().model(name);
      await model.prepare();
      return model.identity();
    };
    const both = await identityNow();
    await servers.desk.stop();
    assert.equal(await identityNow(), both);
    assert.match(both ?? '', /127\.0\.0\.1:\d+.* http/);
  });
}

test('a server without the model is not asked; where none has it, all are named', async (t) => {
  const { fleet, notes, desk, box2 } = await ollamaFleet(t);
  desk.models = ['other:1b'];
  const model = fleet.model(NAME);
  await model.prepare();
  assert.deepEqual(await textsOf(model), echoes);
  assert.deepEqual([desk.requests.length, box2.requests.length, notes], [0, words.length, []]);
  await assert.rejects(fleet.model('none@box3').prepare(), {
    name: 'Refusal',
    message:
      /^none of desk \(\S+\), box2 \(\S+\) has ollama\/none@box3, and no server is called "box3": .*other:1b.*llama3\.2:3b/,
  });
});

test('a server is asked only for the models of its entry', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t, { entries: [{ models: ['qwen2.5-coder'] }, {}] });
  const [llama, qwen] = [fleet.model(NAME), fleet.model('qwen2.5-coder:latest@desk')];
  await askAll(llama);
  await qwen.complete(requestFor('hi'));
  assert.deepEqual([desk.requests.length, box2.requests.length], [1, words.length]);
  assert.throws(() => fleet.model(`${NAME}@desk`), {
    name: 'Refusal',
    message: `no server may be asked for ollama/${NAME}@desk; servers lists desk (qwen2.5-coder)`,
  });
});

test('a key goes to its own server alone', async (t) => {
  const { fleet, desk, box2 } = await openaiFleet(t, { entries: [{}, { key: 'secret', keyVariable: 'BOX2_KEY' }] });
  const model = fleet.model('qwen2.5-coder-1.5b');
  await askAll(model);
  assert.equal(desk.lastAuthorization, undefined);
  assert.equal(box2.lastAuthorization, 'Bearer secret');
});

for (const [what, fault] of [
  ['fails', brokenServer],
  ['breaks its answers off', { kind: 'reset' }],
  ['is busy', { kind: 'status', status: 429, body: '{"error":"busy"}', headers: { 'retry-after': '0' } }],
  ['gives no answer', { kind: 'hang' }],
] as const) {
  test(`a server that ${what} again and again costs no answer`, async (t) => {
    const settings = { modelTimeoutSeconds: fault.kind === 'hang' ? 0.1 : 10, slots: 2 };
    const { fleet, desk, box2 } = await ollamaFleet(t, { settings });
    const model = fleet.model(NAME);
    await model.prepare();
    box2.faults.push(fault, fault, fault);
    // The desk alone would have answered all meanwhile.
    desk.beforeAnswer = async () => {
      while (box2.faults.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    if (fault.kind === 'hang') desk.beforeAnswer = () => undefined;
    assert.deepEqual(await textsOf(model), echoes);
  });
}

test('a server that goes and comes back is asked again, and both are said', async (t) => {
  const { fleet, notes, desk, box2 } = await ollamaFleet(t);
  const model = fleet.model(NAME);
  await model.prepare();
  const port = Number(new URL(box2.url).port);
  await box2.stop();
  assert.deepEqual(await textsOf(model), echoes);
  assert.equal(desk.requests.length, words.length);
  assert.match(
    notes.join('\n'),
    /^box2 rests, and the others take over: \S+ refused the connection; start it, or correct the url of box2 in servers$/,
  );
  await box2.start(port);
  for (let asks = 0; asks < 500 && box2.requests.length === 0; asks += 1) await askAll(model);
  assert.ok(box2.requests.length > 0);
  assert.deepEqual(notes.slice(1), ['box2 answers again']);
});

test('a server that comes back with other weights is left out', async (t) => {
  const { fleet, notes, desk, box2 } = await ollamaFleet(t);
  const model = fleet.model(NAME);
  await model.prepare();
  box2.faults.push(brokenServer);
  box2.digests = { [NAME]: 'b'.repeat(64) };
  for (let asks = 0; asks < 500 && notes.length === 0; asks += 1) assert.deepEqual(await textsOf(model), echoes);
  assert.match(notes.join('\n'), /^box2 is left out: ollama\/llama3\.2:3b has other weights at desk \(.*digest b{12}/);
  const asked = box2.requests.length;
  await askAll(model);
  assert.equal(box2.requests.length, asked);
  assert.ok(desk.requests.length > 0);
});

test('a server whose weights change under way is left out for good, also where no other is left', async (t) => {
  const { fleet, notes, desk, box2 } = await ollamaFleet(t);
  const model = fleet.model(NAME);
  await model.prepare();
  box2.digests = { [NAME]: 'b'.repeat(64) };
  const port = Number(new URL(box2.url).port);
  await Promise.all([desk.stop(), box2.stop()]);
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'unreachable' });
  await box2.start(port);
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'unreachable' });
  assert.equal(box2.requests.length, 0);
  assert.match(
    notes.join('\n'),
    /^box2 is left out: .* other weights at desk \(.*\), digest \w+, than at box2 \(.*\), digest b{12}/m,
  );
  const alone = fleet.model(`${NAME}@box2`);
  await alone.complete(requestFor('hi'));
  box2.digests = {};
  box2.faults.push(brokenServer);
  await assert.rejects(alone.complete(requestFor('hi')), {
    name: 'Refusal',
    message: `ollama/${NAME}@box2 at box2 (${box2.url}) is another one than before; begin anew with it`,
  });
});

test('a server that is down at first is said, left out, and asked once it is there', async (t) => {
  const { open, notes, desk, box2 } = await ollamaFleet(t);
  const port = Number(new URL(box2.url).port);
  await box2.stop();
  const model = open().model(NAME);
  await model.prepare();
  assert.match(notes.join('\n'), /^box2 is left out until it answers: \S+ refused the connection/);
  assert.deepEqual(await textsOf(model), echoes);
  await box2.start(port);
  for (let asks = 0; asks < 500 && box2.requests.length === 0; asks += 1) await askAll(model);
  assert.ok(desk.requests.length > 0 && box2.requests.length > 0);
});

test('where no server is left, every request has the fault of one, and the next one finds a server that is back', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t);
  const model = fleet.model(NAME);
  await model.prepare();
  const port = Number(new URL(box2.url).port);
  await Promise.all([desk.stop(), box2.stop()]);
  const ends = await Promise.allSettled(words.map((word) => model.complete(requestFor(word))));
  for (const end of ends) {
    assert.ok(end.status === 'rejected' && end.reason instanceof ModelFault, 'no answer can have come');
    assert.deepEqual([end.reason.reason, end.reason.isTransient], ['unreachable', true]);
  }
  await assert.rejects(model.prepare(), { reason: 'unreachable' });
  await box2.start(port);
  assert.deepEqual(await textsOf(model), echoes);
});

test('a request that breaks every server fails alone, after as many attempts as at one server', async (t) => {
  const { fleet, desk, box2 } = await ollamaFleet(t);
  const model = fleet.model(NAME);
  await model.prepare();
  for (const stub of [desk, box2])
    stub.faultFor = (body) => (JSON.stringify(body).includes('word 7') ? brokenServer : undefined);
  const ends = await Promise.allSettled(words.map((word) => model.complete(requestFor(word))));
  const texts = ends.map((end) => (end.status === 'fulfilled' ? end.value.text : end.reason.reason));
  assert.deepEqual(texts, echoes.with(7, 'refused'));
  const asked = [...desk.requests, ...box2.requests].map(({ messages }) => messages[0]?.content);
  assert.equal(asked.filter((word) => word === 'word 7').length, 1 + SHORT_RESTS.retries);
});

for (const [what, fault] of [
  ['does not accept the key', { kind: 'status', status: 401, body: '{"error":"no key"}' }],
  [
    'has too little memory',
    { kind: 'status', status: 500, body: '{"error":"model requires more system memory (9 GiB)"}' },
  ],
] as const) {
  test(`a server that ${what} is left out, and said so`, async (t) => {
    const { fleet, notes, desk, box2 } = await ollamaFleet(t);
    const model = fleet.model(NAME);
    await model.prepare();
    box2.faults.push(fault);
    assert.deepEqual(await textsOf(model), echoes);
    assert.deepEqual([desk.requests.length, box2.requests.length], [words.length, 1]);
    assert.match(notes.join('\n'), /^box2 is left out: http.*$/);
    const alone = fleet.model(`${NAME}@desk`);
    desk.faults.push(fault);
    await assert.rejects(alone.complete(requestFor('hi')), { reason: 'refused' });
  });
}

test('a server of another kind cannot be named', async (t) => {
  const { fleet } = await ollamaFleet(t, { entries: [{}, { kind: 'openai' }] });
  assert.throws(() => fleet.model(`${NAME}@box2`), {
    message: `box2 is a server of openai/ models: name openai/${NAME}@box2`,
  });
});

test('an Ollama behind a gate gets its key with every request, and one that does not accept it says what to set', async (t) => {
  const { fleet, box2 } = await ollamaFleet(t, { entries: [{}, { key: 'secret', keyVariable: 'BOX2_KEY' }] });
  const model = fleet.model(`${NAME}@box2`);
  await model.prepare();
  assert.equal(box2.lastAuthorization, 'Bearer secret');
  box2.lastAuthorization = undefined;
  await model.complete(requestFor('hi'));
  assert.equal(box2.lastAuthorization, 'Bearer secret');
  box2.faults.push({ kind: 'status', status: 401, body: '{"error":"no"}' });
  await assert.rejects(model.complete(requestFor('hi')), /said "?no"?; set BOX2_KEY to a key that the server accepts$/);
});
