import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const BENCHMARK = ['--benchmark', 'tasks.yaml', '--skip-preflight'] as const;
const right = 'def neg(x):\n    return -x\n';
const wrong = 'def neg(x):\n    return x\n';

const rows = [
  { task_id: 'neg', solution: right, passed: true },
  { task_id: 'neg', solution: wrong, passed: true },
  { task_id: 'double', completion: '    return 2 * x\n', passed: true },
];
place.write('theirs.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const evalPlus = {
  date: 'then',
  eval: {
    neg: [
      { task_id: 'neg', solution: right, base_status: 'pass', plus_status: 'fail' },
      { task_id: 'neg', solution: wrong, base_status: 'fail', plus_status: null },
    ],
  },
};
place.write('theirs_eval_results.json', JSON.stringify(evalPlus));

const config = (name: string, runs: readonly number[]) => ({
  name,
  pass_counts: runs,
  consistency: { '0': 1, '1': 1, '2': 1 },
});
const main = { total_problems: 3, configs: [config('theirs', [1, 2]), config('rival', [2, 3])] };
place.write('main.json', JSON.stringify(main));

/** The words of the first command that a message names, to be run as it is printed. */
function commandIn(text: string): string[] {
  return /: greenloop (.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
}

describe('import', { concurrency: 2 }, () => {
  test('judges samples, says where their file says otherwise, and keeps them as a run', async () => {
    const ledger = ['--ledger', 'samples.db'];
    const { code, stdout, stderr } = await place.runAlone([...ledger, 'import', 'theirs.jsonl', ...BENCHMARK]);
    assert.deepEqual(stdout.split('\n'), [
      'tasks.yaml: 2 of 3 samples pass, 0 faults',
      'over 2 tasks: pass@1 75.0 %',
      'its file says that 3 of 3 samples pass; otherwise: neg#1 (fails here)',
      '',
    ]);
    assert.equal(code, 0);
    const id = /run (\S+): greenloop/.exec(stderr)?.[1];
    const next = await place.run([...commandIn(stderr), '--json']);
    assert.equal(JSON.parse(next.stdout).results[0].pipeline, 'theirs');
    const runs = JSON.parse((await place.run([...ledger, 'runs', '--json'])).stdout).runs;
    assert.deepEqual([runs.length, runs[0].id, runs[0].state], [1, id, 'complete']);
    const analysis = JSON.parse((await place.run([...ledger, 'analyze', id!, '--json'])).stdout);
    assert.equal(analysis.results[0].pipeline, 'theirs');
    assert.equal(analysis.results[0].trials, 3);
    const exported = await place.run([...ledger, 'export', id!]);
    const samples = exported.stdout.trimEnd().split('\n');
    const solutions: string[] = samples.map((line) => JSON.parse(line).solution);
    assert.deepEqual(solutions.slice(1), [right, wrong]);
    assert.match(solutions[0]!, /^def double\(x\):\n[\s\S]*\n {4}return 2 \* x\n$/);
    // The same samples are the same run.
    const again = await place.run([...ledger, 'import', 'theirs.jsonl', ...BENCHMARK, '--json']);
    assert.equal(JSON.parse(again.stdout).run, id);
  });

  test('reads the results of EvalPlus, as score does', async () => {
    const words = [...BENCHMARK, '--json', '--ledger', 'plus.db'];
    for (const command of ['import', 'score']) {
      const { code, stdout } = await place.run([command, 'theirs_eval_results.json', ...words]);
      const { samples, passed, said } = JSON.parse(stdout);
      assert.deepEqual([code, samples, passed], [0, 2, 1]);
      assert.deepEqual(said, { samples: 2, passed: 0, otherwise: [{ taskId: 'neg', draw: 0, passed: true }] });
    }
  });

  test('makes published numbers a reference, which analyze sets below a run of the same names', async () => {
    const ledger = ['--ledger', 'reference.db'];
    const { code, stdout, stderr } = await place.run(['import', 'main.json', '--out', 'published']);
    assert.equal(code, 0, stderr);
    // 2.5 - 1.5 over sqrt(0.5 + 0.5).
    assert.match(stdout, /against theirs\n {2}rival +\+1\.0 +1\.0\n/);
    assert.match(stderr, /reference\.json: no run has a pipeline with one of its names \(theirs, rival\); bench one/);
    await place.run([...ledger, 'import', 'theirs.jsonl', ...BENCHMARK]);
    const known = await place.run([...ledger, 'import', 'main.json', '--out', 'known']);
    const compared = await place.run(commandIn(known.stderr));
    assert.match(compared.stdout, /paper: main\.json\. /);
    const words = ['analyze', 'last', '--reference', 'published/reference.json'];
    const analyzed = await place.run([...ledger, ...words]);
    assert.match(analyzed.stdout, /paper: main\.json\. Its counts are out of 3 tasks, those of this run out of 2\./);
    assert.match(analyzed.stdout, /\n {2}paper +tests +1\.5 ±0\.7 +50\.0/);
    const foreign = await place.run([...ledger, 'analyze', 'last', '--reference', 'main.json']);
    assert.match(
      foreign.stderr,
      /main\.json holds no published numbers; write a reference\.json with greenloop import/,
    );
    const twice = await place.run(['import', 'main.json', '--out', 'published']);
    assert.deepEqual([twice.code, /is there already/.test(twice.stderr)], [2, true]);
  });

  test("makes the paper's champions pipelines, which race each other and the presets", async () => {
    const role = (model: string, temperature: number) => ({ model, temperature, system_prompt: `As ${model} does.` });
    const champion = (generator: string, analyzer: string | null) => ({
      fitness: 0.8,
      genome: {
        generator: role(generator, 0.35),
        stages: [
          {
            innovation: 1,
            max_iterations: 2,
            analyzer: analyzer && role(analyzer, 0.48),
            refiner: role('llama3.2:3b', 0.15),
          },
        ],
      },
    });
    mkdirSync(join(place.path, 'champions'));
    place.write('champions/first.json', JSON.stringify(champion('qwen2.5:1.5b', 'llama3.2:3b')));
    place.write('champions/second.json', JSON.stringify(champion('llama3.2:3b', null)));
    const imported = await place.run(['import', 'champions', '--out', 'raced', '--json', '-b', 'tasks.yaml']);
    assert.deepEqual(JSON.parse(imported.stdout).pipelines, ['raced/first.yaml', 'raced/second.yaml']);
    const server = new OllamaStub();
    await server.start();
    try {
      server.models = ['llama3.2:3b', 'qwen2.5:1.5b'];
      server.answer = ({ model }) => (model === 'llama3.2:3b' ? right : 'def neg(x):\n    return 0\n');
      const rivals = ['raced/first.yaml', 'raced/second.yaml', 'paper/self-refine'];
      const words = ['--tasks', 'neg', '--repeats', '2', '--ledger', 'raced.db', '--json'];
      const pipelines = rivals.flatMap((name) => ['--pipeline', name]);
      const raced = await place.run(['bench', ...BENCHMARK, ...words, ...pipelines], {
        env: { OLLAMA_HOST: server.url },
      });
      assert.equal(raced.code, 0, raced.stderr);
      const summary = JSON.parse(raced.stdout);
      assert.deepEqual(
        summary.pipelines.map(({ name, passed, calls }: Record<string, unknown>) => [name, passed, calls]),
        // A wrong draft, its analysis and a right repair; drafts that are right at once.
        [
          ['first', 2, 6],
          ['second', 2, 2],
          ['paper/self-refine', 2, 2],
        ],
      );
      assert.equal(summary.comparisons.length, 2);
      const next = await place.run(commandIn(imported.stderr), { env: { OLLAMA_HOST: server.url } });
      assert.match(next.stdout, /^first +1\.0 /m, next.stderr);
      assert.equal(next.code, 0);
      const systems = new Set(server.requests.map(({ messages }) => messages[0]?.content));
      assert.ok(systems.has('As qwen2.5:1.5b does.') && systems.has('As llama3.2:3b does.'));
    } finally {
      await server.stop();
    }
  });

  test('refuses in one line what it cannot take in', async () => {
    place.write('other.json', '{"what": 1}');
    const refusals = [
      [['import', 'theirs.jsonl'], /say what theirs\.jsonl holds samples of with --benchmark/],
      [['import', 'other.json'], /other\.json holds neither samples, EvalPlus results nor results of the paper/],
      [['import', 'tasks.yaml', ...BENCHMARK], /tasks\.yaml is no \.jsonl, \.jsonl\.gz or \.json/],
      [['import', 'missing.json'], /missing\.json does not exist/],
      [['import', 'missing.jsonl', ...BENCHMARK], /missing\.jsonl does not exist/],
    ] as const;
    for (const [words, expected] of refusals) {
      const { code, stderr } = await place.run(words);
      assert.equal(code, 2);
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
    assert.equal(existsSync(`${place.path}/reference.json`), false);
  });
});
