import type { AnswerEnd, Chat } from '../chat.ts';
import type { WireError } from '../wire-error.ts';

/** A request as a wire reads it. */
export interface WireRequest {
  readonly chat: Chat;
  readonly isStream: boolean;
  /** What else the wire's answer depends on. */
  readonly options: AnswerOptions;
}

export interface AnswerOptions {
  /** True where the client wants to see what the loop does, as reasoning. */
  readonly showsProgress: boolean;
  /** True where a stream of OpenAI's wire is to end with the usage. */
  readonly includesUsage: boolean;
}

/** What an answer is called on the wire. */
export interface AnswerHead {
  /** Letters and digits, unique. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** As the client named it. */
  readonly model: string;
  readonly options: AnswerOptions;
}

/** A whole answer. */
export interface WholeAnswer {
  readonly text: string;
  readonly progress: readonly string[];
  /** The part that says what was verified is left out where the client does not want it. */
  readonly end: AnswerEnd;
}

/** Writes an answer piece by piece; each method gives what to send, which may be nothing. */
export interface AnswerWriter {
  begin(): string;
  progress(line: string): string;
  text(part: string): string;
  end(end: AnswerEnd): string;
  /** What to send where it breaks in the middle. */
  fail(error: WireError): string;
  /** Sent in silent phases, so that nobody in between gives up. */
  readonly keepAlive: string;
}

/** A protocol in which clients ask and are answered; no more than reading and writing it. */
export interface Wire {
  readonly name: 'openai-chat' | 'ollama-chat' | 'ollama-generate' | 'openai-responses' | 'anthropic';
  readonly path: string;
  readonly streamType: 'text/event-stream' | 'application/x-ndjson';
  /** Reads the parsed JSON of a request; throws WireError where its meaning cannot be kept. */
  read(body: unknown): WireRequest;
  /** The JSON of an answer that is not streamed. */
  whole(head: AnswerHead, answer: WholeAnswer): object;
  writer(head: AnswerHead): AnswerWriter;
  /** The JSON of an error. */
  error(error: WireError): object;
}
