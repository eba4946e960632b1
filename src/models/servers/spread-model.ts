import { type GreenloopError, ModelFault, Refusal } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import { type RetryPolicy, waitAfter } from '../http/retry.ts';
import type { Lane } from '../lane.ts';
import type { Completion, CompletionRequest, Model } from '../model.ts';
import { serverText } from '../named-server.ts';
import type { Places, RequestQueue } from '../request-queue.ts';
import { cannotServe, isServerFault, type ModelSource } from './model-source.ts';
import { assumedSame, differenceOf, type Sample } from './same-model.ts';

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
  /** What every server has to have: what the first ones told. */
  #sample: Sample | null = null;
  readonly #places: Places = { lanes: () => this.#lanes(), hopeless: () => this.#hopeless() };

  constructor(options: SpreadModelOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const { sources, noteOnce } = this.#options;
    await Promise.all(sources.map((source) => source.look(signal)));
    const isFirst = this.#sample === null;
    if (isFirst) this.#refuseDifferent();
    for (const source of sources) this.#judge(source);
    const here = this.#here();
    if (here.length === 0) throw this.#noneHere();
    if (isFirst) for (const source of sources) this.#tellIfMissing(source);
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
    if (!source.isAccepted) {
      await source.look(signal);
      this.#judge(source);
    }
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
    source.lane.failed(error, age);
    this.#tellIfAway(source);
    if (this.#lanes().length === 1 && waitAfter(error, 0, this.#options.policy) === null) throw error;
    return error;
  }

  /** Accepts what a look has found, or tells why the server is not asked. */
  #judge(source: ModelSource): void {
    const { problem } = source;
    if (isServerFault(problem)) this.#tellIfAway(source);
    else if (problem instanceof ModelFault) this.#leaveOut(source, problem);
    else if (problem === null) this.#compare(source);
  }

  /** One that was away may have come back with another model. */
  #compare(source: ModelSource): void {
    const difference = differenceOf(this.name, this.#sampleOr(source), source);
    if (difference === null) source.accept();
    else this.#leaveOut(source, difference);
  }

  #sampleOr({ server, traits }: ModelSource): Sample {
    this.#sample ??= { server, traits };
    return this.#sample;
  }

  #leaveOut(source: ModelSource, problem: GreenloopError): void {
    source.problem = problem;
    const { sources, noteOnce } = this.#options;
    if (sources.length > 1) noteOnce(`${source.server.name} is left out: ${problem.message}`);
  }

  #tellIfMissing(source: ModelSource): void {
    const { server, problem } = source;
    if (isServerFault(problem))
      this.#tellAway(source, `${server.name} is left out until it answers: ${problem.message}`);
  }

  #tellIfAway(source: ModelSource): void {
    const { server, lane } = source;
    if (lane.faults < FAULTS_TOLD || lane.fault === null) return;
    this.#tellAway(source, `${server.name} rests, and the others take over: ${lane.fault.message}`);
  }

  #tellAway({ lane }: ModelSource, line: string): void {
    if (lane.isToldAway || this.#options.sources.length === 1) return;
    lane.isToldAway = true;
    this.#options.note(line);
  }

  #worked({ lane, server }: ModelSource): void {
    lane.worked();
    if (lane.isToldAway) this.#options.note(`${server.name} answers again`);
    lane.isToldAway = false;
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
    const called = /@([^@]*)$/.exec(this.name)?.[1];
    const hint = called === undefined ? '' : `, and no server is called ${quote(called)}`;
    const says = problems.map(({ message }) => message).join('; ');
    return new Refusal(`none of ${places} has ${this.name}${hint}: ${says}`);
  }

  /** Before anything is asked, nobody knows which of two is the one that is meant. */
  #refuseDifferent(): void {
    const here = this.#here();
    const sample = here.find(({ traits }) => traits?.digest != null) ?? here[0];
    if (sample === undefined) return;
    for (const source of here) {
      const difference = differenceOf(this.name, sample, source);
      if (difference !== null) throw difference;
    }
    this.#sampleOr(sample);
  }
}
