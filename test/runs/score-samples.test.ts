import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { LONGEST_ANSWER } from '../../src/base/limit-text.ts';
import type { RepairName } from '../../src/pipeline/repair.ts';
import { readSamples, scoreSamples } from '../../src/runs/score-samples.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const described = doubleTask({ id: 'Own/described' });
const STUB = 'def double(n):\n    """Twice n."""\n';
const signed: Task = {
  ...doubleTask({ id: 'Own/signed', examples: [] }),
  prompt: { ...doubleTask({ examples: [] }).prompt, id: 'Own/signed', text: STUB, form: 'signature' },
};
const benchmark = benchmarkOf([described, signed]);

function read(rows: readonly unknown[], repairs: readonly RepairName[] = []) {
  return readSamples(rows, benchmark, { repairs, path: 's.jsonl' });
}

function codeOf(row: object, repairs: readonly RepairName[] = []): string {
  return read([{ task_id: 'Own/signed', ...row }], repairs)[0]?.code ?? '';
}

const score = (rows: readonly unknown[], repairs: readonly RepairName[] = []) =>
  scoreSamples(read(rows, repairs), { sandbox, timeoutSeconds: 4, parallel: 2 });

describe('readSamples', () => {
  it('takes a solution as it is, before a completion, and that before a raw answer', () => {
    const [solution, completion, raw] = ['S', '    return 2 * n\n', fenced(DOUBLE.right)];
    assert.equal(codeOf({ solution, completion, raw }), 'S');
    assert.equal(codeOf({ completion, raw }), `${STUB}${completion}`);
    assert.equal(codeOf({ solution: null, completion }), `${STUB}${completion}`);
    assert.equal(codeOf({ raw }).trim(), DOUBLE.right.trim());
  });

  it('takes a completion for a whole program where the prompt is no code', () => {
    assert.equal(read([{ task_id: 'Own/described', completion: DOUBLE.right }])[0]?.code, DOUBLE.right);
  });

  it('repairs only what it is told to', () => {
    const solution = 'def twice(n):\n    return 2 * n\n';
    assert.equal(codeOf({ solution }), solution);
    assert.match(codeOf({ solution }, ['entry-point']), /double = twice/);
    assert.equal(codeOf({ solution }, ['imports']), solution);
  });

  it('refuses rows that it cannot judge, by their number', () => {
    const good = { task_id: 'Own/signed', solution: 'S' };
    const refusals: [unknown, RegExp][] = [
      [{ task_id: 'Own/none', solution: 'S' }, /s\.jsonl, row 2: own has no task "Own\/none"/],
      [{ task_id: 'Own/signed' }, /row 2: expected a solution, a completion or a raw answer/],
      [{ solution: 'S' }, /row 2: expected a task_id/],
      [{ task_id: 'Own/signed', solution: 3 }, /row 2: expected a task_id with a solution/],
      ['S', /row 2: expected a task_id/],
    ];
    for (const [row, message] of refusals) {
      assert.throws(
        () => read([good, row]),
        (error) => error instanceof Refusal && message.test(error.message),
        JSON.stringify(row),
      );
    }
  });
});

