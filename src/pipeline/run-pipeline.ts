import { asGreenloopError, asTestsFault, Fault } from '../base/errors.ts';
import { deriveSeed } from '../base/hash.ts';
import type { Message, Model, Role } from '../models/model.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { TaskPrompt, TestProgram } from '../tasks/task.ts';
import { extractCode } from './extract.ts';
import { feedbackOf } from './feedback.ts';
import type { LoopEvent } from './loop-event.ts';
import type { PipelineSpec, RoleSpec, StageSpec } from './pipeline-spec.ts';
import {
  analyzerMessages,
  continuedAnalysis,
  continuedRepair,
  type FailedCode,
  generatorMessages,
  refinerMessages,
} from './prompts.ts';
import { repairCode } from './repair.ts';
import { type Attempt, costOf, faultKind, type NamedCompletion, type StopReason, type Trace } from './trace.ts';

/** What the loop needs besides the spec and the prompt. */
export interface PipelineServices {
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  /** Checks that give the feedback: made of the prompt's examples, or in the oracle setting the grading tests. */
  readonly feedbackTests: TestProgram | null;
  readonly timeoutSeconds: number;
  /** Seed of the run; every draw's own seed is derived from it. */
  readonly seed: number;
  readonly repeat: number;
  readonly signal?: AbortSignal;
  /** Told of each call and each Attempt as it happens. */
  readonly onEvent?: (event: LoopEvent) => void;
}

/** Runs one Pipeline on one Task: generate, run, repair with what the run said, stop at the first pass. Throws when aborted, and a Refusal of a model. */
export async function runPipeline(spec: PipelineSpec, prompt: TaskPrompt, services: PipelineServices): Promise<Trace> {
  const loop = new Loop(spec, prompt, services);
  try {
    return loop.trace(await iterate(loop, spec.stages));
  } catch (error) {
    services.signal?.throwIfAborted();
    const fault = asGreenloopError(error);
    if (!(fault instanceof Fault)) throw fault;
    return loop.trace('fault', fault);
  }
}

async function iterate(loop: Loop, stages: readonly StageSpec[]): Promise<StopReason> {
  await loop.draft();
  for (const [index, stage] of stages.entries()) {
    for (let iteration = 0; iteration < stage.iterations; iteration += 1) {
      const reason = loop.reasonToStop();
      if (reason !== null) return reason;
      const analysis = stage.analyzer === undefined ? null : await loop.analyze(stage.analyzer);
      await loop.refine(stage.refiner, index, analysis);
    }
  }
  return loop.reasonToStop() === 'passed' ? 'passed' : 'iterations-spent';
}

/** The state of one run: the attempts so far, the chat, and the answers that belong to the attempt under way. */
class Loop {
  readonly #spec: PipelineSpec;
  readonly #prompt: TaskPrompt;
  readonly #services: PipelineServices;
  readonly #attempts: Attempt[] = [];
  #chat: Message[] = [];
  #completions: NamedCompletion[] = [];

  constructor(spec: PipelineSpec, prompt: TaskPrompt, services: PipelineServices) {
    this.#spec = spec;
    this.#prompt = prompt;
    this.#services = services;
  }

  async draft(): Promise<void> {
    const role = this.#spec.generator;
    const answer = await this.#ask('generator', role, generatorMessages(this.#prompt, role.prompt));
    await this.#attempt(answer, null);
  }

