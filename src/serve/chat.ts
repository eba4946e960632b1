import type { Message } from '../models/model.ts';
import type { TestedBy } from '../sandbox/verdict.ts';

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
  /**
   * `passed` and `failed` are of checks that ran, `failed` also of code that does not load; `agreed`: no check, but most drafts behave alike;
   * `loads`: nothing but that; `unchecked`: nothing was run.
   */
  readonly verdict: 'passed' | 'failed' | 'agreed' | 'loads' | 'unchecked';
  readonly pipeline: string;
  readonly attempts: number;
  /** Null where no check came to run. */
  readonly checks: {
    readonly passed: number;
    readonly of: number;
    readonly by: 'tests' | 'examples';
    /** Only what the `judge` says is out of reach of the code. */
    readonly testedBy: TestedBy;
  } | null;
  /** How many drafts do what the answer does on so many inputs; null where drafts were not compared. */
  readonly agreement: { readonly alike: number; readonly of: number; readonly inputs: number } | null;
  /** What failed, in one line; null where nothing did. */
  readonly failure: string | null;
  /** What ended the work before all drafts and repairs were made; null where nothing did. */
  readonly endedEarly: string | null;
  /** Examples of the task that are no checks; 0 where tests are what counts. */
  readonly leftOutExamples: number;
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