describe('scoreSamples', () => {
  it('gives results in the order of the samples, each in a line', async () => {
    const hanging = 'import time\ndef double(n):\n    time.sleep(600)\n';
    const solutions = [hanging, DOUBLE.right, DOUBLE.square, DOUBLE.raising, '', 'def double(n:\n'];
    const scored = await score(solutions.map((solution) => ({ task_id: 'Own/described', solution })));
    const [timedOut, passed, failed, raised, none, broken] = scored.map(({ result }) => result);
    assert.deepEqual(
      scored.map(({ grade }) => grade?.passed),
      [false, true, false, false, false, false],
    );
    assert.deepEqual([timedOut, passed], ['timed out', 'passed']);
    assert.equal(failed, 'failed: double(5) gave 25, expected 10');
    assert.match(raised ?? '', /^failed: double\(2\) raised AttributeError: /);
    assert.equal(none, 'failed: The answer contained no Python code.');
    assert.match(broken ?? '', /^failed: The code is not valid Python: SyntaxError/);
  });

  it('tells every sample as it ends, and a broken sandbox from a failed sample', async () => {
    const closed = await openSandbox(readSettings(), 1);
    await closed.close();
    let ended = 0;
    const samples = read([{ task_id: 'Own/described', solution: DOUBLE.right }]);
    const options = { sandbox: closed, timeoutSeconds: 1, parallel: 1, onSample: () => ended++ };
    const [sample] = await scoreSamples(samples, options);
    assert.deepEqual([ended, sample?.grade], [1, null]);
    assert.match(sample?.result ?? '', /^fault: /);
  });

  it('goes on after a sample whose tests do not run', async () => {
    const broken = doubleTask({ id: 'Own/broken', tests: 'def check(candidate):\n    assert candidate(\n' });
    const rows = ['broken', 'described'].map((name) => ({ task_id: `Own/${name}`, solution: DOUBLE.right }));
    const samples = readSamples(rows, benchmarkOf([broken, described]), { repairs: [], path: 's.jsonl' });
    const scored = await scoreSamples(samples, { sandbox, timeoutSeconds: 4, parallel: 1 });
    assert.deepEqual(
      scored.map(({ grade }) => grade?.passed),
      [undefined, true],
    );
    assert.match(scored[0]?.result ?? '', /^fault: .*the tests do not run: SyntaxError/);
  });

  it('counts what breaks while a program is read as a fault of that sample alone', async () => {
    const task: Task = { ...signed, prompt: { ...signed.prompt, id: 'Own/broken' } };
    Object.defineProperty(task.prompt, 'form', { get: () => JSON.parse('x') });
    const rows = [
      { task_id: 'Own/broken', completion: DOUBLE.right },
      { task_id: 'Own/described', raw: fenced(DOUBLE.right) },
    ];
    const samples = readSamples(rows, benchmarkOf([task, described]), { repairs: ['layout'], path: 's.jsonl' });
    const [broken, whole] = await scoreSamples(samples, { sandbox, timeoutSeconds: 4, parallel: 2 });
    assert.deepEqual([broken?.grade, whole?.result], [null, 'passed']);
    assert.match(broken?.result ?? '', /^fault: internal error: .*; please report it/);
  });

  for (const blanks of ['\t'.repeat(60_000), ' '.repeat(90_000), ' \t'.repeat(40_000), '\f'.repeat(50_000)]) {
    it(`judges a program behind ${blanks.length} times ${JSON.stringify(blanks.slice(0, 2))}`, async () => {
      const lines = DOUBLE.right.trimEnd().split('\n');
      const solution = lines.map((line) => `${blanks}${line}\n`).join('');
      const [scored] = await score([{ task_id: 'Own/described', solution }], ['layout']);
      assert.equal(scored?.grade?.passed, true);
    });
  }

  it('cuts a text that is too long, says so in its last line, and judges the rest', async () => {
    const rest = '#'.repeat(3 * LONGEST_ANSWER);
    const rows = ['solution', 'raw'].map((field) => ({ task_id: 'Own/described', [field]: `${DOUBLE.right}${rest}` }));
    const scored = await score(rows);
    for (const { sample, grade } of scored) {
      assert.deepEqual([sample.isCut, grade?.passed], [true, true]);
      assert.ok(sample.code.length <= LONGEST_ANSWER && sample.answer.length <= LONGEST_ANSWER);
      assert.match(sample.answer.slice(-60), /\n# greenloop cut \d+ more characters here\n$/);
    }
  });

  it('ends with the reason of an abort', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const samples = read([{ task_id: 'Own/described', solution: DOUBLE.right }]);
    await assert.rejects(scoreSamples(samples, { sandbox, timeoutSeconds: 1, parallel: 1, signal }), {
      message: 'enough',
    });
  });
});
