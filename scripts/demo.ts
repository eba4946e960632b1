// The README's first command: the whole job with the models that ship with greenloop, without a network.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const REPEATS = '5';

const pipelines = ['solo', 'self-refine', 'cross-model', 'champion'];

/** Runs a command as a user would, and ends with it where it fails; it is no failure that a task stays unsolved (exit code 1). */
function show(title: string, words: readonly string[]): void {
  process.stdout.write(`\n${title}\n\n$ greenloop ${words.join(' ')}\n`);
  const run = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...words], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0 && run.status !== 1) process.exit(run.status ?? 130);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const start = performance.now();
say('Real models of 0.4 and 0.9 million parameters, run in this process by llama.cpp.');
say('They know one small world of Python functions (starter/README.md), and there they');
say('draft, fail and repair like the big ones.');
show('1. One task, attempt by attempt: what the run showed goes into the next attempt.', [
  'solve',
  'examples/demo/task.py',
  '--pipeline',
  'examples/demo/self-refine.yaml',
  '--verbose',
]);
show(`2. Four pipelines on 40 tasks, ${REPEATS} draws of each: does repair help, and whose?`, [
  'bench',
  '--benchmark',
  'starter-mini',
  ...pipelines.flatMap((name) => ['--pipeline', `examples/demo/${name}.yaml`]),
  '--repeats',
  REPEATS,
]);
say(
  `\nThat took ${((performance.now() - start) / 1000).toFixed(0)} s. Every answer, attempt and verdict is in the folder named above:`,
);
say('samples.jsonl (programs), traces.jsonl (attempts), summary.json (these numbers).');
say('\nEvery table of that run: npm run -s greenloop -- analyze last');
say('With a model of your own: npm run -s greenloop -- models');