  async analyze(role: RoleSpec): Promise<string> {
    const messages = this.#isContinued
      ? [...this.#chat, continuedAnalysis(this.#failed.feedback)]
      : analyzerMessages(this.#prompt, this.#failed, role.prompt);
    return this.#ask('analyzer', role, messages);
  }

  async refine(role: RoleSpec, stage: number, analysis: string | null): Promise<void> {
    const messages = this.#isContinued
      ? [...this.#chat, continuedRepair(this.#prompt, this.#failed.feedback, analysis !== null)]
      : refinerMessages(this.#prompt, this.#failed, analysis, role.prompt);
    await this.#attempt(await this.#ask('refiner', role, messages), stage);
  }

  reasonToStop(): StopReason | null {
    const { when, tokens, seconds, sameFailure } = this.#spec.stop;
    const isPassed = this.#last.verdict?.kind === 'passed';
    if (isPassed && when === 'early') return 'passed';
    const cost = costOf(this.#attempts);
    if (tokens !== null && cost.promptTokens + cost.completionTokens >= tokens) return 'budget-spent';
    if (seconds !== null && cost.seconds >= seconds) return 'budget-spent';
    if (when === 'early' && sameFailure !== null && this.#timesFailed(this.#last.code) >= sameFailure)
      return 'failure-repeated';
    return null;
  }

  trace(stopReason: StopReason, fault: Fault | null = null): Trace {
    return {
      taskId: this.#prompt.id,
      repeat: this.#services.repeat,
      attempts: this.#attempts,
      stopReason,
      checked: this.#checked,
      cost: costOf([...this.#attempts, { completions: this.#completions, verdict: null }]),
      fault: fault && { kind: faultKind(fault), message: fault.message },
    };
  }

  get #isContinued(): boolean {
    return this.#spec.conversation === 'continued';
  }

  get #last(): Attempt {
    return this.#attempts.at(-1) as Attempt;
  }

  get #failed(): FailedCode {
    const { code, verdict } = this.#last;
    const { entryPoint } = this.#prompt;
    return { code, feedback: verdict && feedbackOf(verdict, this.#spec.feedback.detail, { entryPoint }) };
  }

  get #checked(): Trace['checked'] {
    const { source } = this.#spec.feedback;
    if (source === 'none') return 'nothing';
    return this.#services.feedbackTests === null ? 'load' : source;
  }

  #timesFailed(code: string): number {
    return this.#attempts.filter((attempt) => attempt.code === code && attempt.verdict !== null).length;
  }

  async #ask(role: Role, spec: RoleSpec, messages: readonly Message[]): Promise<string> {
    const { model, temperature, maxTokens } = spec;
    const { repeat, signal } = this.#services;
    const draw = { taskId: this.#prompt.id, repeat, role, attempt: this.#attempts.length };
    const seed = deriveSeed(this.#services.seed, draw.taskId, repeat, role, draw.attempt);
    const request = { messages, sampling: { temperature, maxTokens, seed }, draw };
    const call = { role, model, attempt: draw.attempt };
    const { onEvent } = this.#services;
    onEvent?.({ kind: 'call-started', ...call, messages });
    const onText = onEvent && ((text: string) => onEvent({ kind: 'call-text', ...call, text }));
    const completion = await this.#services.model(model).complete({ ...request, onText }, signal);
    onEvent?.({ kind: 'call-ended', ...call, completion });
    this.#chat = [...messages, { role: 'assistant', content: completion.text }];
    this.#completions.push({ ...completion, role, model, seed, temperature, messages });
    return completion.text;
  }

  async #attempt(answer: string, stage: number | null): Promise<void> {
    const extracted = extractCode(answer, this.#prompt).code;
    const { code, applied } = repairCode(extracted, this.#prompt, new Set(this.#spec.repair));
    const verdict = await this.#run(code);
    const attempt = { index: this.#attempts.length, stage, answer, extracted, code, repairs: applied, verdict };
    this.#attempts.push({ ...attempt, completions: this.#completions });
    this.#completions = [];
    this.#services.onEvent?.({ kind: 'attempt', attempt: this.#last });
  }

  async #run(code: string): Promise<Verdict | null> {
    if (this.#spec.feedback.source === 'none') return null;
    const { sandbox, feedbackTests: tests, timeoutSeconds, signal } = this.#services;
    const { context, entryPoint } = this.#prompt;
    const request = { code, context, entryPoint, tests, timeoutSeconds, report: 'all' } as const;
    return sandbox.run(request, signal).catch(asTestsFault);
  }
}
