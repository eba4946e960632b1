import type { Message } from './model.ts';

/** As is usual for code and English. */
const USUAL_CHARACTERS = 4;

/** Guesses how many tokens a model reads in a conversation, by what its server counted in earlier ones. */
export class TokenEstimate {
  #characters = 0;
  #tokens = 0;

  /** Learns from a conversation whose tokens the server counted. */
  learn(messages: readonly Message[], tokens: number): void {
    if (tokens === 0) return;
    this.#characters += lengthOf(messages);
    this.#tokens += tokens;
  }

  /** At four characters a token before anything was learnt. */
  tokensOf(messages: readonly Message[]): number {
    const characters = this.#tokens === 0 ? USUAL_CHARACTERS : this.#characters / this.#tokens;
    return Math.ceil(lengthOf(messages) / Math.max(characters, 1));
  }
}

function lengthOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}
