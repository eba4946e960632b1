import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { tokenCount } from './usage.ts';

export const roleSchema = z.enum(['generator', 'analyzer', 'refiner']);
export type Role = z.infer<typeof roleSchema>;

/** A Message as plain JSON. */
export const messageSchema = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });
export type Message = Immutable<z.infer<typeof messageSchema>>;

export interface Sampling {
  readonly temperature: number;
  /** Cap on new tokens. */
  readonly maxTokens: number;
  readonly seed: number;
}

/** The name of one draw: which answer of which role this is. */
export interface Draw {
  readonly taskId: string;
  readonly repeat: number;
  readonly role: Role;
  /** Number of the Attempt that the answer leads to, from 0. */
  readonly attempt: number;
  /** Which draft of this model in its trial this is, from 0 (0 too where it is none), and how many the trial can draw at most. */
  readonly place: number;
  readonly places: number;
}

export interface CompletionRequest {
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly draw: Draw;
  /** What the answer begins with, as its text does too; models that cannot continue it ignore it. */
  readonly prefill?: string | undefined;
  /** Strings before the first of which the answer ends, the prefill not counted; models that cannot ignore them. */
  readonly stop?: readonly string[] | undefined;
  /** Told of all that is known of the answer while it is written, by models that can; its last characters may still change. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Asked of the text so far while the answer is written; true ends the answer there, with finish reason "cut". */
  readonly isComplete?: ((text: string) => boolean) | undefined;
}

const usage = z.strictObject({
  promptTokens: tokenCount,
  completionTokens: tokenCount,
  /** Present where a number is an estimate, as the server does not say before the end of an answer that was cut. */
  isEstimated: z.literal(true).optional(),
});
export type Usage = Immutable<z.infer<typeof usage>>;

const seconds = z.number().nonnegative();

/** A Completion as plain JSON. */
export const completionSchema = z.strictObject({
  /** The answer without reasoning text. */
  text: z.string(),
  /** `cut`: ended by `isComplete`. */
  finishReason: z.enum(['stop', 'length', 'cut', 'other']),
  /** Null where the server does not say. */
  usage: usage.nullable(),
  /** Wall time of the request that succeeded, without waiting in the queue. */
  seconds,
  /** What the server itself measured, where it says. */
  timings: z.strictObject({ loadSeconds: seconds, promptSeconds: seconds, completionSeconds: seconds }).nullable(),
});

/** One answer of a Model. */
export type Completion = Immutable<z.infer<typeof completionSchema>>;

/** What a recording holds: the number of draws of every task. */
export interface Recording {
  readonly draws: ReadonlyMap<string, number>;
}

/** Anything that answers messages. */
export interface Model {
  /** `provider/name`. */
  readonly name: string;
  /** Present where answers come from a file and not every task has one. */
  readonly recording?: Recording | undefined;
  /** Checks that the model can be asked; throws a Refusal (no such model) or a ModelFault (server down) that says what to do. */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * What besides the request decides the answers, so that they may be kept: the weights by their digest where that can be known, else
   * the server and the name. Without one, or with null, answers are not kept: those of a file are no work to read again.
   */
  identity?(signal?: AbortSignal): Promise<string | null>;
  /** Answers, after retries; throws ModelFault, or the signal's reason when aborted. Never answers with an empty stand-in. */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion>;
}

/** A server (or file store) that can say which models it has. */
export interface ModelServer {
  /** `ollama`, `openai`, `gguf`, `starter`. */
  readonly provider: string;
  /** Or a folder. */
  readonly url: string;
  /** As the configuration calls it; missing where it lists no servers. */
  readonly serverName?: string;
  /** Throws ModelFault where the server does not answer. */
  listModels(signal?: AbortSignal): Promise<readonly ModelListing[]>;
}

/** Of one server that are looked at. */
export const MOST_MODELS = 10_000;

export interface ModelListing {
  /** `provider/name`, as a pipeline addresses it. */
  readonly name: string;
  /** Null where the server does not say. */
  readonly contextTokens: number | null;
  readonly parameters: string | null;
  readonly quantization: string | null;
  /** Of the weights. */
  readonly digest: string | null;
}

/** What the user should know of a server, a line each. */
export interface ServerNotices {
  /** What is being waited for; comes again and again. */
  readonly waiting: (line: string) => void;
  /** What is done otherwise than asked for, and why; comes once. */
  readonly note: (line: string) => void;
}

/** Notices that nobody is told. */
export const SILENT: ServerNotices = { waiting: () => {}, note: () => {} };
