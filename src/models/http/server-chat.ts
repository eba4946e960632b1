import { LONGEST_ANSWER, limitAnswer } from '../../base/limit-text.ts';
import type { Completion, Message, ServerNotices } from '../model.ts';
import { TokenEstimate } from '../token-estimate.ts';
import { LoadingWait } from './loading-wait.ts';
import { type RetryPolicy, retry, type ServerHealth } from './retry.ts';
import type { StreamedAnswer } from './stream.ts';
import { SystemRole } from './system-role.ts';

interface ServerChatOptions {
  /** `provider/name`. */
  readonly model: string;
  readonly url: string;
  readonly retry: RetryPolicy;
  /** Shared by all that ask the same server; without it the model waits alone. */
  readonly loading?: LoadingWait | undefined;
  readonly notices: ServerNotices;
  /** A clock in seconds. */
  readonly now: () => number;
}

/** An answer without the time that it took. */
type Answer = Omit<Completion, 'seconds'>;

/** How an answer came. */
interface Streamed {
  readonly came: StreamedAnswer['came'];
  /** Parts with something that the model wrote. */
  readonly pieces: number;
  /** What was asked. */
  readonly messages: readonly Message[];
}

/** Sends the requests of one model to its server, again where that helps, and tells the user once what is done otherwise than asked for. */
export class ServerChat {
  readonly loading: LoadingWait;
  readonly #options: ServerChatOptions;
  readonly #health: ServerHealth = { isGivenUp: false };
  readonly #system: SystemRole;
  readonly #estimate = new TokenEstimate();
  #isCapTold = false;
  #isLimitTold = false;

  constructor(options: ServerChatOptions) {
    const { model, url, retry: policy, notices, now } = options;
    this.#options = options;
    this.loading = options.loading ?? new LoadingWait({ url, policy, now, onWait: notices.waiting });
    this.#system = new SystemRole(() =>
      notices.note(`${model} at ${url} refuses system messages: their text goes into the first user message`),
    );
  }

  /** Asks until there is an answer: waits while the model is loading, folds the system text where it is refused, and retries after faults that pass. */
  async send(
    messages: readonly Message[],
    ask: (messages: readonly Message[]) => Promise<Completion>,
    signal?: AbortSignal,
  ): Promise<Completion> {
    const attempt = () => this.#system.send(messages, ask);
    return this.#limited(
      await retry(() => this.loading.through(attempt, signal), this.#options.retry, signal, this.#health),
    );
  }

  /** The completion in an answer that came in pieces: one that was cut says so, and where the server counts nothing each piece is a token. */
  streamed(answer: Answer, { came, pieces, messages }: Streamed): Answer {
    if (answer.usage !== null) this.#estimate.learn(messages, answer.usage.promptTokens);
    if (came === 'whole') return answer;
    const promptTokens = this.#estimate.tokensOf(messages);
    const usage = answer.usage ?? { promptTokens, completionTokens: pieces, isEstimated: true };
    return { ...answer, usage, finishReason: came === 'cut' ? 'cut' : answer.finishReason };
  }

  #limited(completion: Completion): Completion {
    const { text } = completion;
    if (text.length <= LONGEST_ANSWER) return completion;
    const { model, url, notices } = this.#options;
    if (!this.#isLimitTold) {
      notices.note(`${model} at ${url} gave an answer of ${text.length} characters; greenloop keeps ${LONGEST_ANSWER}`);
    }
    this.#isLimitTold = true;
    return { ...completion, text: limitAnswer(text) };
  }

  /** Tells the user that an answer was cut by a limit of the server's own. */
  tellCap(tokens: number, wanted: number): void {
    if (this.#isCapTold) return;
    this.#isCapTold = true;
    const { model, url, notices } = this.#options;
    notices.note(
      `${url} caps the answers of ${model} at ${tokens} tokens, below the ${wanted} requested; raise the server's limit`,
    );
  }
}
