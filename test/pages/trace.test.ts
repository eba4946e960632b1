import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeBlock, diffBlock } from '../../src/pages/trace/python-code.ts';
import { tracePage } from '../../src/pages/trace/trace-page.ts';
import { promptOf, trialAt } from '../store/stored-trials.ts';
import { HOSTILE, hostileTrial, OBEYED } from './hostile-trial.ts';

const PLACE = { pipeline: 'solo', taskId: 'T/1', repeat: 0 };

/** What a reader sees of markup. */
function textOf(markup: unknown): string {
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return String(markup)
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&[^;]+;/g, (entity) => entities[entity] ?? entity);
}

test('a program is shown as it is, whatever its tokens are', () => {
  const piece = fc.constantFrom(
    'def f(',
    '"""',
    "f'{x}",
    '#',
    '\n',
    '    ',
    'return',
    '<b>',
    '0x',
    '\\',
    ')',
    'é',
    '$',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join('');
      assert.equal(textOf(codeBlock(source)), `${source.replace(/\n$/, '')}\n`);
    }),
  );
});

test('keywords, strings, numbers, comments and defined names have colours', () => {
  const markup = String(codeBlock('def f(n):  # doubles\n    return n * 2 + len("a")\n'));
  for (const piece of [
    '<span class="keyword">def</span>',
    '<span class="defined">f</span>',
    '<span class="comment"># doubles</span>',
    '<span class="number">2</span>',
    '<span class="string">&quot;a&quot;</span>',
  ])
    assert.ok(markup.includes(piece), piece);
});

test('a repair shows what it changed, and leaves out what stays far from that', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `x${index} = ${index}\n`);
  const after = lines.with(10, 'x10 = "ten"\n');
  const text = textOf(diffBlock(lines.join(''), after.join('')));
  assert.match(text, /^…\n {2}x7 = 7\n/);
  assert.match(text, /\n- x10 = 10\n\+ x10 = "ten"\n {2}x11 = 11\n/);
  assert.match(text, /x13 = 13\n…\n$/);
  assert.match(textOf(diffBlock('x = 1\n', 'x = 1')), /unchanged/);
});

test('a page that stands alone holds the problem, every message, check and cost, and needs nothing else', async () => {
  const stored = { trial: trialAt(PLACE, { error: 'KeyError' }), prompt: promptOf('T/1') };
  const page = await tracePage(stored, 'values', 'inline');
  for (const text of [
    'Write T/1 in the promptonly way.',
    'in a message alone',
    'Here it is.',
    'Traceback of it',
    '10 tokens in, 1 out · 1.0 s · seed 7 · temperature 0.3',
    'not passed',
  ])
    assert.ok(page.includes(text), text);
  assert.match(
    page,
    /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;|default-src 'none'/,
  );
  assert.doesNotMatch(page, /<script|\bsrc=|href="(?!#|data:)/);
});

test('whatever a model, a task and a program say is text', async () => {
  const page = await tracePage(hostileTrial(PLACE), 'values', 'inline');
  assert.ok(page.includes('&lt;script&gt;globalThis.ran'));
  assert.doesNotMatch(page, /<script|<img|<svg|<[^>]*\son\w+=/);
  assert.doesNotMatch(page.replaceAll(/[\n\t]/g, ''), OBEYED);
  assert.ok(page.includes('\\u{202e}'));
  assert.ok(!page.includes(HOSTILE));
});

test('a trial of a run that kept neither prompt nor messages, and one without any attempt, have a page', async () => {
  const { trial } = { trial: trialAt(PLACE) };
  const [attempt] = trial.trace.attempts;
  const completions = attempt!.completions.map((completion) => ({ ...completion, messages: [] }));
  const old = { ...trial, trace: { ...trial.trace, attempts: [{ ...attempt!, completions }] } };
  assert.match(await tracePage({ trial: old, prompt: null }, 'values', 'inline'), /messages not kept/);
  const none = { ...trialAt(PLACE, { fault: 'sandbox' }) };
  const empty = { ...none, trace: { ...none.trace, attempts: [] } };
  assert.match(await tracePage({ trial: empty, prompt: null }, 'values', 'inline'), /sandbox: sandbox it was/);
});
