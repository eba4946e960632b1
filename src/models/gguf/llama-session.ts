import type { AnswerEvent, LlamaEvent, OpenRequest, ReadyEvent } from './child/llama-messages.ts';
import { LlamaCall, type Outcome, type Question } from './llama-call.ts';
import type { LlamaCommand } from './llama-command.ts';
import { BrokenOff, closed, crashed, type Ending, wentForeign, wentSilent } from './llama-faults.ts';
import { LlamaOpening } from './llama-opening.ts';
import type { LlamaPatience } from './llama-patience.ts';
import { LlamaProcess } from './llama-process.ts';

/** Somebody who waits for what the child says. */
interface Waiting<Subject, Result> {
  readonly subject: Subject;
  secondsLeft: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A child with a file open in llama.cpp, and the requests that it answers at the time. */
export class LlamaSession {
  readonly #request: OpenRequest;
  readonly #patience: LlamaPatience;
  readonly #process: LlamaProcess;
  readonly #calls = new Map<number, Waiting<LlamaCall, Outcome>>();
  readonly #watch: NodeJS.Timeout;
  #opening: Waiting<LlamaOpening, ReadyEvent> | null = null;
  #nextId = 1;
  #isOver = false;

  private constructor(command: LlamaCommand, request: OpenRequest, patience: LlamaPatience) {
    this.#request = request;
    this.#patience = patience;
    this.#process = new LlamaProcess(command, {
      onEvent: (event) => this.#take(event),
      onForeign: () => this.#breakOff(wentForeign),
      onEnd: (end) => this.#breakOff(crashed(end)),
    });
    // Seconds are counted, not looked up: while greenloop itself is stopped, none goes by.
    this.#watch = setInterval(() => this.#countDown(), 1000).unref();
  }

  /**
   * Opens a file with the first command that starts at all. Throws a Refusal that says what is wrong with the file, or BrokenOff where
   * it ends llama.cpp.
   */
  static async open(
    commands: readonly LlamaCommand[],
    request: OpenRequest,
    patience: LlamaPatience,
  ): Promise<{ session: LlamaSession; ready: ReadyEvent }> {
    const [command, ...others] = commands as [LlamaCommand, ...LlamaCommand[]];
    const session = new LlamaSession(command, request, patience);
    const opening = new LlamaOpening(request);
    try {
      return { session, ready: await session.#open(opening) };
    } catch (error) {
      session.close();
      if (opening.doing !== 'spawning' || others.length === 0) throw error;
      return LlamaSession.open(others, request, patience);
    }
  }

  /** True where it takes no more requests. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Asks for one answer; as many at once as there are slots. Aborted or complete, it goes on until the step under way is done. Throws BrokenOff where
   * the child ends before.
   */
  ask(question: Question, signal?: AbortSignal): Promise<Outcome> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    // It ended a moment ago, without this request.
    if (this.#isOver) return Promise.reject(new BrokenOff(closed('writing', this.#request.path), true));
    const { messages, sampling, prefill = '', isComplete } = question;
    const cancel = () => this.#process.send({ kind: 'cancel', id });
    this.#calls.set(id, { subject: new LlamaCall(question), secondsLeft: this.#patience.template, resolve, reject });
    this.#process.send({ kind: 'ask', id, messages, prefill, sampling, isWatched: isComplete !== undefined });
    signal?.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Ends the child, and with it every request. */
  close(): void {
    this.#breakOff(closed);
  }

  #open(opening: LlamaOpening): Promise<ReadyEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadyEvent>();
    this.#opening = { subject: opening, secondsLeft: opening.secondsAllowed(this.#patience), resolve, reject };
    this.#process.send(this.#request);
    return promise;
  }

  #take(event: LlamaEvent): void {
    if (this.#opening !== null) this.#takeOpening(this.#opening, event);
    else if ('id' in event) this.#takeAnswer(event);
    else this.#breakOff(wentForeign);
  }

  #takeOpening(opening: Waiting<LlamaOpening, ReadyEvent>, event: LlamaEvent): void {
    const opened = opening.subject.take(event);
    opening.secondsLeft = opening.subject.secondsAllowed(this.#patience);
    if (opened === null) return;
    if (opened === 'foreign') this.#breakOff(wentForeign);
    else if ('ready' in opened) opening.resolve(opened.ready);
    else opening.reject(opened.refusal);
    this.#opening = null;
  }

  #takeAnswer(event: AnswerEvent): void {
    const waiting = this.#calls.get(event.id);
    const step = waiting === undefined ? 'foreign' : waiting.subject.take(event);
    if (waiting === undefined || step === 'foreign') {
      this.#breakOff(wentForeign);
    } else if (step === null || step === 'enough') {
      waiting.secondsLeft = this.#patience.step;
      if (step === 'enough') this.#process.send({ kind: 'cancel', id: event.id });
    } else {
      this.#calls.delete(event.id);
      waiting.resolve(step);
    }
  }

  #countDown(): void {
    const all = [...(this.#opening === null ? [] : [this.#opening]), ...this.#calls.values()];
    for (const waiting of all) waiting.secondsLeft -= 1;
    // The first that is late holds up those behind it.
    const late = all.find(({ secondsLeft }) => secondsLeft < 0);
    if (late !== undefined) this.#breakOff(wentSilent, late);
  }

  /** Ends the child and every wait for it; where only one is to blame for that, it is `culprit`. */
  #breakOff(ending: Ending, culprit: unknown = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#watch);
    this.#process.kill();
    const { path } = this.#request;
    const hasCompany = this.#calls.size > 1 && ending !== closed;
    this.#opening?.reject(new BrokenOff(ending(this.#opening.subject.doing, path), false));
    for (const call of this.#calls.values()) {
      call.reject(new BrokenOff(ending(call.subject.phase, path), hasCompany && call !== culprit));
    }
    this.#calls.clear();
    this.#opening = null;
  }
}
