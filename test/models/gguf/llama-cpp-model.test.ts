import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { ModelFault, Refusal } from '../../../src/base/errors.ts';
import { findAddon } from '../../../src/models/gguf/child/llama-addon.ts';
import { LlamaCppModel } from '../../../src/models/gguf/llama-cpp-model.ts';
import type { Message, Sampling } from '../../../src/models/model.ts';
import { requestFor } from '../requests.ts';
import { TINY_CONTEXT, type TinyModel, writeTinyGguf } from './tiny-gguf.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-gguf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function write(t: TestContext, tiny: TinyModel = {}): string {
  const path = join(folderFor(t), 'tiny.gguf');
  writeTinyGguf(path, tiny);
  return path;
}

function open(path: string, options: { contextTokens?: number; slots?: number } = {}): LlamaCppModel {
  return new LlamaCppModel({ name: 'gguf/tiny.gguf', path, ...options });
}

const babble: Partial<Sampling> = { temperature: 0.8, maxTokens: 100 };

test('the same seed gives the same text, alone and beside other requests; another seed gives another', async (t) => {
  const model = open(write(t), { slots: 4 });
  const seeds = Array.from({ length: 12 }, (_, seed) => seed);
  const ask = (seed: number) => model.complete(requestFor('say something', { sampling: { ...babble, seed } }));
  const alone = [];
  for (const seed of seeds) alone.push((await ask(seed)).text);
  const together = await Promise.all(seeds.toReversed().map(ask));
  assert.deepEqual(
    together.map(({ text }) => text),
    alone.toReversed(),
  );
  assert.equal(new Set(alone).size, seeds.length);
});

test('a prompt that begins like the one before gives the text that it gives alone', async (t) => {
  const path = write(t);
  const begin = 'say something about numbers, and say it at length: '.repeat(3);
  const prompts = [
    begin,
    begin,
    `${begin} one`,
    `${begin} two and three`,
    'another',
    begin.slice(0, 90),
    `${begin} one`,
  ];
  const ask = (model: LlamaCppModel, content: string, seed: number) =>
    model.complete(requestFor(content, { sampling: { ...babble, seed } }));
  const shared = open(path, { slots: 1 });
  for (const [seed, content] of prompts.entries()) {
    const [text, alone] = [await ask(shared, content, seed), await ask(open(path, { slots: 1 }), content, seed)];
    assert.deepEqual([text.text, text.usage], [alone.text, alone.usage]);
  }
});

test('at temperature 0 the seed does not matter', async (t) => {
  const model = open(write(t));
  const ask = async (seed: number) =>
    (await model.complete(requestFor('more', { sampling: { temperature: 0, maxTokens: 40, seed } }))).text;
  assert.equal(await ask(1), await ask(2));
});

test('ends with the model, or after as many tokens as were asked for, and counts them', async (t) => {
  const tiny = open(write(t, { answer: ['pass', 'return'] }));
  const whole = await tiny.complete(requestFor('say something'));
  assert.deepEqual([whole.text, whole.finishReason, whole.usage?.completionTokens], ['passreturn', 'stop', 2]);
  const cut = await tiny.complete(requestFor('say something', { sampling: { maxTokens: 1 } }));
  assert.deepEqual([cut.text, cut.finishReason, cut.usage?.completionTokens], ['pass', 'length', 1]);
});

test('an answer ends at the token with which it is complete, whoever else asks, and its slot is free again', async (t) => {
  const model = open(write(t), { slots: 2 });
  const request = requestFor('say something', { sampling: { ...babble, seed: 3 } });
  const whole = await model.complete(request);
  const heard: string[] = [];
  const half = whole.text.slice(0, Math.ceil(whole.text.length / 2));
  const cutting = {
    ...request,
    onText: (text: string) => void heard.push(text),
    isComplete: (text: string) => text.length >= half.length,
  };
  const cuts = await Promise.all([1, 2, 3, 4].map(() => model.complete(cutting)));
  const [first] = cuts as [(typeof cuts)[0]];
  assert.ok(first.text.startsWith(half) && whole.text.startsWith(first.text));
  assert.equal(heard.includes(first.text), true);
  for (const { text, finishReason, usage } of cuts) {
    assert.deepEqual([text, finishReason, usage], [first.text, 'cut', first.usage]);
  }
  const tokens = first.usage?.completionTokens ?? 0;
  assert.ok(tokens > 0 && tokens < 100);
  const asked = requestFor('say something', { sampling: { ...babble, seed: 3, maxTokens: tokens } });
  assert.equal((await model.complete(asked)).text, first.text);
});

test('the prompt is what the chat template makes of the messages; an empty system prompt is none', async (t) => {
  const model = open(write(t, { answer: ['pass'] }));
  const promptTokens = async (...messages: Message[]) =>
    (await model.complete({ ...requestFor(''), messages })).usage?.promptTokens;
  const user = { role: 'user', content: 'pass' } as const;
  // <|bos|> <|user|> pass <|assistant|>
  assert.equal(await promptTokens(user), 4);
  assert.equal(await promptTokens({ role: 'system', content: '' }, user), 4);
  assert.equal(await promptTokens({ role: 'system', content: 'return' }, user), 6);
  assert.equal(await promptTokens(user, { role: 'assistant', content: 'pass' }, user), 9);
});

