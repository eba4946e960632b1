import { realpathSync, statSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { ModelFault, Refusal } from '../../base/errors.ts';
import { RequestQueue } from '../request-queue.ts';
import { findAddon } from './child/llama-addon.ts';
import { MOST_USUAL_SLOTS, type OpenRequest, type ReadyEvent } from './child/llama-messages.ts';
import { type GgufFile, readGgufFile } from './gguf-file.ts';
import type { Outcome, Question } from './llama-call.ts';
import { type LlamaCommand, llamaCommands } from './llama-command.ts';
import { BrokenOff } from './llama-faults.ts';
import type { LlamaPatience } from './llama-patience.ts';
import { LlamaSession } from './llama-session.ts';

export interface LlamaRunnerOptions {
  /** The GGUF file. */
  readonly path: string;
  /** Of one conversation; a model that knows less gets less. */
  readonly contextTokens: number;
  /** Conversations at once; null is one a core, 4 at most, for a small model, and 1 for a large one, which keeps all cores busy. */
  readonly slots: number | null;
  /** Path of bubblewrap to put the child into; null does without. */
  readonly bubblewrap: string | null;
  readonly patience: LlamaPatience;
}

interface Plan {
  readonly request: OpenRequest;
  readonly commands: readonly LlamaCommand[];
}

const MOST_CRASHES = 3;
const OWN_BYTES = 4 * 2 ** 30;
/** Of one number in the state of a token: a key and a value of 32 bits. */
const STATE_BYTES = 8;
/** A fault that greenloop itself made. */
const CLOSED = 'refused';

/** Runs a GGUF file in a child, which is started again after a crash, until the file has ended it three times with no answer in between. */
export class LlamaRunner {
  readonly #options: LlamaRunnerOptions;
  readonly #alone = new RequestQueue(1);
  #plan: Plan | null = null;
  #ready: Promise<ReadyEvent> | null = null;
  #session: LlamaSession | null = null;
  #restart: Promise<LlamaSession> | null = null;
  #crashes = 0;

  constructor(options: LlamaRunnerOptions) {
    this.#options = options;
  }

  /** What llama.cpp made of the file, which is opened once; throws a Refusal that says what is wrong with it, or a ModelFault. */
  open(): Promise<ReadyEvent> {
    this.#ready ??= this.#start().then(({ session, ready }) => {
      this.#session = session;
      return ready;
    });
    return this.#ready;
  }

  /**
   * Asks for one answer; no more at once than there are slots. Where the child ends while it has several requests, each is asked again in
   * a child of its own, so that only the one to blame is a fault. Throws a ModelFault that names the file, or the signal's reason.
   */
  async ask(question: Question, signal?: AbortSignal): Promise<Outcome> {
    const session = await this.#current();
    signal?.throwIfAborted();
    try {
      return await this.#askIn(session, question, signal);
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
    }
    return this.#alone.run({ model: '', attempt: 0 }, () => this.#askAlone(question, signal), signal);
  }

  /** Ends the child; a later request starts another. */
  close(): void {
    this.#session?.close();
    for (const opening of [this.#ready, this.#restart]) {
      void opening?.then(() => this.#session?.close()).catch(() => {});
    }
  }

  async #askAlone(question: Question, signal?: AbortSignal): Promise<Outcome> {
    const { session } = await this.#start();
    try {
      return await this.#askIn(session, question, signal);
    } finally {
      session.close();
    }
  }

  async #askIn(session: LlamaSession, question: Question, signal?: AbortSignal): Promise<Outcome> {
    try {
      const outcome = await session.ask(question, signal);
      if (outcome.kind !== 'cancelled') this.#crashes = 0;
      return outcome;
    } catch (error) {
      throw error instanceof BrokenOff && !error.hadCompany ? this.#counted(error) : error;
    }
  }

  async #current(): Promise<LlamaSession> {
    await this.open();
    if (this.#session !== null && !this.#session.isOver) return this.#session;
    this.#restart ??= this.#start()
      .then(({ session }) => {
        this.#session = session;
        return session;
      })
      .finally(() => {
        this.#restart = null;
      });
    return this.#restart;
  }

  async #start(): Promise<{ session: LlamaSession; ready: ReadyEvent }> {
    const { path, patience } = this.#options;
    if (this.#crashes >= MOST_CRASHES) {
      const message = `${path} ended llama.cpp ${MOST_CRASHES} times in a row and is not started again; use another file`;
      throw new ModelFault('crashed', message);
    }
    this.#plan ??= makePlan(this.#options);
    const { commands, request } = this.#plan;
    try {
      return await LlamaSession.open(commands, request, patience);
    } catch (error) {
      throw error instanceof BrokenOff ? this.#counted(error) : error;
    }
  }

  #counted({ fault }: BrokenOff): ModelFault {
    if (fault.reason !== CLOSED) this.#crashes += 1;
    return fault;
  }
}

/** Reads the file's header; throws a Refusal where that shows that the file cannot be run, or llama.cpp is not installed. */
function makePlan(options: LlamaRunnerOptions): Plan {
  const { path, contextTokens, slots, bubblewrap } = options;
  const file = readGgufFile(path);
  const { architecture } = file;
  const chatTemplate = templateOf(file, path);
  const addon = findAddon();
  const whole = realpathSync(path);
  const mostBytes = mostMemory(file, options);
  const cores = availableParallelism();
  return {
    request: { kind: 'open', path: whole, addon, architecture, chatTemplate, contextTokens, slots, cores },
    commands: llamaCommands({ bubblewrap, addon, path: whole, mostBytes }),
  };
}

function templateOf({ chatTemplate }: GgufFile, path: string): string {
  if (chatTemplate !== null) return chatTemplate;
  throw new Refusal(`${path} has no chat template; use an instruct model, which follows instructions`);
}

/** Bytes for llama.cpp itself, a copy of the weights in another order, and the state of all conversations; never more than there are. */
function mostMemory(file: GgufFile, { path, contextTokens, slots }: LlamaRunnerOptions): number {
  const bytesOfToken = (file.layers ?? 0) * (file.width ?? 0) * STATE_BYTES;
  const conversations = contextTokens * (slots ?? MOST_USUAL_SLOTS) * bytesOfToken;
  return Math.min(totalmem(), OWN_BYTES + 2 * statSync(path).size + conversations);
}
