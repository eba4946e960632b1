import type { Message, Sampling } from '../../model.ts';
import type { SystemText } from './chat-tokens.ts';

/** What the child is told first: the file to open, and how. */
export interface OpenRequest {
  readonly kind: 'open';
  /** Of the GGUF file, absolute. */
  readonly path: string;
  /** Of `llama-addon.node`. */
  readonly addon: string;
  readonly architecture: string;
  readonly chatTemplate: string;
  readonly contextTokens: number;
  readonly slots: number | null;
  readonly cores: number;
}

/** Asks for one answer; at most as many at once as there are slots. */
export interface AskRequest {
  readonly kind: 'ask';
  readonly id: number;
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** True where the text after each token is wanted, as the answer may be ended at any. */
  readonly isWatched: boolean;
  /** What the answer begins with; no part of the text that is told. */
  readonly prefill: string;
}

/** Ends an answer after the step under way. */
interface CancelRequest {
  readonly kind: 'cancel';
  readonly id: number;
}

/** What greenloop writes to the child, a line of JSON each. */
export type LlamaRequest = OpenRequest | AskRequest | CancelRequest;

/** How far the child has come before it is ready, in this order. */
export const STAGES = ['started', 'engine', 'template', 'weights'] as const;
export type Stage = (typeof STAGES)[number];

/** What can be wrong with a file, as llama.cpp sees it. */
export const LOAD_FAILURES = ['engine', 'architecture', 'template', 'weights', 'context'] as const;
export type LoadFailureKind = (typeof LOAD_FAILURES)[number];

/** What llama.cpp made of a file. */
export interface ReadyEvent {
  readonly kind: 'ready';
  readonly slots: number;
  /** Of one conversation. */
  readonly contextTokens: number;
  readonly systemText: SystemText;
}

/** What the child says of one request. */
export type AnswerEvent =
  /** The conversation is written, in so many tokens; none where the template refuses it. */
  | { readonly kind: 'written'; readonly id: number; readonly tokens: number }
  | { readonly kind: 'unwritable'; readonly id: number; readonly said: string }
  /** The conversation has been read by the model. */
  | { readonly kind: 'read'; readonly id: number }
  /** The answer is, after so many tokens, the first `kept` characters of what it was and this text. */
  | {
      readonly kind: 'text';
      readonly id: number;
      readonly kept: number;
      readonly text: string;
      readonly tokens: number;
    }
  | {
      readonly kind: 'end';
      readonly id: number;
      readonly reason: 'end' | 'length' | 'full';
      readonly tokens: number;
    }
  /** The context has no room for an answer. */
  | { readonly kind: 'overflow'; readonly id: number }
  | { readonly kind: 'cancelled'; readonly id: number }
  /** llama.cpp could not go on. */
  | { readonly kind: 'broken'; readonly id: number; readonly said: string };

/** What the child writes to greenloop, a line of JSON each. */
export type LlamaEvent =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'refused'; readonly what: LoadFailureKind; readonly said: string }
  | ReadyEvent
  | AnswerEvent;

/** Descriptors of the child besides standard input (requests) and error: events go out of one; the other closes when greenloop ends. */
export const EVENTS_DESCRIPTOR = 3;
export const LIFELINE_DESCRIPTOR = 4;
/** UTF-16 units of text in one event; longer text is several events. */
export const LONGEST_TEXT = 16_384;
/** Slots of a small model where none are asked for. */
export const MOST_USUAL_SLOTS = 4;
