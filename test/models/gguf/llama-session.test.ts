import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { AnswerEvent, LlamaEvent, OpenRequest } from '../../../src/models/gguf/child/llama-messages.ts';
import { LlamaCall } from '../../../src/models/gguf/llama-call.ts';
import { LONGEST_LINE, parseEvent } from '../../../src/models/gguf/llama-events.ts';
import { BrokenOff } from '../../../src/models/gguf/llama-faults.ts';
import { USUAL_PATIENCE } from '../../../src/models/gguf/llama-patience.ts';
import { LlamaSession } from '../../../src/models/gguf/llama-session.ts';

const request: OpenRequest = {
  kind: 'open',
  path: '/models/hostile.gguf',
  addon: '',
  architecture: 'llama',
  chatTemplate: '',
  contextTokens: 100,
  slots: 2,
  cores: 2,
};
const question = { messages: [], sampling: { temperature: 0, maxTokens: 10, seed: 0 } };
const stages = (['started', 'engine', 'template', 'weights'] as const).map(
  (stage) => ({ kind: 'stage', stage }) as const,
);
const ready = { kind: 'ready', slots: 2, contextTokens: 100, systemText: 'as-it-is' } as const;
const written = { kind: 'written', id: 1, tokens: 5 } as const;
const read = { kind: 'read', id: 1 } as const;
const end = { kind: 'end', id: 1, reason: 'end', tokens: 1 } as const;

/** A child that a file has taken over: it writes what it is told and then waits. */
function childThatWrites(text: string): { file: string; arguments: string[]; environment: Record<string, string> } {
  const program = `require('node:fs').writeSync(3, ${text}); process.stdin.resume()`;
  return { file: process.execPath, arguments: ['-e', program], environment: {} };
}

const lines = (...events: (LlamaEvent | object | string)[]) =>
  JSON.stringify(events.map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join(''));

function openChild(t: TestContext, text: string) {
  const opening = LlamaSession.open([childThatWrites(text)], request, { ...USUAL_PATIENCE, template: 2 });
  opening.then(({ session }) => t.after(() => session.close())).catch(() => {});
  return opening;
}

const isBrokenOff = (says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BrokenOff, String(error));
  assert.match(error.fault.message, says);
  assert.ok(error.fault.message.includes(request.path) && !error.fault.message.includes('\n'));
  return true;
};

for (const [what, text] of [
  ['no JSON', lines('nonsense')],
  ['JSON that nests', lines(`${'['.repeat(40_000)}${']'.repeat(40_000)}`)],
  ['a line without an end', `'x'.repeat(${LONGEST_LINE + 70_000})`],
  ['an event that there is none', lines({ kind: 'exec', command: 'true' })],
  ['an event with one field more', lines({ ...stages[0], more: 1 })],
  ['stages in another order', lines(stages[1] as object)],
  ['a stage twice', lines(stages[0] as object, stages[0] as object)],
  ['that it is ready before it is', lines(stages[0] as object, ready)],
  ['more slots than asked for', lines(...stages, { ...ready, slots: 3 })],
  ['a longer context than asked for', lines(...stages, { ...ready, contextTokens: 101 })],
  ['a context that is no number', lines(...stages, { ...ready, contextTokens: -1 })],
  ['an answer before it is asked', lines(...stages, written)],
  ['a refusal of a kind that there is none', lines({ kind: 'refused', what: 'everything', said: '' })],
  ['a very long refusal', lines({ kind: 'refused', what: 'weights', said: 'x'.repeat(3000) })],
] as const) {
  test(`a child that writes ${what} is ended, with a fault that names the file`, async (t) => {
    await assert.rejects(openChild(t, text), isBrokenOff(/^llama\.cpp sent an unknown message while it \w+/));
  });
}

test('what a child says of a file stands in one line without control characters', async (t) => {
  const said = '\u001b[31mred\n\u202eback';
  await assert.rejects(openChild(t, lines({ kind: 'refused', what: 'weights', said })), (error: Error) => {
    assert.match(
      error.message,
      /^llama\.cpp cannot load \/models\/hostile\.gguf: it says "\\u\{1b\}\[31mred \\u\{202e\}back"/,
    );
    return true;
  });
});

