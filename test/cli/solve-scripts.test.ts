import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Workplace } from './cli.ts';

const place = new Workplace();
const RIGHT = 'print(sum(map(int, input().split())))\n';
const TASK = 'A script that reads two numbers from standard input and prints their sum.\n\nInput: 1 2\nOutput: 3\n';

place.write('sum.md', TASK);
place.write('cases.yaml', '- {input: 1 2, output: 3}\n- {input: 10 -4, output: 6}\n');
place.write('wrong-then-right.yaml', JSON.stringify(answers('print(input())\n', RIGHT)));
place.write('helper.py', 'def triple(n):\n    return 3 * n\n');
place.write('six.md', 'Write a function `six(n)` that returns six times `n`. Use `triple` of the module `helper`.\n');
const SIX = 'from helper import triple\n\ndef six(n):\n    return 2 * triple(n)\n';
place.write('six.yaml', JSON.stringify(answers('def six(n):\n    return 5 * n\n', SIX)));
place.write('test_six.py', 'from solution import six\nfrom helper import triple\n\nassert six(2) == 2 * triple(2)\n');

describe('solve: scripts and files that the code may import', { concurrency: 2 }, () => {
  test('a task that asks for a script gets one, checked by the cases that it shows', async () => {
    const words = ['solve', 'sum.md', '--model', 'scripted/wrong-then-right.yaml', '--drafts', '1'];
    const { code, stdout, stderr } = await place.run(words);
    assert.match(stderr, /draft by .*: the input '1 2\\n' gave '1 2', expected '3'$/m);
    assert.match(stderr, /^passed: 1 of 1 example in the task passed/m);
    assert.deepEqual([code, stdout], [0, RIGHT]);
  });

  test('--tests takes its cases from a file', async () => {
    const words = [
      'solve',
      'sum.md',
      '--model',
      'scripted/wrong-then-right.yaml',
      '--tests',
      'cases.yaml',
      '-o',
      'sum.py',
    ];
    const { code, stderr } = await place.run(words);
    assert.match(stderr, /^passed: 2 of 2 checks in your tests passed/m);
    assert.deepEqual([code, place.read('sum.py')], [0, RIGHT]);
  });

  test('check judges a script by cases, of a folder too', async () => {
    place.write('right.py', RIGHT);
    mkdirSync(join(place.path, 'cases'));
    place.write('cases/1.in', '1 2\n');
    place.write('cases/1.out', '4\n');
    const { code, stdout } = await place.run(['check', 'right.py', '--tests', 'cases']);
    assert.match(stdout, /^failed: right\.py\nthe input '1 2\\n' gave '3', expected '4'\n/);
    assert.equal(code, 1);
  });

  test('--with gives a file to the model, to the code and to the tests', async () => {
    const words = ['solve', 'six.md', '--model', 'scripted/six.yaml', '--tests', 'test_six.py', '--json'];
    const alone = await place.run(words);
    assert.equal(alone.code, 2);
    assert.match(alone.stdout, /the tests import helper, .*--with FILE for a file of your own/);
    const { code, stdout } = await place.run([...words, '--with', 'helper.py']);
    const { outcome, code: program } = JSON.parse(stdout);
    assert.deepEqual([code, outcome, program], [0, 'passed', SIX.trimEnd()]);
  });

  test('what cannot be given is refused in one line', async () => {
    const refusals: readonly [readonly string[], RegExp][] = [
      [['--with', 'none.py'], /^greenloop: none\.py does not exist\n$/],
      [['--with', 'cases.yaml'], /^greenloop: cases\.yaml: expected a Python file \(\.py\) or a folder of them\n$/],
      [['--tests', 'cases.yaml', '--entry-point', 'f'], /^greenloop: cases with input and output test a script/],
      [['--tests', 'none.yaml'], /^greenloop: none\.yaml does not exist\n$/],
    ];
    for (const [words, message] of refusals) {
      const { code, stderr } = await place.run(['solve', 'sum.md', '--model', 'scripted/six.yaml', ...words]);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});

function answers(draft: string, repair: string) {
  return [
    { role: 'generator', text: draft },
    { role: 'refiner', text: repair },
  ];
}
