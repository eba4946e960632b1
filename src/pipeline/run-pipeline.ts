import { asGreenloopError, asTestsFault, Fault } from '../base/errors.ts';
import { deriveSeed } from '../base/hash.ts';
import type { Message } from '../models/model.ts';
import { isSameProgram } from '../python/same-program.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { DraftComparison } from './agreement/draft-comparison.ts';
import { attemptFeedback } from './attempt-feedback.ts';
import { bestAttempt, mostChecked } from './best-attempt.ts';
import { isAnswerComplete } from './complete-answer.ts';
import { extractCode } from './extract.ts';
import { givenBy } from './given-by.ts';
import { type Answered, ModelCalls, type Question } from './model-calls.ts';
import { type DraftMove, type Move, movesOf, type RepairMove, roleAt } from './moves.ts';
import { endsOf, type PipelineServices } from './pipeline-services.ts';
import { isDraftStage, type PipelineSpec, type RoleSpec, type StageSpec } from './pipeline-spec.ts';
import {
  analyzerMessages,
  continuedAnalysis,
  continuedRepair,
  type FailedCode,
  generatorMessages,
  refinerMessages,
} from './prompts.ts';
import { repairCode } from './repair.ts';
import {
  type Attempt,
  type Cost,
  chosenAttempt,
  chosenIndex,
  costOf,
  faultKind,
  type StopReason,
  type Trace,
} from './trace.ts';

/** Runs one Pipeline on one Task: generate, run, repair with what the run said or draw again, stop at the first pass. Throws when aborted, and a Refusal of a model. */
export async function runPipeline(spec: PipelineSpec, prompt: TaskPrompt, services: PipelineServices): Promise<Trace> {
  const loop = new Loop(spec, prompt, services);
  try {
    return await loop.end(await iterate(loop, movesOf(spec, loop.attempts, loop.moveSeed)));
  } catch (error) {
    services.signal?.throwIfAborted();
    if (services.deadline?.aborted) return await loop.end('budget-spent');
    const fault = asGreenloopError(error);
    if (!(fault instanceof Fault)) throw fault;
    return await loop.end('fault', fault);
  } finally {
    await loop.cancel();
  }
}

async function iterate(loop: Loop, moves: Iterable<Move>): Promise<StopReason> {
  for (const move of moves) {
    const reason = loop.reasonToStop(move);
    if (reason !== null) return reason;
    if (loop.isPointless(move)) continue;
    await (move.kind === 'draft' ? loop.draft(move) : loop.repair(move));
  }
  return loop.isPassed ? 'passed' : 'iterations-spent';
}

/** The state of one run: the attempts so far, the chat that led to each, and the answers that belong to none yet. */
class Loop {
  readonly attempts: Attempt[] = [];
  readonly #spec: PipelineSpec;
  readonly #prompt: TaskPrompt;
  readonly #services: PipelineServices;
  readonly #calls: ModelCalls;
  /** Ends the runs of programs. */
  readonly #ending: AbortSignal;
  readonly #comparison: DraftComparison | null;
  readonly #chats: Message[][] = [];
  #hasAskedAgain = false;

