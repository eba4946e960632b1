import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PipelineSpec, withModel } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import type { Trial } from '../../src/runs/trial.ts';
import type { Proof } from '../../src/serve/chat.ts';
import { proofLine, proofOf } from '../../src/serve/proof.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Solver } from '../../src/wiring/solver.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';

const model = new OllamaStub();
let solver: Solver;

before(async () => {
  await model.start();
  solver = await Solver.open(readSettings({}, { ...process.env, OLLAMA_HOST: model.url }), { parallel: 2 });
});
after(async () => {
  await solver.close();
  await model.stop();
});

const USUAL = withModel(findPreset('redraw-then-repair')!, 'ollama/llama3.2:3b');
const BLIND: PipelineSpec = {
  ...withModel(findPreset('llama-solo')!, 'ollama/llama3.2:3b'),
  feedback: { source: 'none', detail: 'values' },
};
const RIGHT = 'def double(x):\n    return 2 * x\n';
const WRONG = 'def double(x):\n    return x + 2\n';
const TEXT = 'Write a function `double(x)` that returns twice x.';
const TYPED = '```python\ndef double(x: int) -> int:\n    """Twice x."""\n```\n';

interface Case {
  readonly text?: string;
  readonly tests?: string;
  readonly spec?: PipelineSpec;
  /** In order; the last one is repeated. */
  readonly answers: readonly string[];
  /** Calls of the model fail after so many. */
  readonly breaksAfter?: number;
}

async function prove({
  text = TEXT,
  tests,
  spec = USUAL,
  answers,
  breaksAfter,
}: Case): Promise<Proof & { line: string }> {
  let number = 0;
  model.answer = () => {
    if (number === breaksAfter) return { message: 'none' };
    return answers[Math.min(number++, answers.length - 1)]!;
  };
  const task = readFreeTask(text, { tests });
  let trial: Trial | null = null;
  for await (const event of solver.solve(task, spec)) if (event.kind === 'trial-ended') trial = event.trial;
  const proof = proofOf(trial!, task);
  return { ...proof, line: proofLine(proof) };
}

test('tests that pass, by the judge', async () => {
  const { cost, ...rest } = await prove({
    tests: 'assert double(2) == 4\nassert double(5) == 10',
    answers: [WRONG, RIGHT],
  });
  assert.deepEqual(rest, {
    verdict: 'passed',
    pipeline: 'redraw-then-repair',
    attempts: 2,
    checks: { passed: 2, of: 2, by: 'tests', testedBy: 'judge' },
    agreement: null,
    failure: null,
    endedEarly: null,
    leftOutExamples: 0,
    line: 'passed 2 of 2 checks of the tests given',
  });
  assert.equal(cost.calls, 2);
  assert.ok(cost.promptTokens > 0 && cost.completionTokens > 0 && cost.seconds > 0);
});

test('tests that pass in the process of the code say so', async () => {
  const { line } = await prove({ tests: 'def test_double():\n    assert double(2) == 4\n', answers: [RIGHT] });
  assert.match(line, /^passed 1 of 1 check of the tests given, tested by .*, in the process of the code itself$/);
});

test('tests that fail: what, and how many passed', async () => {
  const { verdict, failure, line } = await prove({
    tests: 'assert double(2) == 4\nassert double(5) == 10',
    answers: [WRONG],
  });
  assert.deepEqual([verdict, failure], ['failed', 'double(5) gave 7, expected 10']);
  assert.equal(line, 'still failing: double(5) gave 7, expected 10 (passed 1 of 2 checks of the tests given)');
});

test('tests that no stage was told of judge the answer all the same', async () => {
  const tests = 'assert double(5) == 10';
  const right = await prove({ tests, spec: BLIND, answers: [RIGHT] });
  assert.equal(right.line, 'passed 1 of 1 check of the tests given');
  const wrong = await prove({ tests, spec: BLIND, answers: [WRONG] });
  assert.deepEqual([wrong.verdict, wrong.attempts], ['failed', 1]);
});

test('examples that pass leave the rest open, and name those that cannot be checked', async () => {
  const text = `${TEXT}\n\n>>> double(2)\n4\n`;
  const passed = await prove({ text, answers: [RIGHT] });
  assert.equal(passed.line, 'passed 1 of 1 example of the task; nothing else was checked');
  const leftOut = await prove({ text: `${text}\n>>> double([1, 2])\n[1, ...]\n`, answers: [RIGHT] });
  assert.equal(leftOut.leftOutExamples, 1);
  assert.equal(
    leftOut.line,
    'passed 1 of 1 example of the task; nothing else was checked (1 example of the task cannot be checked)',
  );
});

test('drafts that behave alike are not verified', async () => {
  const { verdict, agreement, line } = await prove({ text: TYPED, answers: [WRONG, RIGHT] });
  assert.equal(verdict, 'agreed');
  assert.deepEqual([agreement?.alike, agreement?.of], [5, 6]);
  assert.match(line, /^not verified: 5 of 6 drafts behave alike on \d+ inputs, and nothing was checked$/);
});

test('drafts of which no two behave alike do not agree', async () => {
  const answers = Array.from({ length: 8 }, (_, number) => `def double(x):\n    return ${number}\n`);
  const { verdict, line } = await prove({ text: TYPED, answers });
  assert.equal(verdict, 'loads');
  assert.match(
    line,
    /^not verified: the code loads, and nothing else was checked; the drafts do not agree \(1 of 8 drafts behave alike on \d+ inputs\)$/,
  );
});

test('code that is only loaded', async () => {
  const loads = await prove({ answers: [RIGHT] });
  assert.equal(loads.line, 'not verified: the code loads, and nothing else was checked');
  const fails = await prove({ answers: ['LIMIT = undefined\n\ndef double(x):\n    return 2 * x\n'] });
  assert.deepEqual([fails.verdict, fails.checks], ['failed', null]);
  assert.match(fails.line, /^still failing: Loading the code raised NameError: .*undefined/);
});

test('what ended the work early is said beside what came of it', async () => {
  const tests = 'assert double(2) == 4\nassert double(5) == 10';
  const spent = await prove({ tests, spec: { ...USUAL, stop: { ...USUAL.stop, tokens: 1 } }, answers: [WRONG] });
  assert.equal(spent.attempts, 1);
  assert.match(spent.line, /of the tests given\); ended early: the time or the tokens of one answer are spent$/);
  const broken = await prove({ tests, answers: [WRONG], breaksAfter: 2 });
  assert.deepEqual([broken.verdict, broken.attempts], ['failed', 2]);
  assert.match(broken.line, /of the tests given\); ended early: expected an answer of ollama\/llama3\.2:3b/);
});

test('nothing was run', async () => {
  const { verdict, line } = await prove({ spec: BLIND, answers: [RIGHT] });
  assert.equal(verdict, 'unchecked');
  assert.equal(line, 'not verified: no check was run');
});