const ROLES =
  "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] }}{% endfor %}{{ '<|assistant|>' }}";
const refusing = (what: string) =>
  `{% if messages[0]['role'] == 'system' %}{{ raise_exception('${what}') }}{% endif %}${ROLES}`;
const DROPPING =
  "{{ bos_token }}{% for m in messages if m['role'] != 'system' %}{{ '<|' + m['role'] + '|>' + m['content'] }}{% endfor %}{{ '<|assistant|>' }}";

for (const [what, template, folds] of [
  ['refuses a system message as Gemma 2 does', refusing('System role not supported'), true],
  ['refuses it in other words', refusing('roles must alternate'), true],
  ['drops it without a word', DROPPING, true],
  [
    'takes its first user message alone',
    "{{ bos_token + '<|user|>' + (messages | selectattr('role', 'equalto', 'user') | list)[0]['content'] + '<|assistant|>' }}",
    true,
  ],
  ['writes it', ROLES, false],
  ['writes it trimmed', ROLES.replace("m['content']", "m['content'] | trim"), false],
  [
    'writes it within the first user turn',
    "{{ bos_token + '<|user|>' + messages[0]['content'] + messages[1]['content'] + '<|assistant|>' }}",
    false,
  ],
] as const) {
  test(`a chat template that ${what}: the system text is ${folds ? 'folded, which is said once' : 'left to it'}`, async (t) => {
    const notes: string[] = [];
    const path = write(t, { template, answer: ['pass'] });
    const model = new LlamaCppModel({ name: 'gguf/tiny.gguf', path, onNote: (line) => notes.push(line) });
    const promptTokens = async (...messages: Message[]) =>
      (await model.complete({ ...requestFor(''), messages })).usage?.promptTokens;
    const user = { role: 'user', content: 'pass' } as const;
    const asked = await promptTokens({ role: 'system', content: 'return' }, user);
    if (!folds) {
      assert.deepEqual(notes, []);
      assert.doesNotMatch(await model.identity(), /folded/);
      return;
    }
    assert.equal(asked, await promptTokens({ role: 'user', content: 'return\npass' }));
    await promptTokens({ role: 'system', content: 'return' }, user);
    const told =
      'the chat template of gguf/tiny.gguf refuses system messages: their text goes into the first user message';
    assert.deepEqual(notes, [told]);
    assert.match(await model.identity(), / folded$/);
  });
}

test('a chat template that asks for no system prompt gets none, as the starter models do', async (t) => {
  const notes: string[] = [];
  const path = write(t, { template: `{# no system prompt #}${ROLES}`, answer: ['pass'] });
  const model = new LlamaCppModel({ name: 'gguf/tiny.gguf', path, onNote: (line) => notes.push(line) });
  const request = requestFor('pass');
  const system = { role: 'system', content: 'return' } as const;
  const { usage } = await model.complete({ ...request, messages: [system, ...request.messages] });
  assert.deepEqual([usage, notes], [(await model.complete(request)).usage, []]);
});

test('a template that writes the day writes the same one every day', async (t) => {
  const day = "{% if not date_string is defined %}{% set date_string = strftime_now('%d %b %Y') %}{% endif %}";
  const template = `${day}{{ date_string }}{% if date_string != '26 Jul 2024' %}{{ raise_exception('a clock') }}{% endif %}`;
  const model = open(write(t, { template: `${template}<|assistant|>`, answer: ['pass'] }));
  assert.equal((await model.complete(requestFor('more'))).text, 'pass');
});

test('a model without a token for the beginning is asked without one', async (t) => {
  const model = open(write(t, { answer: ['pass'], hasBos: false }));
  const { text, usage } = await model.complete(requestFor('pass'));
  assert.deepEqual([text, usage?.promptTokens], ['pass', 3]);
});

test('a prompt longer than a batch is read whole', async (t) => {
  const model = open(write(t, { answer: ['pass'] }));
  const { text, usage } = await model.complete(requestFor('x'.repeat(900)));
  assert.deepEqual([text, usage?.promptTokens], ['pass', 903]);
});

test('a conversation that does not fit is a fault, in the prompt as in the answer', async (t) => {
  const path = write(t, { answer: ['pass'], isEndless: true });
  const isOverflow = (limit: number) => (error: unknown) => {
    assert.ok(error instanceof ModelFault);
    assert.equal(error.reason, 'context-overflow');
    assert.match(error.message, new RegExp(`does not fit into the ${limit} tokens of gguf/tiny.gguf`));
    return true;
  };
  const model = open(path, { contextTokens: 4096 });
  await assert.rejects(model.complete(requestFor('x'.repeat(TINY_CONTEXT))), isOverflow(TINY_CONTEXT));
  const long = requestFor('more', { sampling: { maxTokens: 5000 } });
  await assert.rejects(model.complete(long), isOverflow(TINY_CONTEXT));
  await assert.rejects(open(path, { contextTokens: 300 }).complete(long), isOverflow(300));
});

