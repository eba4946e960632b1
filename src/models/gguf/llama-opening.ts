import type { Refusal } from '../../base/errors.ts';
import {
  type LlamaEvent,
  MOST_USUAL_SLOTS,
  type OpenRequest,
  type ReadyEvent,
  STAGES,
  type Stage,
} from './child/llama-messages.ts';
import { loadRefusal } from './llama-faults.ts';
import type { LlamaPatience } from './llama-patience.ts';

/** What came of opening a file. */
type Opened = { readonly ready: ReadyEvent } | { readonly refusal: Refusal };

/** What is waited for at each point. */
const waits: Readonly<Record<'spawning' | Stage, keyof LlamaPatience>> = {
  spawning: 'start',
  started: 'start',
  engine: 'template',
  template: 'load',
  weights: 'template',
};

/** The opening of a file as its events make it: checks that they come in order, and gives what comes of them. */
export class LlamaOpening {
  readonly #request: OpenRequest;
  #stages = 0;

  constructor(request: OpenRequest) {
    this.#request = request;
  }

  /** What the child is about. */
  get doing(): 'spawning' | Stage {
    return STAGES[this.#stages - 1] ?? 'spawning';
  }

  /** Seconds in which the next event has to come. */
  secondsAllowed(patience: LlamaPatience): number {
    return patience[waits[this.doing]];
  }

  /** What came of it where the event ends it; null where it goes on; `foreign` where no such event can come now. */
  take(event: LlamaEvent): Opened | null | 'foreign' {
    if (event.kind === 'stage') {
      if (event.stage !== STAGES[this.#stages]) return 'foreign';
      this.#stages += 1;
      return null;
    }
    if (event.kind === 'refused') return { refusal: loadRefusal(event.what, this.#request.path, event.said) };
    return event.kind === 'ready' && this.#isFitting(event) ? { ready: event } : 'foreign';
  }

  #isFitting({ slots, contextTokens }: ReadyEvent): boolean {
    const mostSlots = this.#request.slots ?? MOST_USUAL_SLOTS;
    return this.#stages === STAGES.length && slots <= mostSlots && contextTokens <= this.#request.contextTokens;
  }
}
