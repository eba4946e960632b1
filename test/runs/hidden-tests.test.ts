import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import type { CompletionRequest } from '../../src/models/model.ts';
import type { FeedbackSource, PipelineSpec } from '../../src/pipeline/pipeline-spec.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { doubleTask, fenced, judged } from '../own-tasks.ts';
import { benchmarkFolder, hasBenchmarks } from '../tasks/python-driver.ts';
import { benchmarkOf, experimentOf, pipelineOf, trialsOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

/**
 * Finds a task's assertions with Python's own parser, so that these tests do not rest on what they test: each assertion
 * as Python writes it, and its calls of the entry point that have plain arguments.
 */
const FINDER = `
import ast, json, sys

def assertions(source, entry_point):
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node):
            return ast.Name(entry_point, node.ctx) if node.id == "candidate" else node
    for node in ast.walk(Rename().visit(ast.parse(source))):
        if isinstance(node, ast.Assert) and entry_point in ast.unparse(node.test):
            calls = [call for call in ast.walk(node.test) if isinstance(call, ast.Call) and ast.unparse(call.func) == entry_point]
            plain = [call for call in calls if call.args and not any(isinstance(part, ast.Name) for arg in call.args for part in ast.walk(arg))]
            yield {"text": ast.unparse(node.test), "calls": [ast.unparse(call) for call in plain]}

json.dump([
    {"graded": list(assertions(task["tests"], task["entryPoint"])),
     "shown": [shown["text"] for source in task["examples"] for shown in assertions(source, task["entryPoint"])]}
    for task in json.load(sys.stdin)
], sys.stdout)
`;

interface Found {
  readonly graded: readonly { readonly text: string; readonly calls: readonly string[] }[];
  readonly shown: readonly string[];
}

/** Without layout and way of quoting; \`candidate\` reads as the entry point. */
function plain(text: string, entryPoint: string): string {
  return text
    .replace(/\bcandidate(?=\()/g, entryPoint)
    .replace(/[\s\\]/g, '')
    .replaceAll('"', "'");
}

/** Texts that betray a hidden test of a task: assertions and calls that are neither examples nor in the prompt's text. */
function findSecrets(tasks: readonly Task[]): Map<string, string[]> {
  const input = tasks.map(({ prompt, grader }) => ({
    tests: judged(grader.suites()[0]?.program).checks,
    entryPoint: prompt.entryPoint,
    examples: prompt.examples.map(({ source }) => source),
  }));
  const options = { input: JSON.stringify(input), maxBuffer: 1 << 28, encoding: 'utf8' } as const;
  const found = JSON.parse(execFileSync('python3', ['-I', '-c', FINDER], options)) as Found[];
  const entries = tasks.map(({ prompt }, index) => {
    const { graded = [], shown = [] } = found[index] ?? {};
    const visible = [prompt.text, ...shown].map((text) => plain(text, prompt.entryPoint));
    const secrets = graded.flatMap(({ text, calls }) => [text, ...calls]).map((text) => plain(text, prompt.entryPoint));
    return [prompt.id, secrets.filter((secret) => !visible.some((text) => text.includes(secret)))] as const;
  });
  return new Map(entries);
}

/** Drafts and repairs that always fail, each in another way; the analyzer gives advice that is no use. */
function failingAnswer(tasks: readonly Task[]): (request: CompletionRequest) => string {
  const names = new Map(tasks.map(({ prompt }) => [prompt.id, prompt.entryPoint]));
  return ({ draw: { role, taskId, attempt } }) => {
    if (role === 'analyzer') return 'Something is wrong; think again.';
    return fenced(`def ${names.get(taskId)}(*given, **named):\n    return ["no such value", ${attempt}]\n`);
  };
}

function pipelineUnder(source: FeedbackSource, detail: 'values' | 'traceback'): PipelineSpec {
  const role = { model: 'scripted/m' };
  return pipelineOf(`${source} ${detail}`, {
    stages: [{ iterations: 2, analyzer: role, refiner: role }],
    feedback: { source, detail },
    repair: 'none',
  });
}

/** Runs failing drafts on all tasks; the ids of the tasks of which a message betrays a hidden test. */
async function findLeaks(tasks: readonly Task[], source: FeedbackSource, detail: 'values' | 'traceback') {
  const secrets = findSecrets(tasks);
  const leaks = new Set<string>();
  const answer = failingAnswer(tasks);
  const entryPoints = new Map(tasks.map(({ prompt }) => [prompt.id, prompt.entryPoint]));
  const watched = (request: CompletionRequest): string => {
    const { taskId } = request.draw;
    const sent = plain(request.messages.map(({ content }) => content).join('\n'), entryPoints.get(taskId) ?? '');
    if (secrets.get(taskId)?.some((secret) => sent.includes(secret))) leaks.add(taskId);
    return answer(request);
  };
  const pipelines = [pipelineUnder(source, detail)];
  const trials: Trial[] = await trialsOf(experimentOf(sandbox, watched, { benchmark: benchmarkOf(tasks), pipelines }));
  return { leaks: [...leaks].sort(), trials, secrets };
}

const OWN = [
  doubleTask({ id: 'Own/plain' }),
  doubleTask({ id: 'Own/none', examples: [] }),
  doubleTask({
    id: 'Own/asserts',
    tests: 'assert double(2) == 4\nassert double("ab") == "abab"\nassert double([]) == []\n',
  }),
];

for (const detail of ['values', 'traceback'] as const) {
  test(`own tasks: hidden tests reach the messages under source tests, and none under examples (${detail})`, async () => {
    const examples = await findLeaks(OWN, 'examples', detail);
    assert.deepEqual(examples.leaks, []);
    // Drafts that load pass where nothing but loading is checked; all others are refined to the end.
    assert.deepEqual(examples.trials.map(({ trace }) => trace.attempts.length).sort(), [1, 3, 3]);
    const tests = await findLeaks(OWN, 'tests', detail);
    assert.deepEqual(tests.leaks, ['Own/asserts', 'Own/none', 'Own/plain']);
  });
}

const skip = hasBenchmarks ? false : 'no copies of the public benchmarks beside the checkout';

test('HumanEval: hidden tests reach the messages under source tests, and none of 164 under examples', {
  skip,
}, async () => {
  const { tasks } = await loadBenchmark('humaneval', {
    dataFolder: benchmarkFolder,
    cacheFolder: '/nowhere',
  });
  assert.equal(tasks.length, 164);
  for (const detail of ['values', 'traceback'] as const) {
    const { leaks, trials, secrets } = await findLeaks(tasks, 'examples', detail);
    assert.deepEqual(leaks, []);
    assert.ok(trials.filter(({ trace }) => trace.attempts.length === 3).length >= 150);
    assert.ok([...secrets.values()].filter((texts) => texts.length > 0).length >= 150);
    // That leaks are found is seen on some of the tasks.
    const oracle = await findLeaks(tasks.slice(0, 40), 'tests', detail);
    assert.ok(oracle.leaks.length >= 30, `${oracle.leaks.length} tasks`);
  }
});
