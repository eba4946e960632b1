// The README's first command: the main job on six tasks of our own, with scripted answers in place of a model.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function show(title: string, words: readonly string[]): void {
  process.stdout.write(`\n${title}\n$ greenloop ${words.join(' ')}\n\n`);
  const run = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...words], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 2);
}

process.stdout.write('greenloop demo. The answers are scripted; the sandbox, the verdicts and the numbers are real.\n');
show('1. One task: a draft that is no valid Python, a repair that is not right yet, one that is.', [
  'solve',
  'examples/demo/second-largest.md',
  '--pipeline',
  'examples/demo/self-refine.yaml',
]);
show('2. Two pipelines on six tasks, two repeats: does repair help?', [
  'bench',
  '--benchmark',
  'examples/demo/tasks.yaml',
  '--pipeline',
  'examples/demo/solo.yaml',
  '--pipeline',
  'examples/demo/self-refine.yaml',
  '--repeats',
  '2',
  '--timeout',
  '3',
]);
process.stdout.write(
  '\nWith a model of your own: npm run -s greenloop -- bench --benchmark humaneval --model ollama/llama3.2:3b\n',
);
