import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAnswerComplete } from '../../../src/pipeline/complete-answer.ts';
import { extractCode } from '../../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../../src/pipeline/repair.ts';
import { scriptPrompt } from '../../../src/tasks/script/script-task.ts';

const PROMPT = scriptPrompt('Read two numbers from standard input and print their sum.', 'sum');
const SCRIPT = 'def total(words):\n    return sum(map(int, words))\n\n\nprint(total(input().split()))';
const fence = (code: string, language = 'python') => `\`\`\`${language}\n${code}\n\`\`\``;

const ANSWERS: Readonly<Record<string, string>> = {
  'a fence': `Here it is:\n\n${fence(SCRIPT)}\n`,
  'nothing but code': SCRIPT,
  'a fence, then what it reads and prints': `${fence(SCRIPT)}\n\nInput:\n${fence('1 2', '')}\nOutput:\n${fence('3', '')}`,
  'a fence, then how its function is called': `${fence(SCRIPT)}\n\nFor example:\n\n${fence('print(total(["1", "2"]))')}`,
  'a fence, then how it is run': `${fence(SCRIPT)}\n\n${fence('echo "1 2" | python sum.py', 'bash')}`,
};

describe('scripts in answers', () => {
  for (const [name, answer] of Object.entries(ANSWERS))
    test(name, () => assert.equal(extractCode(answer, PROMPT).code, SCRIPT));

  test('no repair renames a function of theirs or cuts what they do', () => {
    const { code, applied } = repairCode(SCRIPT, PROMPT, new Set(REPAIR_NAMES));
    assert.deepEqual([code, applied], [SCRIPT, []]);
  });

  test('an import that a script forgot is added', () => {
    const { code } = repairCode('print(sum(map(int, sys.stdin.read().split())))', PROMPT, new Set(REPAIR_NAMES));
    assert.match(code, /^import sys\n/);
  });

  test('an answer is complete once its script is', () => {
    assert.equal(isAnswerComplete(`${fence(SCRIPT)}\n`, PROMPT), true);
    assert.equal(isAnswerComplete(`${fence('def total(words):\n    return 1')}\n`, PROMPT), false);
  });
});
