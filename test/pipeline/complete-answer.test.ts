import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAnswers, recordingsIn } from '../../bench/loop/recorded-answers.ts';
import { replayCut, withoutFences } from '../../bench/loop/replay-cut.ts';
import { isAnswerComplete, watchAnswer } from '../../src/pipeline/complete-answer.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { descriptionPrompt, signaturePrompt } from './task-prompt.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const skip = existsSync(data) ? false : `recordings are not in ${data}`;

const CODE = 'def largest_gap(numbers):\n    return max(b - a for a, b in zip(numbers, numbers[1:]))\n';
const FENCED = `\`\`\`python\n${CODE}\`\`\`\n`;
const PROSE = 'This function compares each number with the one after it and takes the largest gap.\n';

/** How many characters of an answer are written, one at a time, before it is complete; null where it ends by itself. */
function lengthWhenComplete(answer: string, prompt: TaskPrompt = signaturePrompt()): number | null {
  const isComplete = watchAnswer(prompt);
  for (let length = 1; length <= answer.length; length += 1) {
    if (isComplete(answer.slice(0, length))) return length;
  }
  return null;
}

test('an answer is complete as the fence around the entry point closes', () => {
  assert.equal(lengthWhenComplete(`Here it is:\n\n${FENCED}\n${PROSE}`), `Here it is:\n\n${FENCED}`.length);
  assert.equal(lengthWhenComplete(FENCED.replaceAll('\n', '\r\n')), FENCED.replaceAll('\n', '\r\n').length);
  assert.equal(lengthWhenComplete(FENCED.replaceAll('```', '~~~~')), FENCED.length + 2);
});

test('an answer without fences is complete as a line of prose follows the code', () => {
  const length = lengthWhenComplete(`${CODE}\n${PROSE}`);
  assert.ok(length !== null && length > CODE.length + 1 && length < CODE.length + PROSE.length);
});

test('an answer goes on where more of its code may come', () => {
  const goesOn: Record<string, string> = {
    'no fence is closed': FENCED.slice(0, -4),
    'the fence may yet name a language': FENCED.slice(0, -1),
    'another function stands in the fence': FENCED.replace('largest_gap', 'smallest_gap'),
    'the function is a stub': '```python\ndef largest_gap(numbers):\n    """The largest gap."""\n```\n',
    'the function returns nothing': '```python\ndef largest_gap(numbers):\n    return None\n```\n',
    'a helper is missing': FENCED.replace('zip(', 'pairs_of('),
    'an import of no standard module is missing': FENCED.replace('max(', 'np.max('),
    'the fence closes in a string': `\`\`\`python\ndef largest_gap(numbers):\n    """\n    \`\`\`\n    ${PROSE}`,
    'the fence closes in a comment': '```python\ndef largest_gap(numbers):\n    return 4\n\n# Use it so:\n# ```\n',
    'a thought has not ended': `<think>\n${FENCED}\n${PROSE}`,
    'another function follows': `${CODE}\n\ndef show_largest_gap(numbers):\n    print(largest_gap(numbers))\n`,
    'the program runs by itself': `${CODE}\n\nif __name__ == '__main__':\n    print(largest_gap([1, 5, 6]))\n`,
    'words follow in a comment': `${CODE}\n# ${PROSE}`,
    'words follow in a string': `${CODE}\nNOTE = """\n\n${PROSE}`,
    'words follow without a paragraph': `${CODE}${PROSE}`,
    'few words follow': `${CODE}\nExample usage:\n`,
  };
  for (const [why, answer] of Object.entries(goesOn)) assert.equal(lengthWhenComplete(answer), null, why);
});

test('a missing helper completes an answer', () => {
  const first = FENCED.replace('zip(', 'pairs_of(');
  const helper = '```python\ndef pairs_of(a, b):\n    return zip(a, b)\n```\n';
  assert.equal(lengthWhenComplete(`${first}\nAnd:\n\n${helper}\n${PROSE}`), `${first}\nAnd:\n\n${helper}`.length);
});

test('a helper of the prompt may be written anew in a later block', () => {
  const context = 'from typing import List\n\n\ndef pairs_of(a, b):\n    return zip(a, b)\n';
  const answer = FENCED.replace('numbers)', 'numbers: List[int])');
  assert.equal(lengthWhenComplete(answer, signaturePrompt({ context })), answer.length);
  assert.equal(lengthWhenComplete(answer.replace('zip(', 'pairs_of('), signaturePrompt({ context })), null);
});

test('one function under another name completes an answer to a description', () => {
  const answer = FENCED.replace('largest_gap', 'find_largest_gap');
  assert.equal(lengthWhenComplete(answer, descriptionPrompt()), answer.length);
  assert.equal(lengthWhenComplete(answer, signaturePrompt()), null);
});

test('a quoted program that was tried before completes no answer', () => {
  const tried = extractCode(FENCED, signaturePrompt()).code;
  const answer = `The fault is here:\n\n${FENCED}\nIt must be:\n\n${FENCED.replace('max(', 'min(')}`;
  const quoted = answer.slice(0, answer.indexOf('It must be'));
  assert.equal(isAnswerComplete(quoted, signaturePrompt()), true);
  assert.equal(isAnswerComplete(quoted, signaturePrompt(), [tried]), false);
  assert.equal(isAnswerComplete(answer, signaturePrompt(), [tried]), true);
});

test('recorded answers that end when they are complete give the program of the whole answer', { skip }, async () => {
  for (const recording of recordingsIn(data)) {
    const answers = (await readAnswers(data, recording)).filter((_, index) => index % 17 === 0);
    for (const { id, prompt, text } of answers) {
      for (const answer of [text, withoutFences(text)]) {
        assert.ok(replayCut(answer, prompt).isSame, `${recording}, ${id}`);
      }
    }
  }
});