test('an answer may fill the context to its last token', async (t) => {
  const model = open(write(t, { answer: ['pass'], isEndless: true }), { contextTokens: 300 });
  // Four tokens of prompt; the last token of an answer is not read again.
  const { usage } = await model.complete(requestFor('pass', { sampling: { maxTokens: 297 } }));
  assert.deepEqual(usage, { promptTokens: 4, completionTokens: 297 });
});

test('an aborted request leaves the others as they are', async (t) => {
  const model = open(write(t), { slots: 2 });
  const request = requestFor('say something', { sampling: babble });
  const { text } = await model.complete(request);
  const controller = new AbortController();
  const aborted = [1, 2, 3].map(() => model.complete(request, controller.signal));
  const kept = [1, 2, 3].map(() => model.complete(request));
  controller.abort(new Error('no longer wanted'));
  for (const completion of aborted) await assert.rejects(completion, /no longer wanted/);
  for (const completion of kept) assert.equal((await completion).text, text);
});

const wrongFiles: readonly [name: string, make: (folder: string) => string, says: RegExp][] = [
  ['a missing file', (folder) => join(folder, 'none.gguf'), /none\.gguf does not exist$/],
  ['a folder', (folder) => folder, /is a folder, not a GGUF file$/],
  ['a file of another kind', (folder) => put(folder, Buffer.from('<!doctype html>')), /it begins with "<!do"$/],
  ['an empty file', (folder) => put(folder, Buffer.alloc(0)), /broken or cut off within its metadata/],
  ['a file cut off in its metadata', (folder) => cut(folder, 3000), /broken or cut off within its metadata/],
  [
    'a file cut off in its weights',
    (folder) => cut(folder, 200_000),
    /llama\.cpp cannot load .*; fetch the file again$/,
  ],
  ['an unknown architecture', (folder) => tiny(folder, { architecture: 'other' }), /architecture "other", which/],
  [
    'no chat template',
    (folder) => tiny(folder, { template: null }),
    /no chat template; use an instruct model$|follows/,
  ],
  ['a broken chat template', (folder) => tiny(folder, { template: '{% for %}' }), /chat template that cannot be read/],
];

for (const [name, make, says] of wrongFiles) {
  test(`${name} is refused in one line`, async (t) => {
    const path = make(folderFor(t));
    await assert.rejects(open(path).prepare(), (error: Error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.match(error.message, says);
      assert.ok(error.message.includes(path) && !error.message.includes('\n'), error.message);
      return true;
    });
  });
}

test('a chat template that refuses a conversation is a fault', async (t) => {
  const path = write(t, { template: "{{ raise_exception('roles must alternate') }}" });
  await assert.rejects(
    open(path).complete(requestFor('more')),
    /cannot write this conversation: .*roles must alternate/,
  );
});

test('llama.cpp writes nothing, also not about broken files, and the process ends', async (t) => {
  const broken = [cut(folderFor(t), 200_000), tiny(folderFor(t), { architecture: 'other' })];
  const program = join(import.meta.dirname, 'programs', 'ask-gguf.ts');
  const arguments_ = [program, write(t, { answer: ['pass'] }), ...broken];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, arguments_);
  assert.deepEqual([JSON.parse(stdout), stderr], [{ text: 'pass', refusals: 2 }, '']);
});

test('says what to install where the build of a platform is missing, and what else to do where there is none', () => {
  const elsewhere = process.platform === 'win32' ? 'darwin-x64' : 'win32-x64';
  assert.throws(
    () => findAddon(elsewhere),
    (error: Error) => {
      assert.ok(error instanceof Refusal);
      assert.match(error.message, /^llama\.cpp is not installed: .*npm install @node-llama-cpp\/(win|mac)-x64@\d/);
      return true;
    },
  );
  assert.throws(() => findAddon('sunos-sparc'), /no llama\.cpp for sunos-sparc; .*Ollama/);
});

test('the version to install is the one that greenloop depends on', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  const source = readFileSync(join(import.meta.dirname, '../../../src/models/gguf/child/llama-addon.ts'), 'utf8');
  for (const [name, version] of Object.entries(optionalDependencies)) {
    assert.ok(source.includes(`'${name}'`) && source.includes(`'${version}'`), `${name}@${version}`);
  }
});

function tiny(folder: string, model: TinyModel): string {
  const path = join(folder, 'tiny.gguf');
  writeTinyGguf(path, model);
  return path;
}

function put(folder: string, bytes: Buffer): string {
  const path = join(folder, 'other.gguf');
  writeFileSync(path, bytes);
  return path;
}

/** The first bytes of a whole file. */
function cut(folder: string, bytes: number): string {
  return put(folder, readFileSync(tiny(folder, {})).subarray(0, bytes));
}
