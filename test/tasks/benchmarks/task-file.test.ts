import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readTaskFile } from '../../../src/tasks/benchmarks/own-file/task-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-tasks-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TASK = {
  prompt: 'Write a function that doubles.\ntwice(2) -> 4',
  entry_point: 'twice',
  tests: 'assert twice(2) == 4\nassert twice(0) == 0\n',
};

test('JSON lines, plain and packed: ids are made of the file name where there are none', () => {
  const lines = [
    TASK,
    { ...TASK, id: 'mine', examples: ['assert twice(1) == 2'], context: 'import math', reference: 'x = 1' },
  ];
  const content = lines.map((line) => JSON.stringify(line)).join('\n\n');
  for (const path of [write('own.jsonl', content), write('own.jsonl.gz', gzipSync(content))]) {
    const [first, second] = readTaskFile(path).tasks;
    assert.deepEqual(first!.prompt, {
      id: 'own/0',
      text: TASK.prompt,
      form: 'description',
      entryPoint: 'twice',
      context: '',
      examples: [{ source: 'assert twice(2) == 4' }],
    });
    assert.equal(first!.grader.hiddenTests, 1);
    assert.equal(first!.reference, null);
    assert.equal(second!.prompt.id, 'mine');
    assert.deepEqual(second!.prompt.examples, [{ source: 'assert twice(1) == 2' }]);
    assert.equal(second!.prompt.context, 'import math');
    assert.equal(second!.reference, 'x = 1');
  }
});

test('tests may be a whole test file, or made to run as one', () => {
  const file = 'from mine import twice\ndef test_twice():\n    assert twice(2) == 4\n';
  const programs = (row: object) =>
    readTaskFile(write('file.json', JSON.stringify(row))).tasks.map(({ grader }) => grader.suites()[0]?.program);
  assert.deepEqual(programs({ ...TASK, tests: file }), [{ program: file, moduleName: 'mine' }]);
  const forced = programs({ ...TASK, test_mode: 'program' });
  assert.deepEqual(forced, [{ program: TASK.tests, moduleName: 'solution' }]);
  assert.throws(
    () => programs({ ...TASK, tests: file, test_mode: 'judge' }),
    /file\.json, row 1: the judge cannot run/,
  );
  assert.equal(
    readTaskFile(write('file.json', JSON.stringify({ ...TASK, tests: file }))).tasks[0]?.grader.hiddenTests,
    null,
  );
});

test('YAML and JSON hold a list, or one task alone', () => {
  const yaml = [
    '- id: a',
    '  prompt: |',
    '    def twice(n):',
    '        """Doubles.',
    '',
    '        >>> twice(3)',
    '        6',
    '        """',
    '  entry_point: twice',
    '  tests: |',
    '    def check(candidate):',
    '        assert candidate(1) == 2',
  ].join('\n');
  const [task] = readTaskFile(write('own.yaml', yaml)).tasks;
  assert.equal(task!.prompt.form, 'signature');
  assert.deepEqual(task!.prompt.examples, [{ source: 'assert twice(3) == 6' }]);
  assert.equal(readTaskFile(write('one.json', JSON.stringify(TASK))).tasks[0]!.prompt.id, 'one/0');
  assert.equal(readTaskFile(write('two.yml', JSON.stringify([TASK, TASK]))).tasks[1]!.prompt.id, 'two/1');
});

test("rows in HumanEval's own format are taken as they are", () => {
  const row = {
    task_id: 'Mine/0',
    prompt: 'def twice(n):\n    """Doubles."""\n',
    entry_point: 'twice',
    canonical_solution: '    return 2 * n\n',
    test: 'def check(candidate):\n    assert candidate(1) == 2\n',
  };
  const [task] = readTaskFile(write('he.jsonl', `${JSON.stringify(row)}\n`)).tasks;
  assert.equal(task!.prompt.id, 'Mine/0');
  assert.equal(task!.reference, row.prompt + row.canonical_solution);
  const test = 'def check(candidate):\n    import os\n    os.environ["N"] = "2"\n    assert candidate(1) == 2\n';
  const [shared] = readTaskFile(write('he.jsonl', `${JSON.stringify({ ...row, test })}\n`)).tasks;
  assert.deepEqual(shared!.grader.suites()[0]!.program, { program: test, moduleName: 'solution' });
});

test('a wrong file is refused by file, row and field', () => {
  const refusals: readonly [string, string, RegExp][] = [
    ['a.jsonl', '{"prompt": "x"}\n', /a\.jsonl, row 1: entry_point: /],
    ['b.jsonl', `${JSON.stringify(TASK)}\n{"prompt"\n`, /b\.jsonl, line 2: expected one JSON value/],
    ['c.json', JSON.stringify([TASK, { ...TASK, test: 1 }]), /c\.json, row 2: .*"test"/],
    ['d.json', '[', /d\.json is not JSON: /],
    ['e.yaml', 'a: [', /e\.yaml is neither YAML nor JSON: /],
    ['f.yaml', 'text', /f\.yaml: expected a list of tasks/],
    ['g.json', '[]', /g\.json holds no task/],
    ['h.json', JSON.stringify([TASK, { ...TASK, id: 'h/0' }]), /h\.json, row 2: id "h\/0" is already that of row 1/],
    ['i.json', JSON.stringify({ ...TASK, id: 'x', task_id: 'y' }), /i\.json, row 1: expected id or task_id, got both/],
    [
      'j.json',
      JSON.stringify({ ...TASK, examples: ['twice(1)'] }),
      /row 1: examples\.0: expected an assert statement that calls twice/,
    ],
    ['k.json', JSON.stringify({ ...TASK, tests: ' ' }), /row 1: tests: expected text, got none/],
    ['l.json', JSON.stringify({ ...TASK, entry_point: '' }), /: entry_point: expected the name of a Python function/],
    ['m.txt', 'x', /m\.txt: expected a task file that ends in \.jsonl/],
    ['n.json', JSON.stringify({ base_input: [] }), /EvalPlus's own files load by name/],
  ];
  for (const [name, content, message] of refusals) {
    assert.throws(() => readTaskFile(write(name, content)), { name: 'Refusal', message }, name);
  }
  assert.throws(() => readTaskFile(write('o.jsonl.gz', gzipSync('{}').subarray(0, 12))), /an incomplete gzip file/);
  assert.throws(() => readTaskFile(join(folder, 'none.jsonl')), /does not exist/);
});

test('the hash follows the content, not the packing', () => {
  const line = JSON.stringify(TASK);
  const { sha256 } = readTaskFile(write('s.jsonl', line));
  assert.equal(readTaskFile(write('s.jsonl.gz', gzipSync(line))).sha256, sha256);
  assert.notEqual(readTaskFile(write('t.jsonl', `${line}\n`)).sha256, sha256);
});
