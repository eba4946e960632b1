// Runs in the child.
import { chatTokens, UnwritableConversation } from './chat-tokens.ts';
import type { Continuation, ContinuationRequest } from './decoder.ts';
import type { Token } from './llama-addon.ts';
import { type AnswerEvent, type AskRequest, LONGEST_TEXT } from './llama-messages.ts';
import type { LoadedModel } from './load-gguf.ts';
import { type GrowingText, growText, type Piece } from './token-text.ts';

/** A piece of text costs more than a token of a small model, so that fast tokens go out some at a time. */
const MILLISECONDS_BETWEEN_PIECES = 40;
const LONGEST_SAID = 1000;

/** Answers requests with a loaded model and tells what comes of each. */
export class AnswerHost {
  readonly #loaded: LoadedModel;
  readonly #tell: (event: AnswerEvent) => void;
  readonly #underway = new Map<number, AbortController>();

  constructor(loaded: LoadedModel, tell: (event: AnswerEvent) => void) {
    this.#loaded = loaded;
    this.#tell = tell;
  }

  /** Tells the answer piece by piece and its end; never throws. */
  answer(request: AskRequest): void {
    const { id } = request;
    const controller = new AbortController();
    this.#underway.set(id, controller);
    this.#tellAnswer(request, controller.signal)
      .catch((error: unknown) => this.#tell(whatBroke(id, error, controller.signal)))
      .finally(() => this.#underway.delete(id));
  }

  cancel(id: number): void {
    this.#underway.get(id)?.abort();
  }

  async #tellAnswer({ id, messages, prefill, sampling, isWatched }: AskRequest, signal: AbortSignal): Promise<void> {
    const { model, contextTokens } = this.#loaded;
    const prompt = chatTokens(this.#loaded, messages, prefill);
    this.#tell({ kind: 'written', id, tokens: prompt.length });
    if (prompt.length >= contextTokens) return this.#tell({ kind: 'overflow', id });
    const pieces = new Pieces(growText(model), {
      give: (piece) => this.#tell({ kind: 'text', id, ...piece }),
      milliseconds: isWatched ? 0 : MILLISECONDS_BETWEEN_PIECES,
    });
    const { tokens, reason } = await this.#continue({
      prompt,
      sampling,
      signal,
      onPromptRead: () => this.#tell({ kind: 'read', id }),
      onToken: (token) => pieces.add(token),
    });
    pieces.end();
    this.#tell({ kind: 'end', id, reason, tokens: tokens.length });
  }

  /** Takes the decoder that knows most of the prompt, of as many as greenloop asks at once. */
  async #continue(request: ContinuationRequest): Promise<Continuation> {
    const { decoders } = this.#loaded;
    const shared = decoders.map((decoder) => decoder.sharedTokens(request.prompt));
    const [decoder] = decoders.splice(shared.lastIndexOf(Math.max(...shared)), 1);
    if (decoder === undefined) throw new RangeError('no slot is free');
    try {
      return await decoder.continue(request);
    } finally {
      decoders.push(decoder);
    }
  }
}

function whatBroke(id: number, error: unknown, signal: AbortSignal): AnswerEvent {
  if (signal.aborted) return { kind: 'cancelled', id };
  const kind = error instanceof UnwritableConversation ? 'unwritable' : 'broken';
  return { kind, id, said: String((error as Error).message).slice(0, LONGEST_SAID) };
}

interface PiecesOptions {
  readonly give: (piece: Piece & { readonly tokens: number }) => void;
  /** Between two pieces, at least. */
  readonly milliseconds: number;
}

/** Gives out text while tokens come: at once where they are slow, else some at a time. */
class Pieces {
  readonly #text: GrowingText;
  readonly #options: PiecesOptions;
  #fresh: Token[] = [];
  #tokens = 0;
  #last = performance.now();

  constructor(text: GrowingText, options: PiecesOptions) {
    this.#text = text;
    this.#options = options;
  }

  add(token: Token): void {
    this.#tokens += 1;
    this.#fresh.push(token);
    const now = performance.now();
    if (now - this.#last < this.#options.milliseconds) return;
    this.#last = now;
    this.#giveOut(this.#text.add(this.#fresh.splice(0)));
  }

  end(): void {
    this.#giveOut(this.#text.add(this.#fresh.splice(0)));
    this.#giveOut(this.#text.end());
  }

  #giveOut({ kept, text }: Piece): void {
    for (let at = 0; at < text.length; at += LONGEST_TEXT) {
      this.#options.give({ kept: kept + at, text: text.slice(at, at + LONGEST_TEXT), tokens: this.#tokens });
    }
  }
}
