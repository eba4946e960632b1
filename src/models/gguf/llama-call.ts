import type { Message, Sampling } from '../model.ts';
import type { AnswerEvent } from './child/llama-messages.ts';

/** One request, and who hears of it while it is answered. */
export interface Question {
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** What the answer begins with; no part of its text here. */
  readonly prefill?: string | undefined;
  /** Called when the model has read the conversation. */
  readonly onRead?: (() => void) | undefined;
  /** Called with all that is known of the answer whenever more is; its last characters may still change. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Asked of the text after each token; true ends the answer there. */
  readonly isComplete?: ((text: string) => boolean) | undefined;
}

/** What came of a request. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly text: string;
      /** `cut`: by the question's `isComplete`. */
      readonly reason: 'end' | 'length' | 'cut';
      readonly promptTokens: number;
      readonly completionTokens: number;
    }
  /** The conversation does not fit: before the answer, or with it. */
  | { readonly kind: 'overflow'; readonly promptTokens: number; readonly isInAnswer: boolean }
  | { readonly kind: 'unwritable'; readonly said: string }
  | { readonly kind: 'broken'; readonly said: string }
  | { readonly kind: 'cancelled' };

/** The outcome where an event ends a call; null where it goes on; `enough` where the child is to end it; `foreign` where no such event can come now. */
type Step = Outcome | null | 'enough' | 'foreign';

export type CallPhase = 'writing' | 'reading' | 'answering';

/** UTF-16 units that no answer has. */
const LONGEST_ANSWER = 1 << 26;
/** Events of one answer besides one for each of its tokens: long pieces of text are several. */
const SPARE_EVENTS = 4096;

/** One request as its events make it: checks that they can belong to it, and gives what comes of them. */
export class LlamaCall {
  readonly #question: Question;
  #phase: CallPhase = 'writing';
  #promptTokens = 0;
  #text = '';
  #events = 0;
  #cut: Outcome | null = null;

  constructor(question: Question) {
    this.#question = question;
  }

  get phase(): CallPhase {
    return this.#phase;
  }

  take(event: AnswerEvent): Step {
    this.#events += 1;
    if (this.#events > this.#question.sampling.maxTokens + SPARE_EVENTS) return 'foreign';
    if (this.#cut !== null) return event.kind === 'text' ? null : this.#cut;
    if (event.kind === 'cancelled' || event.kind === 'broken') return event;
    if (this.#phase === 'writing') return this.#takeWriting(event);
    return this.#phase === 'reading' ? this.#takeReading(event) : this.#takeAnswering(event);
  }

  #takeWriting(event: AnswerEvent): Step {
    if (event.kind === 'unwritable') return event;
    if (event.kind !== 'written') return 'foreign';
    this.#promptTokens = event.tokens;
    this.#phase = 'reading';
    return null;
  }

  #takeReading(event: AnswerEvent): Step {
    if (event.kind === 'overflow') return { kind: 'overflow', promptTokens: this.#promptTokens, isInAnswer: false };
    if (event.kind !== 'read') return 'foreign';
    this.#phase = 'answering';
    this.#question.onRead?.();
    return null;
  }

  #takeAnswering(event: AnswerEvent): Step {
    if (event.kind === 'text') return this.#takeText(event);
    if (event.kind !== 'end' || event.tokens > this.#question.sampling.maxTokens) return 'foreign';
    const { reason, tokens } = event;
    if (reason === 'full') return { kind: 'overflow', promptTokens: this.#promptTokens, isInAnswer: true };
    return { ...this.#answer(tokens), reason };
  }

  #takeText({ kept, text, tokens }: AnswerEvent & { kind: 'text' }): Step {
    if (kept > this.#text.length || kept + text.length > LONGEST_ANSWER) return 'foreign';
    const { sampling, onText, isComplete } = this.#question;
    if (tokens > sampling.maxTokens) return 'foreign';
    this.#text = this.#text.slice(0, kept) + text;
    onText?.(this.#text);
    if (!isComplete?.(this.#text)) return null;
    this.#cut = { ...this.#answer(tokens), reason: 'cut' };
    return 'enough';
  }

  #answer(completionTokens: number) {
    return { kind: 'answer', text: this.#text, promptTokens: this.#promptTokens, completionTokens } as const;
  }
}
