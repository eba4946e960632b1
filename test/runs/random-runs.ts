import fc from 'fast-check';
import { ModelFault, SandboxFault } from '../../src/base/errors.ts';
import { deriveSeed } from '../../src/base/hash.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { type Plan, planRun } from '../../src/runs/plan.ts';
import type { RunServices } from '../../src/runs/services.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Check, UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf } from './own-experiment.ts';

/** A run that is drawn at random: `seed` decides every answer. */
export interface RandomRun {
  readonly seed: number;
  readonly pipelines: readonly PipelineSpec[];
  readonly tasks: number;
  readonly repeats: number;
  readonly parallel: number;
  /** Of a hundred answers, how many are faults or an overflow. */
  readonly faults: number;
}

const role = fc.record({ model: fc.constantFrom('scripted/m', 'scripted/n'), temperature: fc.constantFrom(0, 0.3) });

const pipeline = fc.record(
  {
    generator: role,
    stages: fc.array(
      fc.record(
        { iterations: fc.integer({ min: 1, max: 3 }), analyzer: role, refiner: role },
        { requiredKeys: ['refiner'] },
      ),
      { maxLength: 2 },
    ),
    feedback: fc.record({
      source: fc.constantFrom('tests', 'examples', 'none'),
      detail: fc.constantFrom('values', 'traceback'),
    }),
    repair: fc.constantFrom('all', 'none'),
    stop: fc.oneof(fc.constantFrom('early', 'never'), fc.record({ tokens: fc.integer({ min: 1, max: 2000 }) })),
    conversation: fc.constantFrom('fresh', 'continued'),
  },
  { requiredKeys: ['generator'] },
);

/** Runs of at most 3 pipelines, 4 tasks and 3 repeats. */
export const randomRun: fc.Arbitrary<RandomRun> = fc.record({
  seed: fc.nat(),
  pipelines: fc
    .array(pipeline, { minLength: 1, maxLength: 3 })
    .map((specs) => specs.map((spec, index) => parsePipeline({ ...spec, name: `p${index}` }, 'random'))),
  tasks: fc.integer({ min: 1, max: 4 }),
  repeats: fc.integer({ min: 1, max: 3 }),
  parallel: fc.integer({ min: 1, max: 8 }),
  faults: fc.constantFrom(0, 10, 50),
});

/** Told of each call; may throw, wait or abort, and give an answer in the place of the random one. */
export type OnCall = (request: CompletionRequest, signal?: AbortSignal) => unknown;

/** The plan of a random run, and what runs it, quickly. */
export async function openRandomRun(run: RandomRun, onCall: OnCall = () => {}) {
  const { pipelines, repeats, parallel } = run;
  const answer: ScriptAnswer = async (request, signal) => {
    const answer = await onCall(request, signal);
    return typeof answer === 'string' ? answer : answerOf(run, request);
  };
  const model = (name: string) => new KnownModel(name.slice('scripted/'.length), answer);
  const benchmark = benchmarkOf(Array.from({ length: run.tasks }, (_, index) => doubleTask({ id: `Own/${index}` })));
  const services: RunServices = { benchmark, model, sandbox: new StubSandbox(), parallel };
  const plan: Plan = await planRun({ pipelines, repeats, seed: run.seed % 1000, timeoutSeconds: 1 }, services);
  return { plan, services };
}

/** A model that can say who it is, so that its runs can go on. */
export class KnownModel extends ScriptedModel {
  async identity(): Promise<string> {
    return 'weights';
  }
}

const ANSWERS = [DOUBLE.right, DOUBLE.square, DOUBLE.fitted, DOUBLE.raising, 'def double(n)\n'].map(fenced);

function answerOf({ seed, faults }: RandomRun, { draw }: CompletionRequest) {
  const { taskId, repeat, role: asked, attempt } = draw;
  const number = deriveSeed(seed, taskId, repeat, asked, attempt);
  const kind = number % 100;
  if (kind < faults / 2) throw new ModelFault('unreachable', 'gone');
  if (kind < faults) throw new ModelFault('context-overflow', 'too long');
  const text = kind === 99 ? '' : (ANSWERS[number % ANSWERS.length] ?? '');
  const usage = kind === 98 ? null : { promptTokens: number % 7, completionTokens: number % 11 };
  return { text, usage, seconds: (number % 13) / 8 };
}

const FAILED_CHECK: Check = {
  ...{ test: null, source: 'double(3) == 6', passed: false, call: 'double(3)', actual: '9', operator: '==' },
  ...{ expected: '6', exception: null },
};

/** Says what the programs of DOUBLE would show, without running them. */
export class StubSandbox implements Sandbox {
  async run({ code, tests }: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    if (code.includes('break the sandbox')) throw new SandboxFault('it broke');
    const measured = { ...UNMEASURED, testedBy: 'judge', seconds: (code.length % 16) / 64 } as const;
    const exception = { type: 'SyntaxError', message: 'wrong', traceback: 'Traceback', line: 1, locals: {} };
    if (code.trim() === '') return { ...measured, kind: 'no-code' };
    if (code.includes('def double(n)\n')) return { ...measured, kind: 'syntax-error', exception };
    if (code.includes('.twice')) return { ...measured, kind: 'raised', during: 'check', exception };
    const seesAll = tests !== null && 'checks' in tests && tests.checks.includes('candidate');
    const isPassed = code.includes('2 * n') || tests === null || (code.includes('.get(n)') && !seesAll);
    return isPassed
      ? { ...measured, kind: 'passed' }
      : { ...measured, kind: 'failed', checks: [FAILED_CHECK], checksFailed: 1 };
  }

  async isolation() {
    return { name: 'stub', python: '3.14', lacks: [] };
  }

  async close(): Promise<void> {}
}
