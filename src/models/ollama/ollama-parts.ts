import { isRecord } from '../http/http.ts';
import type { AnswerParts } from '../http/stream.ts';

/** The parts of an answer of /api/chat, which has about one for each token. */
export class OllamaParts implements AnswerParts {
  text = '';
  pieces = 0;
  isEnded = false;
  /** An answer that is never done was ended for repeating itself (ollama/ollama#7547). */
  readonly endsSilently = true;
  #thinking = '';
  #last: Record<string, unknown> = {};
  #hasMessage = false;

  take(part: unknown): boolean {
    if (!isRecord(part)) return false;
    this.#last = part;
    if (isRecord(part.message)) this.#takeMessage(part.message);
    this.isEnded = part.done === true;
    return this.isEnded;
  }

  joined(): unknown {
    const message = this.#hasMessage ? { content: this.text, thinking: this.#thinking } : undefined;
    return { ...this.#last, message };
  }

  #takeMessage({ content, thinking }: Record<string, unknown>): void {
    const [text, thought] = [content, thinking].map((part) => (typeof part === 'string' ? part : ''));
    this.#hasMessage = true;
    this.text += text;
    this.#thinking += thought;
    if (text !== '' || thought !== '') this.pieces += 1;
  }
}
