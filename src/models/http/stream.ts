import { ModelFault } from '../../base/errors.ts';
import type { AnswerWatch } from '../answer-watch.ts';
import {
  HttpFailure,
  isRecord,
  type JsonAnswer,
  type JsonRequest,
  readAnswer,
  send,
  toAnswer,
  toFault,
  tooLarge,
  USUAL_MOST_BYTES,
  withinTimeout,
} from './http.ts';
import { LineReader } from './line-reader.ts';
import { isErrorBody } from './server-error.ts';

/** An answer of which a server sends one part after the other. */
export interface AnswerParts {
  /** The text so far, with its reasoning where that stands in the text. */
  readonly text: string;
  /** Parts with something that the model wrote, as many as it has tokens or about so. */
  readonly pieces: number;
  /** True where the server has said that the text ends here. */
  readonly isEnded: boolean;
  /** True for a server that may end an answer without saying so. */
  readonly endsSilently: boolean;
  /** Takes the next part; true where it is the last. */
  take(part: unknown): boolean;
  /** All parts in one, as the server answers where it does not stream. */
  joined(): unknown;
}

/** How an answer came. */
export interface StreamedAnswer extends JsonAnswer {
  /** `parts`: one after the other; `cut`: likewise, until the watch ended it; `whole`: the server did not stream. */
  readonly came: 'parts' | 'cut' | 'whole';
}

/** Of all parts together, each of which says more than its text. */
const MOST_STREAM_BYTES = 4 * USUAL_MOST_BYTES;
/** Lines of server-sent events that say nothing of the answer, and comments. */
const NO_DATA = /^(?::|(?:event|id|retry):)/;
const DATA = /^(data|error): ?/;
const LAST = '[DONE]';

/**
 * Sends a request whose answer comes as JSON lines or as server-sent events, and tells the watch of its text; where that has
 * enough, the connection is closed, by which servers know that nobody wants more. Throws what requestAnswer throws; an error in the middle of an
 * answer is one of the status that it names, else 500.
 */
export async function requestStream(
  request: JsonRequest,
  parts: AnswerParts,
  watch: AnswerWatch,
  signal?: AbortSignal,
): Promise<StreamedAnswer> {
  return withinTimeout(request, (signal) => receive(request, parts, watch, signal), signal);
}

async function receive(
  request: JsonRequest,
  parts: AnswerParts,
  watch: AnswerWatch,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  const response = await send(request, signal);
  if (isOneValue(response)) return wholeAnswer(await readAnswer(response, request), parts, watch);
  const reception = new Reception({ request, response, parts, watch });
  const lines = new LineReader();
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    for (const line of lines.take(chunk)) {
      const answer = reception.take(line);
      if (answer !== null) return answer;
    }
    if (lines.pendingBytes > USUAL_MOST_BYTES) throw tooLarge(request, USUAL_MOST_BYTES);
    if (bytes > MOST_STREAM_BYTES) throw tooLarge(request, MOST_STREAM_BYTES);
  }
  return reception.take(lines.rest()) ?? reception.end();
}

function isOneValue({ headers }: Response): boolean {
  return /^application\/json\b/i.test(headers.get('content-type') ?? '');
}

function isStream({ headers }: Response): boolean {
  return /event-stream|ndjson|json-?lines|json-seq/i.test(headers.get('content-type') ?? '');
}

function wholeAnswer(answer: JsonAnswer, parts: AnswerParts, watch: AnswerWatch): StreamedAnswer {
  parts.take(answer.value);
  if (parts.text !== '') watch(parts.text);
  return { ...answer, came: 'whole' };
}

interface ReceptionOptions {
  readonly request: JsonRequest;
  readonly response: Response;
  readonly parts: AnswerParts;
  readonly watch: AnswerWatch;
}

/** Makes an answer of the lines of one response. */
class Reception {
  readonly #options: ReceptionOptions;
  #last: JsonAnswer | null = null;
  #parts = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** The answer where this line ends it, else null. */
  take(line: string): StreamedAnswer | null {
    const text = line.trim();
    if (text === '' || NO_DATA.test(text)) return null;
    const data = text.replace(DATA, '').trim();
    if (data === LAST) return this.#joined('parts');
    const { request, response } = this.#options;
    this.#last = toAnswer(data, response, request);
    return this.#isError(text) ? this.#broken(this.#last) : this.#takePart(this.#last.value);
  }

  /** The answer where the response has ended; throws where that was too early. */
  end(): StreamedAnswer {
    const { request, parts } = this.#options;
    const isWhole = parts.pieces === 0 || parts.isEnded || parts.endsSilently;
    if (isWhole) return this.#joined(this.#parts === 1 ? 'whole' : 'parts');
    const message = `${request.url} ended its answer before it was complete; ${request.advice}`;
    throw new ModelFault('unreachable', message, { isTransient: true });
  }

  #takePart(part: unknown): StreamedAnswer | null {
    const { parts, watch } = this.#options;
    this.#parts += 1;
    const { text } = parts;
    const isLast = parts.take(part);
    const isEnough = parts.text !== text && watch(parts.text);
    if (isLast) return this.#joined(this.#parts === 1 ? 'whole' : 'parts');
    return isEnough && !parts.isEnded ? this.#joined('cut') : null;
  }

  #isError(line: string): boolean {
    const value = this.#last?.value;
    return line.startsWith('error:') || isErrorBody(value) || (isRecord(value) && value.error != null);
  }

  /** An error is no part of a stream where the server does not call its answer one. */
  #broken(answer: JsonAnswer): StreamedAnswer {
    const { request, response } = this.#options;
    const { headers } = response;
    if (!isStream(response)) return { ...answer, came: 'whole' };
    throw toFault(request, new HttpFailure({ status: statusIn(answer.value), headers }, answer.text));
  }

  #joined(came: StreamedAnswer['came']): StreamedAnswer {
    const { request, response, parts } = this.#options;
    const last = this.#last ?? toAnswer('', response, request);
    return { ...last, value: parts.joined(), came };
  }
}

/** The error status that an error names. */
function statusIn(value: unknown): number {
  const error = isRecord(value) && isRecord(value.error) ? value.error : value;
  const code = isRecord(error) ? Number(error.code ?? error.status) : Number.NaN;
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : 500;
}
