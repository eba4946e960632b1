import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, parse } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseJson } from '../src/base/json-lines.ts';
import { readText } from '../src/base/read-file.ts';
import { readTests } from '../src/cli/judge/check.ts';
import { extractCode } from '../src/pipeline/extract.ts';
import { feedbackOf } from '../src/pipeline/feedback.ts';
import { exampleTests } from '../src/pipeline/feedback-tests.ts';
import { REPAIR_NAMES, repairCode } from '../src/pipeline/repair.ts';
import type { Verdict } from '../src/sandbox/verdict.ts';
import { readFreeTask } from '../src/tasks/markdown-task.ts';
import type { TestProgram } from '../src/tasks/task.ts';
import { openSandbox } from '../src/wiring/sandbox.ts';
import { readSettings } from '../src/wiring/settings.ts';

const cases = join(import.meta.dirname, '../../shared/cases');
const skip = existsSync(cases) ? false : `the cases are not in ${cases}`;
const sandbox = await openSandbox(readSettings(), 1);
after(() => sandbox.close());

function run(code: string, entryPoint: string, tests: TestProgram | null): Promise<Verdict> {
  return sandbox.run({ code, context: '', entryPoint, tests, timeoutSeconds: 10, report: 'all' });
}

/** As `greenloop check FILE --tests TESTS` judges. */
function check(folder: string, file: string, testFile: string): Promise<Verdict> {
  const [path, text] = [join(cases, folder, file), readText(join(cases, folder, testFile))];
  const code = readText(path);
  const { tests, entryPoint } = readTests(path, { code, text, options: {} });
  return run(code, entryPoint, tests);
}

/** As `greenloop solve TASK` judges the first answer of a script, with all static repairs. */
async function solve(folder: string, taskFile: string, answerFile: string, testFile?: string): Promise<Verdict> {
  const tests = testFile === undefined ? undefined : readText(join(cases, folder, testFile));
  const task = readFreeTask(readText(join(cases, folder, taskFile)), { tests });
  const [{ text }] = parseJson(readText(join(cases, folder, answerFile)), answerFile) as [{ text: string }];
  const { code } = repairCode(extractCode(text, task.prompt).code, task.prompt, new Set(REPAIR_NAMES));
  return run(code, task.prompt.entryPoint, task.tests ?? exampleTests(task.prompt));
}

describe('inputs after public reports', { skip }, () => {
  const checked: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    '01-yield-fixture': [
      ['drain.py', 'test_drain.py'],
      ['drain.py', 'test_with.py'],
      ['drain.py', 'test_match.py'],
    ],
    '02-plain-asserts-process-state': ['shout', 'mix', 'mode', 'third'].map(
      (name) => [`${name}.py`, `${name}_tests.py`] as const,
    ),
    '03-asyncio': ['test_fetch', 'plain_tests', 'test_iso', 'test_mark'].map(
      (name) => ['fetch.py', `${name}.py`] as const,
    ),
    '04-main-guard-tests': [
      ['double.py', 'test_double.py'],
      ['double.py', 'test_run.py'],
    ],
    '20-bom': [
      ['numbers2.py', 'test_numbers2.py'],
      ['numbers2.py', 'plain.py'],
    ],
    '25-big-integers': [['big.py', 'right.py']],
    '45-builtin-patch-undone': ['with_patch', 'top', 'inside'].map((name) => ['ask.py', `${name}.py`] as const),
  };
  for (const [folder, pairs] of Object.entries(checked)) {
    for (const [file, testFile] of pairs) {
      test(`${folder}: ${file} passes ${testFile}`, async () => {
        const verdict = await check(folder, file, testFile);
        assert.equal(verdict.kind, 'passed', feedbackOf(verdict, 'values'));
      });
    }
  }

  test('25-big-integers: a wrong integer is said to differ', async () => {
    const verdict = await check('25-big-integers', 'big.py', 'wrong.py');
    assert.equal(verdict.kind, 'failed');
    assert.doesNotMatch(feedbackOf(verdict, 'values'), /looks like|representation raises/);
  });

  const solved: readonly (readonly [string, string, string, string?])[] = [
    ...['test_drain', 'test_with', 'test_match'].map(
      (name) => ['01-yield-fixture', 'task.md', 'answer.json', `${name}.py`] as const,
    ),
    ['03-asyncio', 'task.py', 'answer.json'],
    ...['06-usage-block-import', '07-input-name-collision', '08-prose-after-code-in-fence'].map(answerOf),
    ...['09-prose-around-code-in-fence', '10-stop-token-at-end', '11-nested-fence-in-docstring'].map(answerOf),
    ...['12-code-on-the-fence-line', '13-language-word-first-line', '14-repl-transcript'].map(answerOf),
    ...['squares.py', 'lucky.py', 'mean.md'].map(
      (name) => ['19-doctest-ellipsis-skip', name, `${parse(name).name}.json`] as const,
    ),
  ];
  for (const [folder, task, answer, testFile] of solved) {
    test(`${folder}: ${answer} solves ${task}${testFile === undefined ? '' : ` by ${testFile}`}`, async () => {
      const verdict = await solve(folder, task, answer, testFile);
      assert.equal(verdict.kind, 'passed', feedbackOf(verdict, 'values'));
    });
  }
});

function answerOf(folder: string): readonly [string, string, string] {
  return [folder, 'task.md', 'answer.json'];
}
