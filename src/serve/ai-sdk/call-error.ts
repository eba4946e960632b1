import { GreenloopError } from '../../base/errors.ts';

export interface CallErrorOptions extends ErrorOptions {
  readonly url: string;
  readonly body: object;
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly isRetryable: boolean;
}

const MARKERS = ['vercel.ai.error', 'vercel.ai.error.AI_APICallError'].map((marker) => Symbol.for(marker));

/** A call that a server refused or broke off. The AI SDK takes it for an APICallError, by the marks that it looks for, and tries again where that helps. */
export class CallError extends GreenloopError {
  readonly url: string;
  readonly requestBodyValues: object;
  readonly statusCode: number | undefined;
  readonly responseHeaders: Readonly<Record<string, string>> | undefined;
  readonly responseBody: string | undefined;
  readonly isRetryable: boolean;

  constructor(message: string, options: CallErrorOptions) {
    super(message, options);
    this.url = options.url;
    this.requestBodyValues = options.body;
    this.statusCode = options.statusCode;
    this.responseHeaders = options.responseHeaders;
    this.responseBody = options.responseBody;
    this.isRetryable = options.isRetryable;
    for (const marker of MARKERS) Object.defineProperty(this, marker, { value: true });
  }
}
