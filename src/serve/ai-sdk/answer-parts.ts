import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { readableOf } from '../../base/readable.ts';
import type { AnswerEnd, AnswerEvent } from '../chat.ts';

/** How a call ended, as the AI SDK has it. */
interface CallEnd {
  readonly finishReason: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
  readonly providerMetadata?: NonNullable<LanguageModelV4GenerateResult['providerMetadata']>;
}

/** The whole answer: what the loop did as reasoning, then the text. */
export async function generatedOf(
  events: AsyncIterable<AnswerEvent>,
): Promise<Omit<LanguageModelV4GenerateResult, 'warnings'>> {
  const progress: string[] = [];
  let text = '';
  for await (const event of events) {
    if (event.kind === 'progress') progress.push(event.text);
    else if (event.kind === 'text') text += event.text;
    else return { content: contentOf(progress, text), ...endOf(event) };
  }
  throw new TypeError('an answer did not end');
}

function contentOf(progress: readonly string[], text: string): LanguageModelV4Content[] {
  const reasoning = { type: 'reasoning' as const, text: progress.join('\n') };
  return [...(progress.length === 0 ? [] : [reasoning]), { type: 'text', text }];
}

function endOf({ finish, usage, proof }: AnswerEnd): CallEnd {
  const { promptTokens, completionTokens } = usage;
  return {
    finishReason: { unified: finish, raw: finish },
    usage: {
      inputTokens: { total: promptTokens, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: completionTokens, text: undefined, reasoning: undefined },
    },
    ...(proof !== null && { providerMetadata: { greenloop: { ...proof } } }),
  };
}

interface StreamOptions {
  readonly warnings: SharedV4Warning[];
  readonly signal: AbortSignal;
  /** Ends the work where nobody reads any more. */
  readonly leave: () => void;
}

/** The answer part by part; an error in the middle is a part of its own. */
export function streamOf(
  events: AsyncIterable<AnswerEvent>,
  { warnings, signal, leave }: StreamOptions,
): ReadableStream<LanguageModelV4StreamPart> {
  return readableOf(partsOf(events, warnings, signal), leave);
}

async function* partsOf(
  events: AsyncIterable<AnswerEvent>,
  warnings: SharedV4Warning[],
  signal: AbortSignal,
): AsyncGenerator<LanguageModelV4StreamPart> {
  yield { type: 'stream-start', warnings };
  const block = new Block();
  try {
    for await (const event of events) {
      if (event.kind === 'progress') yield* block.write('reasoning', `${event.text}\n`);
      else if (event.kind === 'text') yield* block.write('text', event.text);
      else {
        yield* block.close();
        yield { type: 'finish', ...endOf(event) };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    yield { type: 'error', error };
  }
}

/** The block of reasoning or text that is being written. */
class Block {
  #open: 'reasoning' | 'text' | null = null;
  #count = 0;

  *write(kind: 'reasoning' | 'text', delta: string): Generator<LanguageModelV4StreamPart> {
    if (this.#open !== kind) {
      yield* this.close();
      this.#open = kind;
      this.#count += 1;
      yield { type: `${kind}-start`, id: this.#id };
    }
    yield { type: `${kind}-delta`, id: this.#id, delta };
  }

  *close(): Generator<LanguageModelV4StreamPart> {
    if (this.#open !== null) yield { type: `${this.#open}-end`, id: this.#id };
    this.#open = null;
  }

  get #id(): string {
    return `${this.#count}`;
  }
}