  constructor(spec: PipelineSpec, prompt: TaskPrompt, services: PipelineServices) {
    this.#spec = spec;
    this.#prompt = prompt;
    this.#services = services;
    this.#calls = new ModelCalls(spec, prompt, services);
    this.#ending = AbortSignal.any(endsOf(services));
    const seed = deriveSeed(services.seed, prompt.id, services.repeat, 'inputs');
    const comparing = { ...services, seed, signal: this.#ending };
    this.#comparison = spec.select === 'agreement' ? new DraftComparison(prompt, comparing) : null;
  }

  /** Seed of the choices of an adaptive pipeline. */
  get moveSeed(): number {
    return deriveSeed(this.#services.seed, this.#prompt.id, this.#services.repeat, 'moves');
  }

  get isPassed(): boolean {
    return this.#spec.stop.when === 'early' && chosenAttempt(this.attempts)?.verdict?.kind === 'passed';
  }

  /** Why the move is not made any more; null where it is. */
  reasonToStop(move: Move): StopReason | null {
    const last = this.attempts.at(-1);
    if (last === undefined) return null;
    const { when, tokens, seconds, sameFailure } = this.#spec.stop;
    if (when === 'early' && this.#isDecided(move)) return this.isPassed ? 'passed' : 'agreed';
    const cost = this.#cost;
    if (tokens !== null && cost.promptTokens + cost.completionTokens >= tokens) return 'budget-spent';
    if (seconds !== null && cost.seconds >= seconds) return 'budget-spent';
    if (when === 'never' || move.kind === 'draft') return null;
    if (sameFailure !== null && this.#timesFailed(last.code) >= sameFailure) return 'failure-repeated';
    return this.#isUnchanged && this.#spec.onUnchanged === 'stop' ? 'failure-repeated' : null;
  }

  /** Whether the move is a further draft of a model that draws the same failing one again and again. */
  isPointless(move: Move): boolean {
    const { when, sameFailure } = this.#spec.stop;
    const last = this.attempts.at(-1);
    if (move.kind !== 'draft' || last?.from !== null || this.#comparison !== null) return false;
    const same = this.attempts.filter(
      ({ code, from, verdict }) => from === null && verdict !== null && isSameProgram(code, last.code),
    );
    return when === 'early' && sameFailure !== null && same.length >= sameFailure;
  }

  /** Draws a draft, and where there are slots asks for the further ones meanwhile. */
  async draft({ stage, role, further }: DraftMove): Promise<void> {
    const first = this.attempts.length;
    const asked = [role, ...further.slice(0, this.#slots - 1).map((move) => move.role)].map((own, place) => {
      const messages = generatorMessages(this.#prompt, own.prompt);
      const question = { role: 'generator', by: own, messages, attempt: first + place, shown: [] } as const;
      return { question, answer: this.#calls.ask(question) };
    });
    const { question, answer } = asked[0]!;
    const { text, chat } = await this.#whole(question, await answer);
    await this.#attempt(text, chat, { stage, from: null });
  }

  /** Repairs an attempt; where the last repair changed nothing, that may be a new draft. */
  async repair({ stage, by, of }: RepairMove): Promise<void> {
    const { onUnchanged, generator } = this.#spec;
    if (this.#isUnchanged && onUnchanged === 'redraw' && !this.#isRecorded(generator.model)) {
      const drafts = this.attempts.filter(({ from }) => from === null).length;
      return this.draft({ kind: 'draft', stage, role: roleAt(generator, drafts), further: [] });
    }
    const from = this.#indexOf(of);
    const analysis = by.analyzer === undefined ? null : await this.#analyze(from, by.analyzer);
    const { text, chat } = await this.#refine(from, by.refiner, analysis);
    await this.#attempt(text, chat, { stage, from });
  }

  /** Ends what is still being asked. */
  cancel(): Promise<void> {
    return this.#calls.cancel();
  }

  /** The Trace, once nothing is asked any more. */
  async end(stopReason: StopReason, fault: Fault | null = null): Promise<Trace> {
    await this.cancel();
    return {
      taskId: this.#prompt.id,
      repeat: this.#services.repeat,
      attempts: this.attempts,
      agreement: this.#comparison?.result ?? null,
      unused: this.#calls.unused,
      stopReason,
      checked: this.#checked,
      cost: this.#cost,
      fault: fault && { kind: faultKind(fault), message: fault.message },
    };
  }

  /** Further drafts after a pass only serve to compare programs. */
  #isDecided(move: Move): boolean {
    const { feedback, stop } = this.#spec;
    const isComparing = move.kind === 'draft' && this.#comparison?.result != null;
    if (!isComparing || !(this.isPassed || feedback.source === 'none')) return this.isPassed;
    return this.#comparison.isDecided(mostChecked(this.attempts), 1 + move.further.length, stop.agreement);
  }

  async #analyze(from: number, role: RoleSpec): Promise<Answered> {
    const failed = this.#failed(from);
    const messages = this.#isContinued
      ? [...this.#chatOf(from), continuedAnalysis(failed.feedback)]
      : analyzerMessages(this.#prompt, failed, role.prompt);
    return this.#calls.ask({ role: 'analyzer', by: role, messages, attempt: this.attempts.length, shown: [] });
  }

  async #refine(from: number, role: RoleSpec, analysis: Answered | null): Promise<Answered> {
    const failed = this.#failed(from);
    const messages = this.#isContinued
      ? [...(analysis?.chat ?? this.#chatOf(from)), continuedRepair(this.#prompt, failed.feedback, analysis !== null)]
      : refinerMessages(this.#prompt, failed, analysis?.text ?? null, role.prompt);
    const { extracted, code } = this.attempts[from] as Attempt;
    const shown = [extracted, code];
    const question = { role: 'refiner', by: role, messages, attempt: this.attempts.length, shown } as const;
    return this.#whole(question, await this.#calls.ask(question));
  }

  /** The answer; or where its tokens ended before its code was complete, and once only, the one with more of them. */
  async #whole(question: Question, answer: Answered): Promise<Answered> {
    if (this.#spec.onTruncated !== 'ask-again' || this.#hasAskedAgain || !answer.isTruncated) return answer;
    if (isAnswerComplete(answer.text, this.#prompt) || this.#isRecorded(question.by.model)) return answer;
    this.#hasAskedAgain = true;
    return this.#calls.askAgain(question);
  }

  async #attempt(answer: string, chat: Message[], origin: Pick<Attempt, 'stage' | 'from'>): Promise<void> {
    const index = this.attempts.length;
    const extracted = extractCode(answer, this.#prompt).code;
    const { code, applied } = repairCode(extracted, this.#prompt, new Set(this.#spec.repair));
    const verdict = await this.#run(code);
    await this.#comparison?.add(code);
    const completions = this.#calls.take(index);
    const made = { index, ...origin, answer, extracted, code, repairs: applied, verdict, completions };
    const attempt = { ...made, bestSoFar: this.#best([...this.attempts, { ...made, bestSoFar: index }]) };
    this.attempts.push(attempt);
    this.#chats.push(chat);
    this.#services.onEvent?.({ kind: 'attempt', attempt });
  }

  async #run(code: string): Promise<Verdict | null> {
    if (this.#spec.feedback.source === 'none') return null;
    const { sandbox, feedbackTests: tests, timeoutSeconds } = this.#services;
    const request = { code, ...givenBy(this.#prompt), tests, timeoutSeconds, report: 'all' } as const;
    return sandbox.run(request, this.#ending).catch(asTestsFault);
  }

  /** The best attempt; the last one where every stage goes on from the last, as the paper's do. */
  #best(attempts: readonly Attempt[]): number {
    const { stages } = this.#spec;
    const takesLast = stages.length > 0 && stages.every((stage) => !isDraftStage(stage) && stage.from === 'last');
    return takesLast ? attempts.length - 1 : bestAttempt(attempts, this.#comparison?.result?.groups ?? []);
  }

  #indexOf(of: RepairMove['of']): number {
    if (typeof of === 'number') return of;
    return of === 'last' ? this.attempts.length - 1 : (chosenIndex(this.attempts) as number);
  }

  get #cost(): Cost {
    const cost = costOf([...this.attempts, { completions: this.#calls.unused, verdict: null }]);
    return { ...cost, seconds: cost.seconds + (this.#comparison?.result?.seconds ?? 0) };
  }

  /** Drafts that are asked for at the same time: none ahead where a budget may end before. */
  get #slots(): number {
    const { tokens, seconds } = this.#spec.stop;
    return tokens === null && seconds === null ? (this.#services.slots ?? 1) : 1;
  }

  get #isContinued(): boolean {
    return this.#spec.conversation === 'continued';
  }

  #chatOf(attempt: number): readonly Message[] {
    return this.#chats[attempt] ?? [];
  }

  #failed(attempt: number): FailedCode {
    const failed = this.attempts[attempt] as Attempt;
    const { entryPoint } = this.#prompt;
    return { code: failed.code, feedback: attemptFeedback(failed, this.#spec.feedback.detail, entryPoint) };
  }

  get #checked(): Trace['checked'] {
    const { source } = this.#spec.feedback;
    if (source === 'none') return 'nothing';
    return this.#services.feedbackTests === null ? 'load' : source;
  }

  /** How often this failing code came; drafts that come before all repairs count once together. */
  #timesFailed(code: string): number {
    const same = this.attempts.filter((attempt) => attempt.verdict !== null && isSameProgram(attempt.code, code));
    const isDrawn = ({ stage }: Attempt) => stage === null || isDraftStage(this.#spec.stages[stage] as StageSpec);
    const repairs = same.filter((attempt) => !isDrawn(attempt)).length;
    return repairs + Number(repairs < same.length);
  }

  /** A recording has no draws to spare. */
  #isRecorded(model: string): boolean {
    return this.#services.model(model).recording !== undefined;
  }

  /** Whether the last attempt is a repair that gave back the failing program it was given. */
  get #isUnchanged(): boolean {
    const last = this.attempts.at(-1);
    if (last === undefined || last.from === null || last.verdict === null || last.verdict.kind === 'passed')
      return false;
    return isSameProgram(this.attempts[last.from]?.code ?? '', last.code);
  }
}
