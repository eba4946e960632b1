import type { AnswerEnd } from '../chat.ts';
import type { WireError } from '../wire-error.ts';

/** What is known of a request while it is answered, for the log and the metrics. */
export interface RequestNotes {
  model?: string;
  /** Why a request for a pipeline went to its generator's model; absent where it was solved. */
  plain?: string;
  /** How an answer of ours ended. */
  end?: AnswerEnd;
  /** Of an answer that is sent piece by piece: resolves after the last one, with what broke it off. */
  sent?: Promise<WireError | null>;
  /** Ends the connection to the client, for an answer that breaks off. */
  hangUp?: () => void;
}
