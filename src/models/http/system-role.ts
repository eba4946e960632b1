import type { Message } from '../model.ts';
import { foldSystemText, hasSystemText } from '../system-text.ts';
import { meaningOf } from './server-error.ts';

/** How a model behind a server is told the system text: as a message, until the server refuses that. */
export class SystemRole {
  readonly #onFold: () => void;
  #isRefused = false;

  /** `onFold` is called once, when the system text was first folded into the first user message. */
  constructor(onFold: () => void) {
    this.#onFold = onFold;
  }

  /** Sends the conversation; where the server refuses the system role, again without it, and so from then on. */
  async send<T>(messages: readonly Message[], ask: (messages: readonly Message[]) => Promise<T>): Promise<T> {
    if (this.#isRefused) return ask(foldSystemText(messages));
    try {
      return await ask(messages);
    } catch (error) {
      if (meaningOf(error) !== 'no-system-role' || !hasSystemText(messages)) throw error;
    }
    const answer = await ask(foldSystemText(messages));
    if (!this.#isRefused) this.#onFold();
    this.#isRefused = true;
    return answer;
  }
}
