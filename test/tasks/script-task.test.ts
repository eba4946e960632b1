import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readTaskFile } from '../../src/tasks/benchmarks/own-file/task-file.ts';
import { readGivenModules } from '../../src/tasks/given-modules.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';
import { casesInText } from '../../src/tasks/script/cases-in-text.ts';
import { holdsCases, readCases } from '../../src/tasks/script/read-cases.ts';
import { exampleOf, SCRIPT } from '../../src/tasks/script/script-case.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenloop-script-'));
});
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('cases in a text', () => {
  const TEXTS: Readonly<Record<string, [string, readonly [string, string][]]>> = {
    'headings, each with a paragraph': ['Add.\n\nInput:\n1 2\n3 4\nOutput:\n3\n7\n\nMore.', [['1 2\n3 4\n', '3\n7\n']]],
    'both on their lines': [
      'Input: 1 2\nOutput: 3\nInput: 4 5\nOutput: 9',
      [
        ['1 2', '3'],
        ['4 5', '9'],
      ],
    ],
    'fences below numbered headings': [
      '## Sample Input 1\n\n```\n2\n\nb\n```\n\n## Sample Output 1\n```text\nx\n```\n',
      [['2\n\nb\n', 'x\n']],
    ],
    'bold headings and backticks': ['**Input:**\n`5`\n**Output:** `25`', [['5', '25']]],
    'a contest statement, whose sections are no cases': [
      'Input\nThe first line has one number n.\n\nOutput\nPrint the square of n.\n\nExample\nInput\n5\nOutput\n25',
      [['5\n', '25\n']],
    ],
    'an input without its output': ['Input:\n1\n\nNothing else.', []],
    'code that names input': ['```python\ninput: int = 3\noutput: int = 4\n```', []],
  };
  for (const [name, [text, cases]] of Object.entries(TEXTS))
    test(name, () =>
      assert.deepEqual(
        casesInText(text).map(({ input, output }) => [input, output]),
        cases,
      ),
    );
});

describe('a script as a task', () => {
  const TEXT =
    'Write a script that reads two numbers from standard input and prints their sum.\n\nInput: 1 2\nOutput: 3\n';

  test('a text that asks for one is a task without an entry point of its own', () => {
    const { prompt, tests } = readFreeTask(TEXT);
    assert.deepEqual([prompt.form, prompt.entryPoint, tests], ['script', SCRIPT, null]);
    assert.deepEqual(prompt.examples, [{ source: 'assert __script__("1 2\\n") == "3"' }]);
  });

  test('a text that asks for a function is none, also where it speaks of standard input', () => {
    const stub = 'def total(text: str) -> int:\n    """The sum of what was read from standard input."""\n';
    assert.equal(readFreeTask(stub).prompt.entryPoint, 'total');
    const spoken = 'Write the function `total(text)` of a program that reads numbers and prints their sum.';
    assert.equal(readFreeTask(spoken).prompt.entryPoint, 'total');
    const named = readFreeTask(TEXT, { entryPoint: 'total' });
    assert.deepEqual([named.prompt.form, named.prompt.entryPoint], ['description', 'total']);
    const tested = readFreeTask(TEXT, { tests: 'assert total("1 2") == 3' });
    assert.equal(tested.prompt.form, 'description');
  });

  test('cases make a script of any text, and go with no entry point', () => {
    const cases = [{ input: '1', output: 'a \nb\t\n\n' }];
    const { prompt, tests } = readFreeTask('Say a and b.', { cases });
    assert.equal(prompt.form, 'script');
    assert.deepEqual(tests, { setup: '', checks: 'assert __script__("1\\n") == "a\\nb"\n' });
    assert.throws(() => readFreeTask('x', { cases, entryPoint: 'f' }), /which has no entry point/);
  });

  test('text of any kind is a Python literal', () => {
    const { source } = exampleOf({ input: '"\\\u2028é\u0000\n', output: "it's" });
    assert.equal(source, 'assert __script__("\\"\\\\\u2028é\\u0000\\n") == "it\'s"');
  });
});

describe('files of cases', () => {
  test('YAML, JSON and JSON lines', () => {
    const cases = [{ input: '1', output: '2' }];
    assert.deepEqual(readCases(file('c.yaml', '- input: 1\n  output: 2\n')), cases);
    assert.deepEqual(readCases(file('c.json', JSON.stringify(cases))), cases);
    assert.deepEqual(readCases(file('c.jsonl', '{"input": "1", "output": "2"}\n')), cases);
  });

  test('a folder of NAME.in beside NAME.out', () => {
    for (const [name, text] of [
      ['1.in', 'a\n'],
      ['1.out', 'b\n'],
      ['2.in', 'c\n'],
      ['2.ans', 'd\n'],
    ])
      file(name!, text!);
    assert.equal(holdsCases(folder), true);
    assert.deepEqual(readCases(folder), [
      { input: 'a\n', output: 'b\n' },
      { input: 'c\n', output: 'd\n' },
    ]);
    file('3.in', '');
    assert.throws(() => readCases(folder), /3\.in has no 3\.out beside it/);
  });

  test('what is none is refused in one line that names the place', () => {
    assert.throws(() => readCases(file('no.yaml', '- input: 1\n')), /no\.yaml.*output/s);
    assert.throws(() => readCases(file('empty.json', '[]')), /at least one case/);
    assert.equal(holdsCases(join(folder, 'tests.py')), false);
  });

  test('a task file may hold scripts, with cases that are not shown', () => {
    const path = file(
      'tasks.yaml',
      'prompt: "Print twice the number.\\n\\nInput: 1\\nOutput: 2"\ncases:\n- {input: 1, output: 2}\n- {input: 3, output: 6}\n',
    );
    const [task] = readTaskFile(path).tasks;
    assert.equal(task?.prompt.form, 'script');
    assert.equal(task?.grader.hiddenTests, 1);
    assert.equal(task?.grader.gradedExamples.length, 1);
  });
});

describe('given modules', () => {
  test('a file is a module, a folder a package', () => {
    const path = file('helper.py', 'A = 1\n');
    assert.deepEqual(readGivenModules([path]), [{ name: 'helper', source: 'A = 1\n' }]);
  });

  test('what cannot be imported is refused', () => {
    assert.throws(() => readGivenModules([file('my-helper.py', '')]), /"my-helper" cannot be imported/);
    assert.throws(() => readGivenModules([file('json.py', '')]), /a module of Python's own library; rename it/);
    assert.throws(() => readGivenModules([file('data.csv', '')]), /expected a Python file/);
    assert.throws(() => readGivenModules([join(folder, 'none.py')]), /does not exist/);
    const path = file('helper.py', '');
    assert.throws(() => readGivenModules([path, path]), /two of the given files are the module helper/);
  });

  test('tests that import them, too, still find the candidate', () => {
    const modules = [{ name: 'helper', source: '' }];
    const tests = 'from helper import double\n\nassert quad(2) == double(4)\n';
    const both = readFreeTask('Write `quad(n)`.', { tests, modules });
    assert.deepEqual(both.tests, { program: tests, moduleName: 'solution' });
    assert.equal(both.prompt.entryPoint, 'quad');
    const imported = `from mine import quad\n${tests}`;
    assert.deepEqual(readFreeTask('Write it.', { tests: imported, modules }).tests, {
      program: imported,
      moduleName: 'mine',
    });
  });
});
