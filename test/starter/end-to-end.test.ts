import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openModels } from '../../src/wiring/models.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Workplace } from '../cli/cli.ts';
import { requestFor } from '../models/requests.ts';

const root = join(import.meta.dirname, '../..');
const place = new Workplace();
const demo = join(root, 'examples/demo');
const names = ['solo', 'self-refine', 'cross-model', 'champion'];
const pipelines = names.flatMap((name) => ['--pipeline', join(demo, `${name}.yaml`)]);

interface Sample {
  readonly pipeline: string;
  readonly task_id: string;
  readonly solution: string;
  readonly raw: string;
}

/** What the bench of the demo's pipelines wrote. */
async function bench(out: string, limit: string, ...more: string[]) {
  const words = ['bench', '--benchmark', 'starter-mini', '--limit', limit, '--out', out, '--json', ...more];
  const { code, stdout, stderr } = await place.run(words);
  assert.equal(code, 0, stderr);
  return { summary: JSON.parse(stdout), samples: place.rows(`${out}/samples.jsonl`) as unknown as Sample[] };
}

test('the pipelines of the demo, on real models from the first token to the last verdict', async () => {
  const { summary } = await bench('demo', '40', ...pipelines);
  const solved = summary.pipelines.map(({ passed }: { passed: number }) => passed) as number[];
  assert.deepEqual(
    summary.pipelines.map(({ name, trials, faults }: Record<string, unknown>) => [name, trials, faults]),
    names.map((name) => [name, 40, 0]),
  );
  const [solo = 0, selfRefine = 0, , champion = 0] = solved;
  // Their drafts are the same, and a draft that passes what it is shown is left alone.
  assert.ok(solo > 0 && solo < 40, `${solved}`);
  assert.ok(selfRefine > solo && champion > solo, `no draft of 40 was repaired: ${solved}`);
  const { passRate } = summary.pipelines[0];
  assert.ok(passRate.low < passRate.mean && passRate.mean < passRate.high);
});

test('the same seed gives the same samples, one at a time and many; another seed gives others', async () => {
  const pipeline = ['--pipeline', join(demo, 'self-refine.yaml')];
  const programs = ({ samples }: { samples: Sample[] }) => samples.map(({ task_id, raw }) => [task_id, raw]);
  const first = await bench('first', '6', ...pipeline, '--seed', '7');
  const again = await bench('again', '6', ...pipeline, '--seed', '7', '--slots', '1', '--parallel', '1');
  const other = await bench('other', '6', ...pipeline, '--seed', '8');
  assert.deepEqual(programs(again), programs(first));
  assert.notDeepEqual(programs(other), programs(first));
});

test('the task of the demo is drafted and repaired, and the exit code says whether that helped', async () => {
  const words = ['solve', join(demo, 'task.py'), '--pipeline', join(demo, 'self-refine.yaml'), '--verbose'];
  const { code, stdout, stderr } = await place.run(words);
  assert.match(stderr, /^draft by starter\/xs [\s\S]*\nrepair 1 by starter\/xs /m);
  // Another processor may round otherwise and so draw another text.
  assert.match(stderr, code === 0 ? /^passed: /m : /^failed: /m, stderr);
  assert.ok(code <= 1 && stdout.includes('def '), stdout);
});

test('a model that is not among the starter is refused by name', async () => {
  const { code, stderr } = await place.run(['bench', '--benchmark', 'starter-mini', '--model', 'starter/xxl']);
  assert.match(stderr, /^greenloop: no model is called "starter\/xxl"; expected starter\/\w+, .*\n$/);
  assert.equal(code, 2);
});

test('every starter model is small, answers, and counts its tokens', async () => {
  const files = globSync('*.gguf', { cwd: join(root, 'starter') });
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(root, 'starter', file)).length, 0);
  assert.ok(files.length >= 3 && bytes < 8_000_000, `${files.length} files of ${bytes} bytes`);
  const models = files.map((file) => `starter/${file.replace('.gguf', '')}`);
  const model = await openModels(models, readSettings());
  for (const name of models) {
    const { text, usage } = await model(name).complete(
      requestFor('Complete this Python function:', { sampling: { maxTokens: 20 } }),
    );
    assert.ok(text.length > 0 && usage !== null && usage.completionTokens <= 20, name);
  }
});
