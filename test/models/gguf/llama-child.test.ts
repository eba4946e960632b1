import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { ModelFault, type ModelFaultReason } from '../../../src/base/errors.ts';
import { LlamaCppModel, type LlamaCppModelOptions } from '../../../src/models/gguf/llama-cpp-model.ts';
import { USUAL_PATIENCE } from '../../../src/models/gguf/llama-patience.ts';
import { LlamaRunner } from '../../../src/models/gguf/llama-runner.ts';
import { descendantsOf, survivorsOf } from '../../sandbox/process-tree.ts';
import { requestFor } from '../requests.ts';
import { type TinyModel, writeTinyGguf } from './tiny-gguf.ts';

const isLinux = process.platform === 'linux';
const BUBBLEWRAP = '/usr/bin/bwrap';
/** Writes the last message, and does as its words say. */
const OBEYS =
  "{{ messages[-1]['content'] }}<|assistant|>{% macro deep(x) %}{{ deep(x) }}{% endmacro %}" +
  "{% if 'crash' in messages[-1]['content'] %}{{ deep(1) }}{% endif %}" +
  "{% if 'loop' in messages[-1]['content'] %}{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}{% endif %}";

function write(t: TestContext, tiny: TinyModel = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-child-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'tiny.gguf');
  writeTinyGguf(path, tiny);
  return path;
}

function open(t: TestContext, path: string, options: Partial<LlamaCppModelOptions> = {}): LlamaCppModel {
  const model = new LlamaCppModel({ name: 'gguf/tiny', path, ...options });
  t.after(() => model.close());
  return model;
}

const isFault = (reason: ModelFaultReason, path: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelFault, String(error));
  assert.equal(error.name, 'ModelFault');
  assert.equal(error.reason, reason);
  assert.ok(error.message.includes(path) && !error.message.includes('\n'), error.message);
  assert.match(error.message, says);
  return true;
};

/** The children of this process that run llama.cpp. */
function children(): ReturnType<typeof descendantsOf> {
  return descendantsOf(process.pid).filter(({ pid }) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('llama-host'),
  );
}

for (const [what, template] of [
  ['calls itself', '{% macro a(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}'],
  [
    'calls itself by way of another',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
  ],
  [
    'adds 3,000 numbers in blocks of blocks',
    `{% macro a(x) %}${'{% if x %}'.repeat(150)}{{ a(x) }}${'{% endif %}'.repeat(150)}{% endmacro %}{{ a(1) }}`,
  ],
] as const) {
  test(`a chat template that ${what} is a fault that names the file`, async (t) => {
    const path = write(t, { template });
    await assert.rejects(
      open(t, path).prepare(),
      isFault('crashed', path, /^llama\.cpp crashed \(SIG\w+\) while it tried the chat template of/),
    );
  });
}

for (const [what, template] of [
  ['loops', '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}'],
  [
    'doubles a text for ever',
    "{% set ns = namespace(s='x') %}{% for i in range(200) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
  ],
] as const) {
  test(`a chat template that ${what} is a fault in the end`, async (t) => {
    const path = write(t, { template });
    const model = open(t, path, { patience: { ...USUAL_PATIENCE, template: 1 } });
    await assert.rejects(model.prepare(), (error) => {
      assert.ok(error instanceof ModelFault && ['timed-out', 'crashed'].includes(error.reason), String(error));
      return isFault(error.reason, path, /while it tried the chat template of/)(error);
    });
  });
}

test('a crash is the fault of its own request; those beside it, and later ones, are answered as ever', async (t) => {
  const path = write(t, { template: OBEYS });
  const model = open(t, path, { slots: 4 });
  const ask = (content: string) => model.complete(requestFor(content, { sampling: { maxTokens: 60 } }));
  const alone = [(await ask('one')).text, (await ask('two')).text];
  const [one, crash, two] = await Promise.allSettled([ask('one'), ask('crash'), ask('two')]);
  assert.deepEqual(
    [one, two].map((end) => end?.status === 'fulfilled' && end.value.text),
    alone,
  );
  assert.ok(crash?.status === 'rejected');
  isFault('crashed', path, /while it wrote a conversation with the chat template of/)(crash.reason);
  assert.equal((await ask('two')).text, alone[1]);
});

