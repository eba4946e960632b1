/** Command lines for the help of each command, by its name; every one works as it is printed. */
export const COMMAND_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  solve: [
    'greenloop solve "Write roman(n). roman(4) returns \'IV\'"',
    'greenloop solve task.md -m llama3.2:3b -o answer.py',
    'greenloop solve task.md --tests test_task.py --attempts 8 --verbose',
    'greenloop solve task.md --generator qwen2.5:1.5b --refiner llama3.2:3b',
    'greenloop solve task.md --html trace.html',
    'greenloop solve src/text.py:slugify --test "pytest -q"',
  ],
  check: [
    'greenloop check candidate.py --tests test_candidate.py',
    'greenloop check candidate.py --tests checks.py --entry-point double',
    'greenloop check candidate.py --tests test_candidate.py --json',
  ],
  init: ['greenloop init', 'greenloop init -m llama3.2:3b', 'greenloop init --json'],
  tune: [
    'greenloop tune',
    'greenloop tune llama3.2:3b qwen2.5:1.5b --minutes 40',
    'greenloop tune starter/xs starter/s --minutes 1 --write',
  ],
  pull: ['greenloop pull qwen2.5-coder-1.5b', 'greenloop pull llama3.2-1b', 'greenloop pull llama3.2-3b --json'],
  serve: [
    'greenloop serve -m llama3.2:3b',
    'greenloop serve -p redraw-then-repair -p agree -m llama3.2:3b',
    'greenloop serve -m llama3.2:3b --host 0.0.0.0 --api-key KEY',
  ],
  mcp: [
    'greenloop mcp',
    'greenloop mcp -m llama3.2:3b',
    'greenloop mcp -p redraw -p agree -m llama3.2:3b',
    'claude mcp add greenloop -- greenloop mcp -m llama3.2:3b',
  ],
  bench: [
    'greenloop bench -b starter-mini -m starter/xs -m starter/s --limit 10',
    'greenloop bench -b humaneval -m llama3.2:3b --limit 20 --plan',
    'greenloop bench -b mbpp -p solo -p redraw-then-repair -m llama3.2:3b',
    'greenloop bench -b tasks.yaml -p my-pipeline.yaml --out results',
  ],
  analyze: ['greenloop analyze last', 'greenloop analyze last --table iterations', 'greenloop analyze results --json'],
  compare: [
    'greenloop compare results last',
    'greenloop compare results humaneval_eval_results.json --margin 2',
    'greenloop compare results last --json',
  ],
  report: [
    'greenloop report last',
    'greenloop report last --against results --out compared.html',
    'greenloop report last --format md',
  ],
  runs: ['greenloop runs', 'greenloop runs show last', 'greenloop runs compact', 'greenloop runs rm last'],
  'runs show': ['greenloop runs show last', 'greenloop runs show last double', 'greenloop runs show last --limit 10'],
  'runs rm': ['greenloop runs rm last', 'greenloop runs rm last --json'],
  view: ['greenloop view', 'greenloop view last --open', 'greenloop view --port 0 --json'],
  export: [
    'greenloop export last',
    'greenloop export last --format evalplus --out results_eval.json',
    'greenloop export last --format json',
  ],
  score: [
    'greenloop score samples.jsonl -b tasks.yaml',
    'greenloop score samples.jsonl -b humaneval --out scores',
    'greenloop score answers.jsonl -b tasks.yaml --extract',
  ],
  import: [
    'greenloop import samples.jsonl -b tasks.yaml',
    'greenloop import humaneval_eval_results.json -b humaneval',
    'greenloop import paper-results --out published',
  ],
  evolve: [
    'greenloop evolve -b starter-mini --models starter/xs --budget-calls 200',
    'greenloop evolve -b humaneval --pool pool.yaml --budget-hours 8 --plan',
    'greenloop evolve -b humaneval --pool pool.yaml --budget-hours 8 --out found',
  ],
  worker: [
    'greenloop worker --queue redis://box1:6379',
    'greenloop worker --queue rediss://:PASSWORD@box1:6379 --slots 4',
    "greenloop worker --queue redis://box1:6379 --models 'ollama/qwen*'",
  ],
  workers: ['greenloop workers --queue redis://box1:6379', 'greenloop workers --queue redis://box1:6379 --json'],
  doctor: ['greenloop doctor', 'greenloop doctor --sandbox pyodide', 'greenloop doctor --json'],
  models: ['greenloop models', 'greenloop models --json'],
  config: ['greenloop config show', 'greenloop config show --json'],
};

/** The block of the help that shows a command's examples; empty where there are none. */
export function examplesHelp(command: string): string {
  const examples = COMMAND_EXAMPLES[command];
  return examples === undefined ? '' : `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}
