import { type GreenloopError, ModelFault, Refusal } from '../../base/errors.ts';
import { type RetryPolicy, waitAfter } from '../http/retry.ts';
import type { Lane } from '../lane.ts';
import type { Completion, CompletionRequest, Model } from '../model.ts';
import { serverText } from '../named-server.ts';
import type { Places, RequestQueue } from '../request-queue.ts';
import { cannotServe, isServerFault, type ModelSource } from './model-source.ts';
import { assumedSame, differenceOf } from './same-model.ts';

interface SpreadModelOptions {
  /** As pipelines address it, with the server where one is named. */
  readonly name: string;
  /** Without the server. */
  readonly model: string;
  /** Every server that may have it. */
  readonly sources: readonly ModelSource[];
  /** Shared by all models of these servers. */
  readonly queue: RequestQueue;
  readonly policy: RetryPolicy;
  /** Told what the user should know of the servers. */
  readonly note: (line: string) => void;
  /** The same for what holds for all models of a server, which is told once. */
  readonly noteOnce: (line: string) => void;
}

/** A request that its server left without an answer. */
interface Unanswered {
  readonly fault: GreenloopError;
  /** False where the server was found missing before it was asked. */
  readonly wasAsked: boolean;
}

/** So many faults of a server in a row, and the user is told. */
const FAULTS_TOLD = 2;

/**
 * A model that several servers have: each request goes to one with room, and to another where that one does not answer. What a server tells of the
 * model is compared before it is asked first, and again after each fault, so that no answer depends on the server that gave it.
 */
export class SpreadModel implements Model {
  readonly name: string;
  readonly #options: SpreadModelOptions;
  readonly #places: Places = { lanes: () => this.#lanes(), hopeless: () => this.#hopeless() };

  constructor(options: SpreadModelOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const { sources, noteOnce } = this.#options;
    await Promise.all(sources.map((source) => source.look(signal)));
    const here = this.#here();
    if (here.length === 0) throw this.#noneHere();
    this.#refuseDifferent(here);
    for (const { server, problem } of sources) {
      if (problem instanceof ModelFault) noteOnce(`${server.name} is left out until it answers: ${problem.message}`);
    }
    const assumed = assumedSame(this.name, here);
    if (assumed !== null) noteOnce(assumed);
  }

  /** That of the weights where every server tells their digest; else of all servers that may be asked, whichever answers. */
  async identity(signal?: AbortSignal): Promise<string | null> {
    const told = await Promise.allSettled(this.#here().map(({ model }) => model.identity?.(signal) ?? null));
    const known = told.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    const failed = told.find((one) => one.status === 'rejected');
    if (known.length === 0 && failed !== undefined) throw failed.reason;
    const [first, ...others] = [...new Set(known)].toSorted();
    if (first === undefined || known.includes(null)) return null;
    return others.length === 0 ? first : JSON.stringify([first, ...others]);
  }

  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const { model, queue, policy } = this.#options;
    if (this.#hopeless() !== null) await this.prepare(signal);
    for (let faults = 0; ; ) {
      // What broke before is not what a server that comes back is asked first.
      const attempt = faults === 0 ? request.draw.attempt : 0;
      const turn = { model, attempt, places: this.#places };
      const came = await queue.run(turn, (lane) => this.#ask(lane, request, signal), signal);
      if (!('fault' in came)) return came;
      if (came.wasAsked) faults += 1;
      if (faults > policy.retries) throw came.fault;
    }
  }

  async #ask(lane: Lane, request: CompletionRequest, signal?: AbortSignal): Promise<Completion | Unanswered> {
    const source = this.#options.sources.find((one) => one.lane === lane)!;
    if (!source.isKnown) await this.#lookAgain(source, signal);
    if (source.problem !== null) return { fault: source.problem, wasAsked: false };
    const { age } = lane;
    try {
      const completion = await source.model.complete(request, signal);
      this.#worked(source);
      return completion;
    } catch (error) {
      signal?.throwIfAborted();
      return { fault: this.#noteFault(source, error, age), wasAsked: true };
    }
  }

  /** The fault, where another server may answer the request, or the same one a while later; throws all others. */
  #noteFault(source: ModelSource, error: unknown, age: number): GreenloopError {
    if (cannotServe(error)) {
      this.#leaveOut(source, error);
      if (this.#lanes().length > 0) return error;
    }
    if (!isServerFault(error)) throw error;
    this.#failed(source, error, age);
    if (this.#lanes().length === 1 && waitAfter(error, 0, this.#options.policy) === null) throw error;
    return error;
  }

  /** A server that was away may have come back with another model. */
  async #lookAgain(source: ModelSource, signal?: AbortSignal): Promise<void> {
    const { faults } = source.lane;
    await source.look(signal);
    if (isServerFault(source.problem) && faults === FAULTS_TOLD - 1) this.#tellAway(source, source.problem);
    if (source.problem !== null) return;
    const sample = this.#here().find((other) => other !== source);
    const difference = sample === undefined ? null : differenceOf(this.name, sample, source);
    if (difference !== null) this.#leaveOut(source, difference);
  }

  #leaveOut(source: ModelSource, problem: GreenloopError): void {
    source.problem = problem;
    this.#options.noteOnce(`${source.server.name} is left out: ${problem.message}`);
  }

  #failed(source: ModelSource, fault: ModelFault, age: number): void {
    const { lane } = source;
    const before = lane.faults;
    lane.failed(fault, age);
    if (before < FAULTS_TOLD && lane.faults === FAULTS_TOLD) this.#tellAway(source, fault);
  }

  #tellAway({ server }: ModelSource, { message }: ModelFault): void {
    if (this.#options.sources.length > 1)
      this.#options.note(`${server.name} rests, and the others take over: ${message}`);
  }

  #worked({ lane, server }: ModelSource): void {
    const wasTold = lane.faults >= FAULTS_TOLD;
    lane.worked();
    if (wasTold && this.#options.sources.length > 1) this.#options.note(`${server.name} answers again`);
  }

  #here(): ModelSource[] {
    return this.#options.sources.filter(({ problem }) => problem === null);
  }

  #lanes(): Lane[] {
    return this.#options.sources.filter(({ isOut }) => !isOut).map(({ lane }) => lane);
  }

  /** Why no server is left to ask; null while one is. */
  #hopeless(): GreenloopError | null {
    const lanes = this.#lanes();
    if (lanes.length === 0) return this.#noneHere();
    return lanes.every((lane) => lane.isGivenUp) ? (lanes[0]?.fault ?? null) : null;
  }

  /** A server that is away is the reason before one that lacks the model: it may have it. */
  #noneHere(): GreenloopError {
    const problems = this.#options.sources.flatMap(({ problem }) => problem ?? []);
    const away = problems.find((problem) => problem instanceof ModelFault);
    if (away !== undefined || problems.length === 1) return away ?? problems[0]!;
    const places = this.#options.sources.map(({ server }) => serverText(server)).join(', ');
    return new Refusal(`none of ${places} has ${this.name}: ${problems.map(({ message }) => message).join('; ')}`);
  }

  #refuseDifferent([first, ...others]: readonly ModelSource[]): void {
    for (const other of others) {
      const difference = differenceOf(this.name, first!, other);
      if (difference !== null) throw difference;
    }
  }
}
