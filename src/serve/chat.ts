import type { Message } from '../models/model.ts';

/** What a client asks for, whichever wire it speaks. */
export interface Chat {
  /** As the client names it: a pipeline of the server (`greenloop/NAME`), or a model of a server behind it. */
  readonly model: string;
  /** In order, at least one; all that is no text was left out or refused before. */
  readonly messages: readonly Message[];
  /** True where the client offers tools, or the conversation holds calls of tools. */
  readonly hasTools: boolean;
  readonly sampling: ChatSampling;
}

/** What a client says of sampling; what it leaves out is the pipeline's. */
export interface ChatSampling {
  readonly temperature?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly stop?: readonly string[] | undefined;
}

/** What is known of an answer besides its text: what was run, and what came of it. */
export interface Proof {
  /** `passed` and `failed` are of checks that ran; `agreed`: no check, but drafts that behave alike; `loads`: nothing but that. */
  readonly verdict: 'passed' | 'failed' | 'agreed' | 'loads' | 'unchecked';
  readonly pipeline: string;
  readonly attempts: number;
  readonly checks: { readonly passed: number; readonly of: number; readonly by: 'tests' | 'examples' } | null;
  readonly agreement: { readonly alike: number; readonly of: number } | null;
  readonly cost: {
    readonly calls: number;
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly seconds: number;
  };
}

/** What happens while a chat is answered, in order; `ended` is the last. */
export type AnswerEvent =
  /** A line of what the loop does, for a channel of reasoning. */
  | { readonly kind: 'progress'; readonly text: string }
  /** A part of the answer's text. */
  | { readonly kind: 'text'; readonly text: string }
  | AnswerEnd;

export interface AnswerEnd {
  readonly kind: 'ended';
  readonly finish: 'stop' | 'length';
  /** Of all calls that the answer took. */
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number };
  /** Null of a plain call, which verified nothing. */
  readonly proof: Proof | null;
}
