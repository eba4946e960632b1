import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvalPlusTask } from '../../../src/tasks/benchmarks/evalplus/evalplus.ts';
import type { Task } from '../../../src/tasks/task.ts';
import { judged } from '../../own-tasks.ts';
import { hasPython, runPython } from '../python-driver.ts';

interface Row {
  readonly id?: string;
  readonly entryPoint: string;
  readonly solution: string;
  readonly base?: string;
  readonly plus: string;
  readonly atol?: number;
}

function readTask({ id = 'Mbpp/9001', entryPoint, solution, base = '[[1]]', plus, atol = 0 }: Row): Task {
  const prompt = `"""\nWrite a function.\nassert ${entryPoint}(1) == 2\n"""\n`;
  const text = { task_id: id, prompt, entry_point: entryPoint, canonical_solution: solution };
  const fields = Object.entries(text).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const line = `{${fields.join(', ')}, "base_input": ${base}, "atol": ${atol}, "plus_input": ${plus}, "contract": ""}`;
  return readEvalPlusTask(line, 'file, row 1');
}

/** Whether the plus suite accepts each of these programs. */
function judge(row: Row, codes: readonly string[]): boolean[] {
  const { prompt, grader } = readTask(row);
  const program = judged(grader.suites()[1]?.program);
  const answers = runPython(codes.map((code) => ({ context: '', code, entryPoint: prompt.entryPoint, ...program })));
  for (const { error } of answers)
    if (error !== undefined) assert.match(error, /^(?:AssertionError|TypeError|ValueError)/);
  return answers.map(({ passed }) => passed);
}

const python = { skip: hasPython ? false : 'no python3 here' };

