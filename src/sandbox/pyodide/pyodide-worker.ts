import { SandboxFault, UnsupportedFault } from '../../base/errors.ts';
import { FrameReader, frameOf } from '../frames.ts';
import type { JudgeMessage, JudgeProcess, JudgeRequest } from '../judge-conversation.ts';
import type { CandidateSupply } from './candidate-supply.ts';
import { type HostCommand, HostProcess } from './host-process.ts';
import type { RunEnd, TaggedFrame } from './tagged-frames.ts';

const MILLISECONDS_TO_HANG_UP = 250;
const MILLISECONDS_BUSY = 100;
const SIGKILL = 9;
const MESSAGES_BEFORE_CODE = 2;
// What a slow setup may add to a limit; only a candidate that greenloop is no longer there to end sees this.
const SECONDS_FOR_SETUP = 800;
const NOTHING = Buffer.alloc(0);
/** What the judge says before its answer. */
const STEPS = new Set(['tests-wanted', 'started']);

/**
 * A judge and a candidate, each a process with its own Python, and what goes between them. The judge lives on while
 * candidates are replaced; only what the judge says ever becomes a verdict.
 */
export class PyodideWorker implements JudgeProcess {
  readonly #judge: HostProcess;
  readonly #supply: CandidateSupply;
  readonly #reader = new FrameReader();
  readonly #received: JudgeMessage[] = [];
  #candidate: HostProcess | null = null;
  #isReady = false;
  #isWanted = false;
  #runEnd: RunEnd | null = null;
  /** What the judge has sent in this run: how long it may take, then the first request. */
  #asked = 0;
  /** Between the judge's request for a candidate and the end of its run. */
  #isRunning = false;
  #runStart = 0;
  #limitSeconds = 0;
  #isEnding = false;
  #isWorn = false;
  #deadline: NodeJS.Timeout | undefined;
  #hangUp: NodeJS.Timeout | undefined;
  #unsupported: string | null = null;
  #waiting: PromiseWithResolvers<JudgeMessage> | null = null;
  #end: SandboxFault | null = null;