test('a template that loops for one conversation takes its time from that one alone', async (t) => {
  const path = write(t, { template: OBEYS });
  const model = open(t, path, { slots: 2, patience: { ...USUAL_PATIENCE, template: 3 } });
  const ask = (content: string) => model.complete(requestFor(content, { sampling: { maxTokens: 900 } }));
  const { text } = await ask('one');
  const [one, loop] = await Promise.allSettled([ask('one'), ask('loop')]);
  assert.equal(one.status === 'fulfilled' && one.value.text, text);
  assert.ok(loop.status === 'rejected');
  isFault('timed-out', path, /took too long while it wrote a conversation/)(loop.reason);
});

test('a file that crashes three times in a row is not started again; an answer in between begins anew', async (t) => {
  const path = write(t, { template: OBEYS, answer: ['pass'] });
  const model = open(t, path);
  const crash = () => assert.rejects(model.complete(requestFor('crash')), isFault('crashed', path, /\(SIG/));
  await crash();
  await crash();
  assert.equal((await model.complete(requestFor('more'))).text, 'pass');
  for (let times = 0; times < 3; times += 1) await crash();
  const given = isFault('crashed', path, /ended llama\.cpp 3 times in a row and is not started again/);
  await assert.rejects(model.complete(requestFor('more')), given);
});

test('a file that ends llama.cpp as it is loaded is not started again for each request', async (t) => {
  const path = write(t, { template: '{% macro a(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}' });
  const model = open(t, path);
  for (let times = 0; times < 5; times += 1) {
    await assert.rejects(model.complete(requestFor('more')), isFault('crashed', path, /tried the chat template/));
  }
});

test('a child that is killed from outside in mid-answer is a fault, and the next request starts another', {
  skip: !isLinux && 'needs /proc',
}, async (t) => {
  const path = write(t, { answer: ['pass'], isEndless: true });
  const model = open(t, path, { slots: 1 });
  await model.prepare();
  const [child] = children();
  const answer = model.complete(requestFor('more', { sampling: { maxTokens: 1000 } }));
  process.kill(child?.pid as number, 'SIGKILL');
  await assert.rejects(answer, isFault('crashed', path, /\(SIGKILL\) .* is there enough memory\?$/));
  const { text } = await model.complete(requestFor('more', { sampling: { maxTokens: 2 } }));
  assert.equal(text, 'passpass');
});

test('text comes while it is written, and is the whole answer in the end', async (t) => {
  const path = write(t, { answer: ['pass', 'return'], isEndless: true });
  const runner = new LlamaRunner({ path, contextTokens: 1024, slots: 1, bubblewrap: null, patience: USUAL_PATIENCE });
  t.after(() => runner.close());
  const texts: string[] = [];
  const { messages } = requestFor('more');
  const sampling = { temperature: 0, maxTokens: 1000, seed: 1 };
  const outcome = await runner.ask({ messages, sampling, onText: (text) => texts.push(text) });
  assert.ok(outcome.kind === 'answer');
  assert.equal(texts.at(-1), outcome.text);
  assert.ok(texts.length > 2 && texts.every((text) => outcome.text.startsWith(text)), String(texts.length));
});

test('an abort stops the answer in the child: its only slot is free for the next', async (t) => {
  const model = open(t, write(t, { answer: ['pass'], isEndless: true }), { slots: 1 });
  const controller = new AbortController();
  const ask = (maxTokens: number, signal?: AbortSignal) =>
    model.complete(requestFor('more', { sampling: { maxTokens } }), signal);
  await ask(1);
  const answers = Array.from({ length: 20 }, () => ask(1000, controller.signal));
  controller.abort(new Error('no longer wanted'));
  for (const answer of answers) await assert.rejects(answer, /no longer wanted/);
  assert.equal((await ask(2)).text, 'passpass');
});

test('a closed model has no child, and starts one when it is asked', { skip: !isLinux && 'needs /proc' }, async (t) => {
  const model = open(t, write(t, { answer: ['pass'] }));
  await model.prepare();
  const before = children();
  assert.equal(before.length, 1);
  model.close();
  assert.deepEqual(await survivorsOf(before), []);
  assert.equal((await model.complete(requestFor('more'))).text, 'pass');
});

for (const [signal, template] of [
  ['SIGKILL', OBEYS],
  ['SIGTERM', OBEYS],
  ['SIGKILL', undefined],
] as const) {
  const what = template === undefined ? 'is writing' : 'is in a template that loops';
  test(`when greenloop ends by ${signal}, the child that ${what} ends too`, {
    skip: !isLinux && 'needs /proc',
  }, async (t) => {
    const path = write(t, { isEndless: true, answer: ['pass'], ...(template !== undefined && { template }) });
    const program = join(import.meta.dirname, 'programs', 'hold-gguf.ts');
    const greenloop = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: greenloop.stdout })) if (line === 'open') break;
    const child = descendantsOf(greenloop.pid as number);
    assert.ok(child.length > 0);
    greenloop.kill(signal);
    assert.deepEqual(await survivorsOf(child), []);
  });
}