test('an MBPP+ row: a clean description, its one assert as the example, two suites', () => {
  const { prompt, grader, reference } = readTask({
    entryPoint: 'next_one',
    solution: 'def next_one(n):\n    return n + 1\n',
    plus: '[[1], [2], [ 3 ]]',
  });
  assert.deepEqual(prompt, {
    id: 'Mbpp/9001',
    text: 'Write a function.\nassert next_one(1) == 2',
    form: 'description',
    entryPoint: 'next_one',
    context: '',
    examples: [{ source: 'assert next_one(1) == 2' }],
  });
  assert.deepEqual(
    grader.suites().map(({ name }) => name),
    ['base', 'plus'],
  );
  assert.equal(grader.hiddenTests, 2);
  assert.match(reference!, /^"""[\s\S]*return n \+ 1\n$/);
});

test('a row without plus inputs has no plus suite', () => {
  for (const plus of ['{}', '[]', '[ ]']) {
    const { grader } = readTask({ entryPoint: 'f', solution: 'def f(n):\n    return 2\n', plus });
    assert.deepEqual(
      grader.suites().map(({ name }) => name),
      ['base'],
    );
  }
});

test('equality, and answers of another kind that are equal', python, () => {
  const row = {
    entryPoint: 'f',
    solution: 'def f(n):\n    return [n, (n, "a")]\n',
    plus: '[[1], [-5]]',
  };
  assert.deepEqual(
    judge(row, [
      'def f(n): return [n, (n, "a")]',
      'def f(n): return [float(n), (n, "a")]',
      'def f(n): return (n, (n, "a"))',
      'def f(n): return None',
    ]),
    [true, true, false, false],
  );
});

test('numbers keep the digits and the kind that the file gives them', python, () => {
  const row = {
    entryPoint: 'f',
    solution: 'def f(n):\n    return repr(n)\n',
    plus: '[[1.0], [12345678901234567890123], [NaN], [-Infinity], [0.1]]',
  };
  assert.deepEqual(judge(row, ['def f(n): return repr(n)', 'def f(n): return repr(float(n))']), [true, false]);
});

test('floats agree within a tolerance, which stays on from the first float expected', python, () => {
  const row = { entryPoint: 'f', solution: 'def f(n):\n    return n / 3 if n else 7\n', plus: '[[1], [0]]' };
  const near = 'def f(n): return n / 3 + 4e-7 if n else 7';
  assert.deepEqual(
    judge(row, [
      near,
      'def f(n): return n / 3 + 4e-6 if n else 7',
      'def f(n): return n // 3 if n else 7',
      'def f(n): return str(n / 3)',
    ]),
    [true, false, false, false],
  );
  const integers = { entryPoint: 'f', solution: 'def f(n):\n    return 20000000 if n else 0.5\n' };
  const off = 'def f(n): return 20000001 if n else 0.5';
  assert.deepEqual(judge({ ...integers, plus: '[[1], [0]]' }, [off]), [false]);
  assert.deepEqual(judge({ ...integers, plus: '[[0], [1]]' }, [off]), [true]);
});

test('the tolerance of the row, lists of floats and their length', python, () => {
  const row = { entryPoint: 'f', solution: 'def f(n):\n    return [n / 3, n / 7]\n', plus: '[[1]]', atol: 0.0001 };
  assert.deepEqual(
    judge(row, [
      'def f(n): return [n / 3 + 9e-5, n / 7]',
      'def f(n): return [n / 3 + 2e-4, n / 7]',
      'def f(n): return (n / 3 + 1e-5, n / 7)',
      'def f(n): return [n / 3]',
      'def f(n): return [float("nan")] * 2',
      'def f(n): return [[n / 3 + 1e-5, n / 7]] * 2',
    ]),
    [true, false, false, false, false, true],
  );
});

test('answers that count as sets, also when they come as an iterator', python, () => {
  const row = { entryPoint: 'Diff', solution: 'def Diff(n):\n    return [n, 2]\n', plus: '[[1]]' };
  assert.deepEqual(
    judge(row, [
      'def Diff(n): return (2, n, n)',
      'def Diff(n): return iter([2, n])',
      'def Diff(n): return [2]',
      'def Diff(n): return 5',
      'def Diff(n): return [[]]',
    ]),
    [true, true, false, false, false],
  );
});

test('answers of which only the presence counts', python, () => {
  const row = {
    entryPoint: 'check_str',
    solution: 'import re\ndef check_str(s):\n    return re.match("a", s)\n',
    plus: '[["a"], ["b"]]',
    base: '[["a"]]',
  };
  assert.deepEqual(
    judge(row, [
      'import re\ndef check_str(s): return re.search("^a", s)',
      'def check_str(s): return s == "a"',
      'def check_str(s): return s',
      'def check_str(s): return None',
    ]),
    [true, true, false, false],
  );
});

test('tasks that are read in two ways', python, () => {
  const digits = {
    entryPoint: 'digit_distance_nums',
    solution: 'def digit_distance_nums(a, b):\n    return 0\n',
    plus: '[[1, 25]]',
    base: '[[1, 1]]',
  };
  assert.deepEqual(
    judge(digits, [
      'def digit_distance_nums(a, b): return 6',
      'def digit_distance_nums(a, b): return 0',
      'def digit_distance_nums(a, b): return 1',
    ]),
    [true, true, false],
  );
  const pyramid = {
    entryPoint: 'surface_Area',
    solution: 'def surface_Area(b, s):\n    return 2 * b * s + b * b\n',
    plus: '[[6, 4]]',
    base: '[[1, 1]]',
  };
  assert.deepEqual(
    judge(pyramid, [
      'def surface_Area(b, s): return 84',
      'def surface_Area(b, s): return 96',
      'def surface_Area(b, s): return 95',
    ]),
    [true, true, false],
  );
  const divisors = { entryPoint: 'sum_div', solution: 'def sum_div(n):\n    return n\n', plus: '[[3]]' };
  assert.deepEqual(judge(divisors, ['def sum_div(n): return 0', 'def sum_div(n): return 1']), [true, false]);
});

test('these oracles belong to MBPP: the same names in HumanEval compare by equality', python, () => {
  const row = {
    id: 'HumanEval/9001',
    entryPoint: 'Diff',
    solution: 'def Diff(n):\n    return [n, 2]\n',
    plus: '[[1]]',
  };
  assert.deepEqual(judge(row, ['def Diff(n): return [2, n]', 'def Diff(n): return [n, 2]']), [false, true]);
});

test('any root of the polynomial is a right one', python, () => {
  const row = {
    id: 'HumanEval/32',
    entryPoint: 'find_zero',
    solution: 'def find_zero(xs):\n    return 1.0\n',
    plus: '[[[2, -3, 1]]]',
    base: '[[[2, -3, 1]]]',
    atol: 0.0001,
  };
  assert.deepEqual(
    judge(row, [
      'def find_zero(xs): return 2.0',
      'def find_zero(xs): return 1.00001',
      'def find_zero(xs): return 1.5',
      'def find_zero(xs): return None',
    ]),
    [true, true, false, false],
  );
});

test('JSON becomes the kinds of values that each task takes', python, () => {
  const kinds: readonly [string, string, string][] = [
    ['Mbpp/2', '[[[1], [2]]]', '((1,), (2,))'],
    ['Mbpp/63', '[[[[1, 2], [3, 4]]]]', '([(1, 2), (3, 4)],)'],
    ['Mbpp/75', '[[[[1]], 2]]', '([(1,)], 2)'],
    ['Mbpp/106', '[[[1], [2]]]', '([1], (2,))'],
    ['Mbpp/115', '[[[[1], [], 3]]]', '([{1}, {}, {}],)'],
    ['Mbpp/124', '[["1", "2j"]]', '(1.0, 2j)'],
    ['Mbpp/250', '[[[1], 2]]', '((1,), 2)'],
    ['Mbpp/252', '[["1+2j"]]', '((1+2j),)'],
    ['Mbpp/259', '[[[[1]], [[2]]]]', '(((1,),), ((2,),))'],
    ['Mbpp/278', '[[[1, [2]]]]', '((1, (2,)),)'],
    ['Mbpp/307', '[[[1], 2, [3]]]', '((1,), 2, [3])'],
    ['Mbpp/580', '[[[1, [2, [3]]]]]', '((1, (2, (3,))),)'],
    ['Mbpp/722', '[[{"a": [1]}, [2]]]', "({'a': (1,)}, [2])"],
    ['Mbpp/9001', '[[[1, [2]], "x"]]', "([1, [2]], 'x')"],
  ];
  const code = 'def f(*args): return repr(args)';
  const jobs = kinds.map(([id, inputs]) => {
    const row = { id, entryPoint: 'f', solution: 'def f(*args):\n    return repr(args)\n', base: inputs, plus: '[]' };
    return { context: '', code, entryPoint: 'f', ...judged(readTask(row).grader.suites()[0]?.program) };
  });
  const shown = runPython(jobs).map(({ expected }) => expected?.[0]?.slice(1, -1));
  assert.deepEqual(
    shown,
    kinds.map(([, , expected]) => expected),
  );
});

test('a candidate cannot spoil the inputs of later checks, and a function may be called check', python, () => {
  const spoiling = 'def check(xs):\n    return [xs.pop(), len(xs)]\n';
  const row = { entryPoint: 'check', solution: spoiling, plus: '[[[1, 2]], [[1, 2]]]', base: '[[[1]]]' };
  assert.deepEqual(judge(row, [spoiling, 'def check(xs): return xs']), [true, false]);
});

test('an expected value shows as the plain value', python, () => {
  const { grader } = readTask({ entryPoint: 'f', solution: 'def f(n):\n    return {"a": n}\n', plus: '[[1]]' });
  const [answer] = runPython([
    { context: '', code: 'def f(n): return {"a": n}', entryPoint: 'f', ...judged(grader.suites()[1]?.program) },
  ]);
  assert.deepEqual(answer, { passed: true, expected: ["{'a': 1}"] });
});

test('a broken line is refused by its row', () => {
  assert.throws(
    () => readEvalPlusTask('{"task_id": "Mbpp/1"', 'f.jsonl, row 2'),
    /^Refusal: f\.jsonl, row 2: broken JSON/,
  );
  assert.throws(() => readEvalPlusTask('{"task_id": "Mbpp/1"}', 'f.jsonl, row 2'), /^Refusal: f\.jsonl, row 2: prompt/);
  assert.throws(
    () => readTask({ id: '../x', entryPoint: 'f', solution: 'x', plus: '[]' }),
    /: task_id: expected an id/,
  );
});
