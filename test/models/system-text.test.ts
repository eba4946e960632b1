import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../src/models/model.ts';
import { foldSystemText, hasSystemText, withoutSystemText } from '../../src/models/system-text.ts';

const system = (content: string): Message => ({ role: 'system', content });
const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string): Message => ({ role: 'assistant', content });

test('the system text stands in a line of its own before the first user message, and nowhere else', () => {
  assert.deepEqual(foldSystemText([system('s'), user('u')]), [user('s\nu')]);
  assert.deepEqual(foldSystemText([system('s'), user('u'), assistant('a'), user('v')]), [
    user('s\nu'),
    assistant('a'),
    user('v'),
  ]);
  assert.deepEqual(foldSystemText([system(''), user('u')]), [user('u')]);
  assert.deepEqual(foldSystemText([user('u'), assistant('a')]), [user('u'), assistant('a')]);
  assert.deepEqual(foldSystemText([system('s'), assistant('a')]), [assistant('a')]);
});

test('any conversation keeps its turns, has no system message, and says all that it said', () => {
  const message = fc.record({
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
    content: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), (rest) => {
      const messages = [...rest, user('last')];
      const folded = foldSystemText(messages);
      assert.deepEqual(
        folded.map(({ role }) => role),
        withoutSystemText(messages).map(({ role }) => role),
      );
      assert.ok(!hasSystemText(folded));
      const said = folded.map(({ content }) => content).join('\n');
      for (const { content } of messages) assert.ok(said.includes(content));
      assert.deepEqual(foldSystemText(folded), folded);
    }),
  );
});
