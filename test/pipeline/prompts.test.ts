import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Message } from '../../src/models/model.ts';
import {
  analyzerMessages,
  analyzerPromptNames,
  continuedAnalysis,
  continuedRepair,
  generatorMessages,
  generatorPromptNames,
  refinerMessages,
  refinerPromptNames,
} from '../../src/pipeline/prompts.ts';
import { scriptPrompt } from '../../src/tasks/script/script-task.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { assertGolden } from '../golden.ts';
import { descriptionPrompt, signaturePrompt } from './task-prompt.ts';

const MODULES = [
  { name: 'helper', source: 'def gaps(ordered):\n    return [b - a for a, b in zip(ordered, ordered[1:])]\n' },
];
const PROMPTS = {
  signature: signaturePrompt(),
  description: descriptionPrompt(),
  script: scriptPrompt('Print the largest gap of the numbers in the input.\n\nInput: 1 5 6\nOutput: 4\n', 'gap'),
  modules: { ...descriptionPrompt(), modules: MODULES },
};
const CODE = 'def largest_gap(numbers):\n    return max(numbers)\n';
const FEEDBACK = 'largest_gap([1, 5, 6]) gave 6, expected 4';
const FAILED = { code: CODE, feedback: FEEDBACK };
const NOT_RUN = { code: CODE, feedback: null };
const ANALYSIS = 'It returns the largest number instead of the largest difference of neighbours.\n';

function isGolden(name: string, messages: readonly Message[]): void {
  const text = messages.map(({ role, content }) => `=== ${role}\n${content}`).join('\n');
  assertGolden(join(import.meta.dirname, 'golden', `prompt-${name}.txt`), text);
}

describe('prompts are as their golden files say', () => {
  for (const [form, prompt] of Object.entries(PROMPTS)) {
    for (const name of generatorPromptNames) {
      it(`generator ${name}, ${form}`, () => isGolden(`generator-${name}-${form}`, generatorMessages(prompt, name)));
    }
    for (const name of analyzerPromptNames) {
      it(`analyzer ${name}, ${form}`, () =>
        isGolden(`analyzer-${name}-${form}`, analyzerMessages(prompt, FAILED, name)));
    }
    for (const name of refinerPromptNames) {
      it(`refiner ${name}, ${form}`, () =>
        isGolden(`refiner-${name}-${form}`, refinerMessages(prompt, FAILED, null, name)));
    }
  }

  it('without a run', () => {
    isGolden('analyzer-not-run', analyzerMessages(PROMPTS.description, NOT_RUN, 'default'));
    isGolden('refiner-not-run', refinerMessages(PROMPTS.description, NOT_RUN, null, 'default'));
  });

  it('without code', () => {
    const failed = { code: '', feedback: 'The answer contained no Python code.' };
    isGolden('refiner-no-code', refinerMessages(PROMPTS.description, failed, null, 'default'));
  });

  it('with an analysis', () => {
    isGolden('refiner-analyzed', refinerMessages(PROMPTS.signature, FAILED, ANALYSIS, 'default'));
  });

  it('as the next turns of one chat', () => {
    const { signature } = PROMPTS;
    isGolden('continued', [
      continuedAnalysis(FEEDBACK),
      continuedRepair(signature, FEEDBACK, true),
      continuedRepair(signature, FEEDBACK, false),
    ]);
    isGolden('continued-not-run', [
      continuedAnalysis(null),
      continuedRepair(signature, null, true),
      continuedRepair(signature, null, false),
    ]);
  });
});

describe('prompts', () => {
  it('are 3 for the generator, 2 for the analyzer, 3 for the refiner, all different', () => {
    const systems = [
      ...generatorPromptNames.map((name) => generatorMessages(PROMPTS.signature, name)),
      ...analyzerPromptNames.map((name) => analyzerMessages(PROMPTS.signature, FAILED, name)),
      ...refinerPromptNames.map((name) => refinerMessages(PROMPTS.signature, FAILED, null, name)),
    ].map(([system]) => system?.content);
    assert.deepEqual(
      [generatorPromptNames.length, analyzerPromptNames.length, refinerPromptNames.length, new Set(systems).size],
      [3, 2, 3, 8],
    );
  });

  it('may be a text of one’s own', () => {
    const text = 'Write it in one line.';
    const [system, user] = generatorMessages(PROMPTS.signature, { text });
    assert.equal(system?.content, text);
    assert.deepEqual(user, generatorMessages(PROMPTS.signature, 'default')[1]);
    assert.equal(analyzerMessages(PROMPTS.signature, FAILED, { text })[0]?.content, text);
    assert.equal(refinerMessages(PROMPTS.signature, FAILED, null, { text })[0]?.content, text);
  });

  it('fence code that holds fences in longer ones', () => {
    const code = 'DOC = """\n```\n````\n"""\n';
    const [, user] = refinerMessages(PROMPTS.signature, { code, feedback: null }, null, 'default');
    assert.ok(user?.content.includes('`````python\nDOC = """\n```\n````\n"""\n`````\n'));
  });

  it('pass over an analysis that says nothing', () => {
    assert.deepEqual(
      refinerMessages(PROMPTS.signature, FAILED, ' \n', 'default'),
      refinerMessages(PROMPTS.signature, FAILED, null, 'default'),
    );
  });
});

describe('what is to be defined', () => {
  it('is called a class where it has the name of one, and is a list where there are several', () => {
    const prompt = { ...descriptionPrompt(), entryPoint: 'Stack' };
    const asked = (one: TaskPrompt) => generatorMessages(one, 'default').at(-1)?.content ?? '';
    assert.match(asked(prompt), /\n\nThe class must be named `Stack`\.$/);
    const several = { ...prompt, others: ['push_all', 'LIMIT'] };
    const names = 'the class `Stack`, the function `push_all` and the constant `LIMIT`';
    assert.ok(asked(several).endsWith(`\n\nThe program must define ${names}.`));
    const repair = refinerMessages(several, FAILED, null, 'default').at(-1)?.content ?? '';
    assert.ok(repair.endsWith(`Write the complete corrected program with ${names}.`));
    const stub = { ...signaturePrompt(), others: ['Node'] };
    assert.match(asked(stub), /^Complete this Python module:\n[\s\S]*the class `Node`\.$/);
  });
});