  constructor(judge: HostCommand, supply: CandidateSupply) {
    this.#supply = supply;
    this.#judge = new HostProcess(judge);
    this.#judge.listen(
      (frame) => this.#fromJudge(frame),
      (reason) => this.#finish(new SandboxFault(`the judge ${reason}`, { isTransient: true })),
    );
    this.#takeCandidate();
  }

  get isAlive(): boolean {
    return this.#end === null && !this.#isWorn;
  }

  get closed(): Promise<void> {
    return this.#judge.closed;
  }

  send(message: JudgeRequest): void {
    this.#unsupported = null;
    this.#limitSeconds = message.timeoutSeconds;
    this.#judge.send('r', frameOf(message));
  }

  receive(): Promise<JudgeMessage> {
    if (this.#received.length > 0 || this.#end !== null) return this.#next();
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  kill(reason: string): void {
    this.#finish(new SandboxFault(reason));
  }

  #next(): Promise<JudgeMessage> {
    const message = this.#received.shift();
    const next = Promise.withResolvers<JudgeMessage>();
    if (message === undefined) next.reject(this.#end);
    else this.#settle(next, message);
    return next.promise;
  }

  #finish(fault: SandboxFault): void {
    this.#end ??= this.#unsupported === null ? fault : unsupportedFault(this.#unsupported);
    clearTimeout(this.#deadline);
    clearTimeout(this.#hangUp);
    this.#judge.kill();
    this.#candidate?.kill();
    this.#waiting?.reject(this.#end);
    this.#waiting = null;
  }

  #takeCandidate(): HostProcess {
    const candidate = this.#supply.take();
    this.#candidate = candidate;
    this.#isReady = false;
    candidate.listen(
      (frame) => candidate === this.#candidate && this.#fromCandidate(frame),
      (reason) => candidate === this.#candidate && this.#candidateGone(reason),
    );
    return candidate;
  }

  #fromJudge({ tag, body }: TaggedFrame): void {
    if (tag === 'v') this.#take(body);
    else if (tag === 'c') this.#toCandidate(body);
    else if (tag === 'n') this.#want();
    else if (tag === 't') this.#setDeadline(body);
    else if (tag === 'x') this.#endRun();
    else if (tag === 'm') this.#isWorn = true;
    else if (tag === 'p') this.#unsupported ??= body.toString();
  }

  #toCandidate(body: Buffer): void {
    this.#asked += 1;
    this.#candidate?.send('c', body);
  }

  #fromCandidate({ tag, body }: TaggedFrame): void {
    if (tag === 'c') this.#relayAnswer(body);
    else if (tag === 'r') this.#noteReady();
    else if (tag === 'p') this.#unsupported ??= body.toString();
    else if (tag === 'u') this.#candidateEnded(JSON.parse(body.toString()) as RunEnd, 'ended');
  }

  #relayAnswer(body: Buffer): void {
    if (this.#runEnd !== null || this.#isEnding) return;
    this.#judge.send('c', body);
    if (this.#candidate !== null) this.#judge.holdBack(this.#candidate);
  }

  #want(): void {
    this.#isWanted = true;
    if (this.#candidate === null) this.#takeCandidate();
    else if (this.#isReady) this.#beginRun();
  }

  #noteReady(): void {
    this.#isReady = true;
    if (this.#isWanted) this.#beginRun();
  }

  /** Only now, as no run should pay for the start of a process. */
  #beginRun(): void {
    this.#isWanted = false;
    this.#runEnd = null;
    this.#asked = 0;
    this.#isRunning = true;
    this.#runStart = performance.now();
    this.#isEnding = false;
    this.#candidate?.send('n', Buffer.from(String(this.#limitSeconds + SECONDS_FOR_SETUP)));
    this.#judge.send('n', NOTHING);
  }

  #setDeadline(body: Buffer): void {
    this.#stopIn(Number(body.toString()));
  }

  /** Time in which this process was busy, and relayed nothing, is given back to the candidate. */
  #stopIn(milliseconds: number): void {
    clearTimeout(this.#deadline);
    const due = performance.now() + milliseconds;
    this.#deadline = setTimeout(() => {
      const late = performance.now() - due;
      if (late > MILLISECONDS_BUSY) this.#stopIn(late);
      else this.#stopCandidate('deadline');
    }, milliseconds);
  }

  /** Ends the candidate in the middle of its run, and lets the judge read to the end of what it said. */
  #stopCandidate(why: string): void {
    this.#candidate?.kill();
    // Its own figure is gone with it; whoever waits here does so in a loop.
    const cpuSeconds = (performance.now() - this.#runStart) / 1000;
    this.#candidateEnded({ status: SIGKILL, cpuSeconds, reads: null, doubt: why }, why);
  }

  /** It ended without a word, which is not how a program's doings end it. */
  #candidateGone(reason: string): void {
    this.#candidate = null;
    if (this.#isWanted || (this.#isRunning && this.#runEnd === null))
      this.#finish(new SandboxFault(`the candidate's process ${reason}`, { isTransient: true }));
  }

  #candidateEnded(end: RunEnd, why: string): void {
    if (!this.#isRunning || this.#runEnd !== null) return;
    if ((end.reads ?? this.#asked) < MESSAGES_BEFORE_CODE && !this.#isEnding) {
      const reason = `the candidate's process ${why} before it had any code`;
      this.#finish(new SandboxFault(reason, { isTransient: true }));
      return;
    }
    this.#runEnd = end;
    if (end.doubt !== null) this.#candidate = null;
    if (this.#isEnding) this.#tellEnd(end);
    else this.#judge.send('h', Buffer.from(why));
  }

  #endRun(): void {
    this.#isEnding = true;
    clearTimeout(this.#deadline);
    if (this.#runEnd !== null) this.#tellEnd(this.#runEnd);
    else {
      this.#candidate?.send('h', NOTHING);
      this.#hangUp = setTimeout(() => this.#stopCandidate('still running'), MILLISECONDS_TO_HANG_UP);
    }
  }

  #tellEnd(end: RunEnd): void {
    clearTimeout(this.#hangUp);
    this.#isRunning = false;
    this.#judge.send('u', Buffer.from(JSON.stringify(end)));
    if (this.#candidate === null) this.#takeCandidate();
    this.#supply.refill();
  }

  #take(body: Buffer): void {
    for (const message of this.#read(body)) {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting === null) this.#received.push(message);
      else this.#settle(waiting, message);
    }
  }

  #read(body: Buffer): JudgeMessage[] {
    try {
      return this.#reader.push(body) as JudgeMessage[];
    } catch (error) {
      this.#finish(error as SandboxFault);
      return [];
    }
  }

  /** The answer to a run that wanted what is not here is never used. */
  #settle(waiting: PromiseWithResolvers<JudgeMessage>, message: JudgeMessage): void {
    if (this.#unsupported === null || STEPS.has(message.kind)) waiting.resolve(message);
    else waiting.reject(unsupportedFault(this.#unsupported));
  }
}

function unsupportedFault(what: string): UnsupportedFault {
  return new UnsupportedFault(
    `${what} is not supported in Pyodide; install Python 3.10 or newer and bubblewrap (Debian: apt install python3 bubblewrap)`,
  );
}