test('aborted, a model keeps nobody running, even in a template that loops', async (t) => {
  const path = write(t, { template: OBEYS, answer: ['pass'] });
  const source = `
    import { LlamaCppModel } from ${JSON.stringify(join(import.meta.dirname, '../../../src/models/gguf/llama-cpp-model.ts'))};
    const model = new LlamaCppModel({ name: 'gguf/tiny', path: ${JSON.stringify(path)} });
    await model.prepare();
    const request = { messages: [{ role: 'user', content: 'loop' }], sampling: { temperature: 0, maxTokens: 9, seed: 1 },
      draw: { taskId: 'a', repeat: 0, role: 'generator', attempt: 0 } };
    await model.complete(request, AbortSignal.timeout(300)).catch((error) => console.log(error.name));`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const text of program.stdout) said += text;
  assert.equal(said, 'TimeoutError\n');
});

const inBubblewrap = !existsSync(BUBBLEWRAP) && 'needs bubblewrap';

test('in bubblewrap the text is the same', { skip: inBubblewrap }, async (t) => {
  const path = write(t);
  const request = requestFor('say something', { sampling: { temperature: 0.8, maxTokens: 60 } });
  const texts = [null, BUBBLEWRAP].map(
    async (bubblewrap) => (await open(t, path, { bubblewrap }).complete(request)).text,
  );
  assert.equal(await texts[1], await texts[0]);
});

test('where bubblewrap does not start, the child runs without it', async (t) => {
  const model = open(t, write(t, { answer: ['pass'] }), { bubblewrap: '/bin/false' });
  assert.equal((await model.complete(requestFor('more'))).text, 'pass');
});

for (const bubblewrap of [null, BUBBLEWRAP]) {
  const where = bubblewrap === null ? 'without bubblewrap' : 'in bubblewrap';
  const skip = bubblewrap !== null ? inBubblewrap : !isLinux && 'needs /proc';
  test(`${where} the child has no environment, no core files, a limit of memory, and goes first`, {
    skip,
  }, async (t) => {
    const model = open(t, write(t, { answer: ['pass'] }), { bubblewrap });
    await model.prepare();
    const { pid } = children().at(-1) ?? {};
    const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
    const names = read('environ')
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.split('=')[0]);
    assert.deepEqual(
      names.filter((name) => name !== 'PWD'),
      ['GGML_NO_BACKTRACE'],
    );
    assert.match(read('limits'), /Max core file size +0 +0/);
    assert.match(read('limits'), /Max data size +\d+/);
    assert.equal(read('oom_score_adj').trim(), '1000');
    const namespace = (of: number | string) => readlinkSync(`/proc/${of}/ns/net`);
    assert.equal(namespace(pid as number) === namespace('self'), bubblewrap === null);
  });
}
