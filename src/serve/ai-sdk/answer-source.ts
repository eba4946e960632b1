import type { AnswerEvent, Chat } from '../chat.ts';

/** What a call of the AI SDK asks for. */
export interface Asked extends Pick<Chat, 'messages' | 'sampling'> {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** Asks a pipeline, wherever it runs; resolves once it is answering, and throws the signal's reason when aborted. */
export type AnswerSource = (asked: Asked) => Promise<AsyncIterable<AnswerEvent>>;
