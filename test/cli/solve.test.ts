import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();
const RIGHT = 'def double(x):\n    return x * 2\n';

describe('solve', { concurrency: 2 }, () => {
  test('prints the code alone, and on standard error each attempt and what was verified', async () => {
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', ...SCRIPTED]);
    assert.equal(stdout, RIGHT);
    assert.match(stderr, /^draft by scripted\/script\.yaml \(0\.0 s\): double\(2\) gave 5, expected 4\n/m);
    assert.match(stderr, /^repair 1 by scripted\/script\.yaml .*pass/m);
    assert.match(
      stderr,
      /^passed: 1 of 1 example in the task passed; nothing else was checked \(4 model calls, \d+ tokens\)$/m,
    );
    assert.equal(code, 0);
  });

  test('--verbose shows the code of every attempt and what its run showed, without what a terminal would obey', async () => {
    const { stdout, stderr } = await place.run(['solve', 'task.md', ...SCRIPTED, '--verbose']);
    assert.equal(stdout, RIGHT);
    const [draft, repair] = stderr.split('repair 1 by');
    assert.match(draft ?? '', /\n\n {4}def double\(x\):\n {8}return x \+ 3\n\n {4}double\(2\) gave 5, expected 4\n/);
    assert.match(repair ?? '', /\n\n {4}def double\(x\):\n {8}return x \* 2\n\npassed/);
    place.write('escape.yaml', '- {text: "def double(x):\\n    return \'\\e[2J\'\\n"}\n');
    const hostile = await place.run(['solve', 'task.md', '--model', 'scripted/escape.yaml', '--verbose']);
    assert.match(hostile.stderr, /return '\\u\{1b\}\[2J'/);
    assertNoControls(hostile.stderr);
  });

  test('takes the task from standard input and judges by the tests', async () => {
    const { code, stdout, stderr } = await place.run(
      ['solve', '-', '--tests', 'tests.py', '--generator', 'scripted/script.yaml', '--refiner', 'scripted/script.yaml'],
      { input: place.read('bare.md') },
    );
    assert.equal(stdout, RIGHT);
    assert.match(stderr, /draft .*double\(5\) gave 8, expected 10/);
    assert.match(stderr, /passed: 2 of 2 checks in your tests passed/);
    assert.equal(code, 0);
  });

  test('without tests and examples the code is unchecked, with an exit code of its own', async () => {
    const { code, stdout, stderr } = await place.run(['solve', 'bare.md', ...SCRIPTED, '--out', 'unchecked.py']);
    assert.match(
      stderr,
      /^unchecked: the code loads, and nothing else was checked; .*the task has no examples; give tests with --tests FILE/m,
    );
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(place.read('unchecked.py'), /def double/);
    const json = JSON.parse((await place.run(['solve', 'bare.md', ...SCRIPTED, '--json'])).stdout);
    assert.deepEqual([json.outcome, json.passed], ['unchecked', false]);
  });

  test('says how many drafts behave alike where nothing can be checked, and of which it is one', async () => {
    const [odd, twice, plus] = ['n * n', 'n * 2', 'n + n'].map((value) => `def double(n):\n    return ${value}\n`);
    const script = [odd, twice, plus, twice].map((text, attempt) => ({ attempt, text }));
    place.write('drafts.yaml', JSON.stringify(script));
    place.write('typed.md', 'Write a function `double(n: int) -> int` that returns twice its argument.\n');
    const words = ['solve', 'typed.md', '--model', 'scripted/drafts.yaml', '--drafts', '4', '--agreement', '1'];
    const { code, stdout, stderr } = await place.run(words);
    assert.equal(stdout, twice);
    assert.match(stderr, /unchecked: .*3 of 4 drafts behave alike on \d+ inputs; the task has no examples/);
    assert.equal(code, 3);
    const json = JSON.parse((await place.run([...words, '--json'])).stdout);
    assert.deepEqual(json.agreement.groups, [[1, 2, 3], [0]]);
  });

  test('says how often such answers of the model were right where the ledger holds a bench of it', async () => {
    const texts = ['n * 2', 'n + n', 'n * 3'].map((value) => `def double(n: int) -> int:\n    return ${value}\n`);
    place.write('alike.yaml', JSON.stringify(texts.map((text, attempt) => ({ attempt, text }))));
    place.write('alike.md', 'Write a function `double(n: int) -> int` that returns twice its argument.\n');
    const tasks = ['one', 'two'].map((id, index) => ({
      id,
      prompt: 'Write a function `double(n: int) -> int`.',
      entry_point: 'double',
      tests: `assert double(3) == ${6 + index}`,
    }));
    place.write('kept.jsonl', tasks.map((task) => `${JSON.stringify(task)}\n`).join(''));
    const drawing = ['--model', 'scripted/alike.yaml', '--drafts', '3', '--agreement', '1', '--ledger', 'kept.db'];
    const words = ['solve', 'alike.md', ...drawing];
    assert.doesNotMatch((await place.run(words)).stderr, /such answers/);
    const bench = await place.run(['bench', '--benchmark', 'kept.jsonl', ...drawing, '--feedback', 'none']);
    assert.equal(bench.code, 0, bench.stderr);
    const { stderr } = await place.run(words);
    assert.match(
      stderr,
      /2 of 2 drafts behave alike on \d+ inputs; 50 % \[\d+, \d+\] of such answers were right on kept/,
    );
    const { reliability } = JSON.parse((await place.run([...words, '--json'])).stdout);
    assert.equal(reliability.right.mean, 0.5);
    const checked = await place.run(['solve', 'task.md', ...drawing]);
    assert.doesNotMatch(checked.stderr, /such answers/);
  });

  test('code that failed is printed with exit code 1', async () => {
    const solo = 'name: solo\ngenerator: {model: scripted/script.yaml}\n';
    place.write('solo.yaml', solo);
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', '--pipeline', 'solo.yaml']);
    assert.equal(stdout, 'def double(x):\n    return x + 3\n');
    assert.match(
      stderr,
      /^failed: 0 of 1 example in the task passed; nothing else was checked; no attempts left after 1 \(/m,
    );
    assert.equal(code, 1);
  });

  test('code that failed does not replace a file, unless asked to', async () => {
    place.write('solo.yaml', 'name: solo\ngenerator: {model: scripted/script.yaml}\n');
    place.write('mine.py', 'KEEP = 1\n');
    const words = ['solve', 'task.md', '--pipeline', 'solo.yaml', '-o', 'mine.py'];
    const { code, stdout, stderr } = await place.run(words);
    assert.match(stderr, /^mine\.py was not written: the code did not pass \(--keep-failed writes it\)$/m);
    assert.deepEqual([code, stdout, place.read('mine.py')], [1, 'def double(x):\n    return x + 3\n', 'KEEP = 1\n']);
    const kept = await place.run([...words, '--keep-failed']);
    assert.deepEqual([kept.code, kept.stdout, place.read('mine.py')], [1, '', 'def double(x):\n    return x + 3\n']);
  });

  test('tests that the models were not told of judge the last code', async () => {
    const words = ['solve', 'task.md', ...SCRIPTED, '--tests', 'tests.py', '--feedback'];
    const examples = await place.run([...words, 'examples']);
    assert.match(examples.stderr, /draft .*double\(2\) gave 5, expected 4/);
    assert.match(examples.stderr, /passed: 2 of 2 checks in your tests passed \(not shown to the models\)/);
    assert.equal(examples.code, 0);
    const none = await place.run([...words, 'none,values']);
    assert.match(none.stderr, /draft by .*: not run/);
    assert.match(none.stderr, /passed: 2 of 2 checks in your tests passed \(not shown to the models\)/);
    assert.equal(none.code, 0);
  });

  test('a test file of any kind gives the entry point, the feedback and the verdict', async () => {
    place.write(
      'test_file.py',
      'import unittest\nfrom mine import double\nclass A(unittest.TestCase):\n    def test_five(self):\n        self.assertEqual(double(5), 10)\n',
    );
    place.write('vague.md', 'Write the function that the tests want.\n');
    const { code, stdout, stderr } = await place.run(['solve', 'vague.md', ...SCRIPTED, '--tests', 'test_file.py']);
    assert.match(stderr, /draft .*: A\.test_five: double\(5\) gave 8, expected 10\n/);
    assert.match(
      stderr,
      /passed: 1 of 1 check in your tests passed, tested by unittest, in the process of the code itself \(/,
    );
    assert.deepEqual([stdout, code], [RIGHT, 0]);
  });

  test('the task may be given in words, and --quiet says only how it ended', async () => {
    const task = 'a function double(x) that returns twice x, e.g. double(2) == 4';
    const { code, stdout, stderr } = await place.run(['solve', task, ...SCRIPTED, '-q']);
    assert.equal(stdout, RIGHT);
    assert.match(stderr, /^passed: 1 of 1 example in the task passed; [^\n]*\n$/);
    assert.equal(code, 0);
    const missing = await place.run(['solve', 'no-such-file.md', ...SCRIPTED]);
    assert.match(missing.stderr, /no-such-file\.md does not exist/);
  });

  test('--json prints one value alone, with the code and what was verified', async () => {
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', ...SCRIPTED, '--json', '--iterations', '5']);
    const { passed, verified, code: program, attempts, stopReason } = JSON.parse(stdout);
    assert.deepEqual(
      { passed, program: `${program}\n`, stopReason },
      { passed: true, program: RIGHT, stopReason: 'passed' },
    );
    assert.equal(attempts.length, 2);
    assert.match(verified, /1 of 1 example in the task passed/);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  test('--out writes the code there and nothing to standard output', async () => {
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', ...SCRIPTED, '--out', 'new/double.py']);
    assert.equal(stdout, '');
    assert.equal(place.read('new/double.py'), RIGHT);
    assert.match(stderr, /^code: new\/double\.py$/m);
    assert.equal(code, 0);
  });

  test('a package that the task or the tests need and Python lacks is refused at once, one that only the code wants is not', async () => {
    const answer = 'import pandas\n\ndef total(rows):\n    return int(pandas.DataFrame(rows)["a"].sum())\n';
    place.write(
      'pandas.yaml',
      JSON.stringify([{ attempt: 0, text: answer }, { text: 'def total(rows):\n    return 3\n' }]),
    );
    const example = '\n\n>>> total([{"a": 1}, {"a": 2}])\n3\n';
    place.write('plain.md', `Write \`total(rows)\`: the sum of "a".${example}`);
    place.write('named.md', `Write \`total(rows)\` with pandas: the sum of "a".${example}`);
    place.write(
      'stub.py',
      `import pandas\n\ndef total(rows):\n    """Sum of a.${example.replaceAll('\n', '\n    ')}"""\n`,
    );
    place.write('needs.py', 'import pandas\n\ndef test_total():\n    assert total(pandas.DataFrame()) == 0\n');
    const solve = (...words: string[]) => place.run(['solve', ...words, '--model', 'scripted/pandas.yaml']);
    const lacks =
      "pandas, which the sandbox's Python does not have: choose one that has it \\(--python PATH, or --with FILE for a file of your own\\)";
    for (const [words, says, asked] of [
      [['named.md'], 'the task asks for', 1],
      [['stub.py'], 'the task imports', 0],
      [['plain.md', '--tests', 'needs.py'], 'the tests import', 0],
    ] as const) {
      const { code, stderr } = await solve(...words);
      assert.match(stderr, new RegExp(`^greenloop: ${says} ${lacks}$`, 'm'));
      assert.equal(stderr.match(/^draft/gm)?.length ?? 0, asked);
      assert.equal(code, 2);
    }
    const plain = await solve('plain.md');
    assert.match(plain.stderr, /No module named 'pandas': it is not installed, do without it$/m);
    assert.equal(plain.code, 0);
  });

  test('a full disk does not lose the code', async () => {
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', ...SCRIPTED, '--out', '/dev/full']);
    assert.equal(stdout, RIGHT);
    assert.match(stderr, /greenloop: cannot write \/dev\/full: the disk is full; choose another place \(--out\)\n$/);
    assert.equal(code, 2);
  });

  test('a fault gives exit code 2', async () => {
    place.write('other.yaml', '- {task: other, text: none}\n');
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', '--model', 'scripted/other.yaml']);
    assert.equal(stdout, '');
    assert.match(stderr, /fault: other\.yaml has no rule for task task\.md, role generator, attempt 0/);
    assert.equal(code, 2);
  });

  test('a pipeline that goes by tests says so where there are none', async () => {
    place.write('oracle.yaml', 'name: oracle\ngenerator: {model: scripted/script.yaml}\nfeedback: {source: tests}\n');
    const { stderr, code } = await place.run(['solve', 'task.md', '--pipeline', 'oracle.yaml']);
    assert.match(stderr, /oracle repairs by tests, but there are none: it uses the examples in the task/);
    assert.equal(code, 1);
    const asked = await place.run(['solve', 'task.md', ...SCRIPTED, '--feedback', 'tests']);
    assert.match(asked.stderr, /--feedback tests needs tests; give --tests FILE/);
    assert.equal(asked.code, 2);
  });

  test('the model of greenloop.yaml is used, with the options over it', async () => {
    mkdirSync(join(place.path, 'configured'));
    place.write('configured/greenloop.yaml', 'model: scripted/../script.yaml\n');
    const { code, stdout, stderr } = await place.run(['solve', '../task.md', '--iterations', '1'], {
      cwd: 'configured',
    });
    assert.match(stderr, /^using model scripted\/\.\.\/script\.yaml from greenloop\.yaml\n/);
    assert.equal(stdout, RIGHT);
    assert.equal(code, 0);
  });

  test('the configuration of the user is used where the folder has none, its paths seen from its own folder', async () => {
    const folder = join(place.path, 'own', 'greenloop');
    mkdirSync(folder, { recursive: true });
    const env = { XDG_CONFIG_HOME: join(place.path, 'own') };
    place.write('own/greenloop/config.yaml', 'pipeline: mine.yaml\n');
    place.write('own/greenloop/mine.yaml', 'name: mine\ngenerator: {model: scripted/script.yaml}\n');
    const { code, stderr } = await place.run(['solve', 'task.md'], { env });
    assert.match(stderr, /^using pipeline .*\/own\/greenloop\/mine\.yaml from .*config\.yaml\n/);
    assert.equal(code, 1);
  });

  test('a configuration with a mistake is refused by file and field', async () => {
    mkdirSync(join(place.path, 'broken'));
    const refusal = async (text: string) => {
      place.write('broken/greenloop.yaml', text);
      const { code, stderr } = await place.run(['solve', '../task.md'], { cwd: 'broken' });
      assert.equal(code, 2);
      return stderr;
    };
    assert.match(
      await refusal('modle: x\n'),
      /^greenloop: greenloop\.yaml, line 1: top level: unknown field "modle"\n$/,
    );
    assert.match(await refusal('model: [\n'), /^greenloop: greenloop\.yaml is neither YAML nor JSON: .*\n$/);
    assert.match(
      await refusal('python: ./run-me\n'),
      /^greenloop: greenloop\.yaml: python .* your own configuration only/,
    );
  });

  test('hostile text in the task, the answer and the tests reaches standard error only as escapes', async () => {
    const controls = '\u001b[2J\u202e\u0007';
    place.write('hostile.md', `Write \`double(x)\`${controls}.\n\n>>> double(2)\n4\n`);
    place.write('hostile.py', `assert double(2) == 4, "${controls}"\n`);
    const answer = `def double(x):\n    """${controls}"""\n    return "${controls}"\n`;
    place.write('hostile.yaml', JSON.stringify([{ text: answer }]));
    const words = ['solve', 'hostile.md', '--tests', 'hostile.py', '--model', 'scripted/hostile.yaml'];
    const { code, stdout, stderr } = await place.run(words);
    assertNoControls(stderr);
    assert.equal(stdout, answer);
    assert.equal(code, 1);
  });

  test('a long task and an answer of several megabytes are no trouble, and a task that fits no model is refused', async () => {
    const filler = 'word '.repeat(600_000);
    place.write('big.md', `Write \`double(x)\`. ${'x'.repeat(40_000)}\n\n>>> double(2)\n4\n`);
    place.write('big.yaml', JSON.stringify([{ text: `\`\`\`python\n${RIGHT}\`\`\`\n${filler}` }]));
    const { code, stdout } = await place.run(['solve', 'big.md', '--model', 'scripted/big.yaml']);
    assert.equal(stdout, RIGHT);
    assert.equal(code, 0);
    place.write('huge.md', filler);
    const refused = await place.run(['solve', 'huge.md', '--model', 'scripted/big.yaml']);
    assert.match(refused.stderr, /^greenloop: the task has 3000000 characters; expected .* at most 50000\n$/);
    assert.equal(refused.code, 2);
  });
});
