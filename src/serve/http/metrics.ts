import type { AnswerEnd } from '../chat.ts';

/** Upper ends of the bins of seconds. */
const BINS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** What a request came to. */
export interface Served {
  readonly wire: string;
  readonly status: number;
  readonly seconds: number;
  /** Null where no pipeline was asked, or nothing was answered. */
  readonly verdict: string | null;
  /** Not known where a server behind answered itself. */
  readonly usage: AnswerEnd['usage'] | undefined;
}

/** Counts what was served, as text for Prometheus. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #verdicts = new Map<string, number>();
  readonly #bins = BINS.map(() => 0);
  #count = 0;
  #seconds = 0;
  readonly #tokens = { prompt: 0, completion: 0 };

  add({ wire, status, seconds, verdict, usage }: Served): void {
    add(this.#requests, `wire="${wire}",status="${status}"`);
    this.#count += 1;
    this.#seconds += seconds;
    BINS.forEach((most, place) => {
      if (seconds <= most) this.#bins[place] = (this.#bins[place] ?? 0) + 1;
    });
    this.#tokens.prompt += usage?.promptTokens ?? 0;
    this.#tokens.completion += usage?.completionTokens ?? 0;
    if (verdict !== null) add(this.#verdicts, `verdict="${verdict}"`);
  }

  /** Prometheus' text format. */
  text({ running, waiting }: { readonly running: number; readonly waiting: number }): string {
    const labelled = (name: string, counts: ReadonlyMap<string, number>) =>
      [...counts].map(([labels, value]) => `${name}{${labels}} ${value}`);
    const bins = BINS.map((most, place) => `greenloop_request_seconds_bucket{le="${most}"} ${this.#bins[place]}`);
    return `${[
      '# TYPE greenloop_requests_total counter',
      ...labelled('greenloop_requests_total', this.#requests),
      '# TYPE greenloop_answers_total counter',
      ...labelled('greenloop_answers_total', this.#verdicts),
      '# TYPE greenloop_tokens_total counter',
      `greenloop_tokens_total{kind="prompt"} ${this.#tokens.prompt}`,
      `greenloop_tokens_total{kind="completion"} ${this.#tokens.completion}`,
      '# TYPE greenloop_request_seconds histogram',
      ...bins,
      `greenloop_request_seconds_bucket{le="+Inf"} ${this.#count}`,
      `greenloop_request_seconds_sum ${this.#seconds.toFixed(3)}`,
      `greenloop_request_seconds_count ${this.#count}`,
      '# TYPE greenloop_requests_running gauge',
      `greenloop_requests_running ${running}`,
      '# TYPE greenloop_requests_waiting gauge',
      `greenloop_requests_waiting ${waiting}`,
    ].join('\n')}\n`;
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
