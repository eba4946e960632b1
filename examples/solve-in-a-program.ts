// Solves one task in a program:  node examples/solve-in-a-program.ts [MODEL]
// MODEL is a name such as ollama/llama3.2:3b; without one the answers are scripted. A program of yours imports from 'greenloop'.
import {
  type Model,
  openModels,
  openSandbox,
  parsePipeline,
  readFreeTask,
  readSettings,
  runPipeline,
  ScriptedModel,
} from '../src/index.ts';

const task = readFreeTask(
  'Write a function `second_largest(numbers)` that returns the second largest distinct number.',
  {
    tests: 'assert second_largest([3, 1, 2]) == 2\nassert second_largest([5, 5, 4]) == 4\n',
  },
);

// Anything with `name`, `prepare` and `complete` is a model.
const scripted = new ScriptedModel('example', ({ draw }) =>
  draw.role === 'generator'
    ? 'def second_largest(numbers):\n    return sorted(numbers)[-2]'
    : 'def second_largest(numbers):\n    return sorted(set(numbers))[-2]',
);

const settings = readSettings();
const name = process.argv[2] ?? scripted.name;
const model: (name: string) => Model = name === scripted.name ? () => scripted : await openModels([name], settings);
const pipeline = parsePipeline(
  {
    name: 'self-refine',
    generator: { model: name },
    stages: [{ iterations: 3, refiner: { model: name } }],
    feedback: { source: 'tests' },
  },
  'the pipeline',
);

const sandbox = await openSandbox(settings, 1);
try {
  const trace = await runPipeline(pipeline, task.prompt, {
    model,
    sandbox,
    feedbackTests: task.tests,
    timeoutSeconds: 10,
    seed: 0,
    repeat: 0,
    onEvent: (event) => {
      if (event.kind === 'attempt') console.log(`# attempt ${event.attempt.index}: ${event.attempt.verdict?.kind}`);
    },
  });
  console.log(
    `# ${trace.stopReason} after ${trace.attempts.length} attempts, ${trace.cost.completionTokens} new tokens`,
  );
  console.log(trace.attempts.at(-1)?.code);
} finally {
  await sandbox.close();
}