test('a child that says nothing more while it reads a template is ended', async (t) => {
  const opening = openChild(t, lines(stages[0] as object, stages[1] as object));
  await assert.rejects(opening, isBrokenOff(/took too long while it read the chat template of/));
});

test('a child that ends is a fault, with its last words', async () => {
  const program = `require('node:fs').writeSync(3, ${lines(stages[0] as object)}); console.error('no more'); process.exit(3)`;
  const command = { file: process.execPath, arguments: ['-e', program], environment: {} };
  const opening = LlamaSession.open([command], request, USUAL_PATIENCE);
  await assert.rejects(opening, isBrokenOff(/crashed \(exit code 3\) while it started for .*: it said "no more"/));
});

test('a program that is not there is a fault', async () => {
  const command = { file: '/no/such/program', arguments: [], environment: {} };
  await assert.rejects(LlamaSession.open([command], request, USUAL_PATIENCE), isBrokenOff(/ENOENT/));
});

for (const [what, events] of [
  ['of another request', [{ ...written, id: 7 }]],
  ['that ends before it began', [end]],
  ['with a text before its conversation is read', [written, { kind: 'text', id: 1, kept: 0, text: 'x', tokens: 1 }]],
  ['that keeps more than there is', [written, read, { kind: 'text', id: 1, kept: 1, text: 'x', tokens: 1 }]],
  ['of more tokens than asked for', [written, read, { ...end, tokens: 11 }]],
  ['that is read twice', [written, read, read]],
  ['with a stage', [stages[0]]],
  ['with an empty text', [written, read, { kind: 'text', id: 1, kept: 0, text: '', tokens: 1 }]],
] as const) {
  test(`an answer ${what} ends the child, with a fault that names the file`, async (t) => {
    const later = `setTimeout(() => require('node:fs').writeSync(3, ${lines(...(events as readonly object[]))}), 200)`;
    const { session } = await openChild(t, `${lines(...stages, ready)}); process.stdin.once('data', () => ${later}`);
    await assert.rejects(session.ask(question), isBrokenOff(/sent an unknown message while it/));
    assert.equal(session.isOver, true);
  });
}

test('a session that is over rejects a request', async (t) => {
  const { session } = await openChild(t, lines(...stages, ready));
  session.close();
  await assert.rejects(session.ask(question), isBrokenOff(/was closed; open the model again/));
});

test('any line is an event of the protocol or none', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        kind: fc.constantFrom('text', 'end', 'ready', 'written'),
        id: fc.anything(),
        text: fc.anything(),
        kept: fc.double(),
      })
      .map((event) => JSON.stringify(event)),
  );
  fc.assert(
    fc.property(line, (text) => {
      const event = parseEvent(text);
      if (event !== null) assert.deepEqual(parseEvent(JSON.stringify(event)), event);
    }),
  );
});

test('any order of events leads to an outcome, goes on, or is foreign; text never grows without end', () => {
  const event: fc.Arbitrary<AnswerEvent> = fc.oneof(
    fc.constantFrom<AnswerEvent>(
      written,
      read,
      end,
      { ...end, reason: 'full' },
      { kind: 'overflow', id: 1 },
      { kind: 'unwritable', id: 1, said: '' },
    ),
    fc.record({
      kind: fc.constant('text' as const),
      id: fc.constant(1),
      kept: fc.nat(20),
      text: fc.string({ minLength: 1, maxLength: 9 }),
      tokens: fc.nat(12),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.nat(30), (events, enough) => {
      const call = new LlamaCall({ ...question, isComplete: ({ length }) => length > enough });
      for (const each of events) {
        const step = call.take(each);
        if (step === null || step === 'enough') continue;
        assert.ok(step === 'foreign' || typeof step.kind === 'string');
        return;
      }
    }),
  );
  const flood = new LlamaCall(question);
  const piece: AnswerEvent = { kind: 'text', id: 1, kept: 0, text: 'x', tokens: 1 };
  assert.equal(
    [written, read, ...Array<AnswerEvent>(5000).fill(piece)].some((each) => flood.take(each) === 'foreign'),
    true,
  );
});
