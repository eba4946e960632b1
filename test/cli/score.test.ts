import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Workplace } from './cli.ts';

const place = new Workplace();
const BENCHMARK = ['--benchmark', 'tasks.yaml'] as const;

const rows = [
  { task_id: 'neg', solution: 'def neg(x):\n    return -x\n' },
  { task_id: 'double', completion: '    return 2 * x\n' },
  { task_id: 'neg', solution: 'def neg(x):\n    return x\n' },
  { task_id: 'double', solution: 'def double(x):\n    return x\n', completion: '    return 2 * x\n' },
  { task_id: '二倍/twice', solution: 'def twice(x):\n    while True: pass\n' },
];

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

place.write('mine.jsonl', jsonLines(rows));

describe('score', { concurrency: 2 }, () => {
  test('judges solutions and completions, writes results in input order, prints pass@1', async () => {
    const { code, stdout, stderr } = await place.run(['score', 'mine.jsonl', ...BENCHMARK, '--timeout', '0.5']);
    assert.equal(
      stdout,
      'tasks.yaml: 2 of 5 samples pass, 0 faults\nover 3 tasks: pass@1 33.3 %\nresults: mine_results.jsonl\n',
    );
    assert.match(stderr, /^preflight: 3\/3 reference solutions pass/);
    assert.equal(code, 0);
    const results = place.rows('mine_results.jsonl');
    assert.deepEqual(
      results.map(({ task_id, passed }) => [task_id, passed]),
      [
        ['neg', true],
        ['double', true],
        ['neg', false],
        ['double', false],
        ['二倍/twice', false],
      ],
    );
    assert.match(String(results[2]?.result), /^failed: .*gave 2, expected -2/);
    assert.equal(results[4]?.result, 'timed out');
  });

  test('chat answers that were not taken apart are named as such; --extract takes the code out as bench does', async () => {
    const chat = (code: string) => `Sure, here it is:\n\n\`\`\`python\n${code}\`\`\`\nIt passes.\n`;
    const answers = [
      { task_id: 'neg', solution: chat('def neg(x):\n    return -x\n') },
      { task_id: 'double', completion: chat('def double(x):\n    return 2 * x\n') },
      { task_id: 'double', solution: 'def double(x):\n    return x\n' },
    ];
    place.write('chat.jsonl', jsonLines(answers));
    for (const command of ['score', 'import']) {
      const words = [command, 'chat.jsonl', ...BENCHMARK, '--skip-preflight', '--json', '--ledger', 'chat.db'];
      const silent = await place.run(words);
      assert.equal(JSON.parse(silent.stdout).passed, 0);
      const notice =
        'greenloop: 2 of 3 samples are no Python and hold Markdown fences; --extract takes the code out of chat answers';
      assert.equal(silent.stderr.split('\n')[0], notice);
      const extracted = await place.run([...words, '--extract']);
      assert.equal(JSON.parse(extracted.stdout).passed, 2);
      assert.doesNotMatch(extracted.stderr, /fences/);
      assert.equal(extracted.code, 0);
    }
    const runs = JSON.parse((await place.run(['runs', '--json', '--ledger', 'chat.db'])).stdout).runs;
    assert.equal(runs.length, 2);
  });

  test('reads .gz, writes under the same stem into --out, and prints JSON alone', async () => {
    const draws = Array.from({ length: 10 }, (_, draw) => ({
      ...rows[0],
      solution: `def neg(x):\n    return -x # ${draw}\n`,
    }));
    place.write('draws.jsonl.gz', gzipSync(jsonLines(draws)));
    const words = ['score', 'draws.jsonl.gz', ...BENCHMARK, '--out', 'scores/new', '--json', '--skip-preflight'];
    const { code, stdout, stderr } = await place.run(words);
    const { samples, passed, passAtK, results, preflight } = JSON.parse(stdout);
    assert.deepEqual({ samples, passed, passAtK }, { samples: 10, passed: 10, passAtK: { 1: 1, 10: 1 } });
    assert.equal(results, 'scores/new/draws_results.jsonl');
    assert.equal(preflight.skipped, true);
    assert.equal(place.rows(results).length, 10);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  test('--tasks judges the samples of these tasks and says how many others there are', async () => {
    const { code, stdout, stderr } = await place.run([
      'score',
      'mine.jsonl',
      ...BENCHMARK,
      '--tasks',
      'neg',
      '--out',
      'part',
    ]);
    assert.match(stderr, /^left out, of other tasks: 3 samples\npreflight: 1\/1/);
    assert.match(stdout, /1 of 2 samples pass/);
    assert.deepEqual(
      place.rows('part/mine_results.jsonl').map(({ passed }) => passed),
      [true, false],
    );
    assert.equal(code, 0);
  });

  test('static repairs are off unless asked for', async () => {
    place.write('fenced.jsonl', jsonLines([{ task_id: 'neg', solution: 'def minus(x):\n    return -x\n' }]));
    const words = ['score', 'fenced.jsonl', ...BENCHMARK, '--skip-preflight'];
    assert.match((await place.run(words)).stdout, /0 of 1 samples? pass/);
    assert.match((await place.run([...words, '--repair', 'entry-point'])).stdout, /1 of 1 samples? pass/);
  });

  test('a bad row is refused by its number, a bad file by its name', async () => {
    const refusal = async (name: string, content: string | Uint8Array, ...words: string[]) => {
      place.write(name, content);
      const { code, stdout, stderr } = await place.run(['score', name, ...BENCHMARK, ...words]);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      return stderr;
    };
    const good = jsonLines(rows.slice(0, 1));
    assert.match(await refusal('a.jsonl', `${good}{"task_id":"neg"}\n`), /^greenloop: a\.jsonl, row 2: expected .*\n$/);
    assert.match(
      await refusal('b.jsonl', `${good}{"task_id":"zip","solution":""}\n`),
      /^greenloop: b\.jsonl, row 2: .*no task "zip"/,
    );
    assert.match(await refusal('c.jsonl', `${good}\nnope\n`), /^greenloop: c\.jsonl, line 3: expected one JSON value/);
    assert.match(await refusal('d.jsonl', ''), /^greenloop: d\.jsonl holds no samples\n$/);
    assert.match(
      await refusal('e.jsonl.gz', gzipSync(good).subarray(0, 30)),
      /^greenloop: e\.jsonl\.gz is an incomplete gzip file/,
    );
    assert.match(
      await refusal('f.jsonl', good, '--out', 'good.py'),
      /^greenloop: cannot write good\.py\/f_results\.jsonl: a file stands where/,
    );
  });
});
