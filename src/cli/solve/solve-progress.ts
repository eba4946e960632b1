import { isDraftStage, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../../runs/event.ts';
import { duration } from '../terminal/progress.ts';

/** Servers say the number at the end only. */
const CHARACTERS_PER_TOKEN = 4;

/** What solve is doing right now, in a few words: `draft 2 of 4: 41 tokens written, 3 s`. */
export class SolveProgress {
  readonly #drafts: number;
  readonly #repairs: number;
  readonly #now: () => number;
  #repaired = 0;
  #what = 'loading';
  #since: number;

  constructor({ stages }: PipelineSpec, now: () => number = () => performance.now()) {
    this.#drafts = stages.reduce((sum, stage) => sum + (isDraftStage(stage) ? stage.drafts : 0), 1);
    this.#repairs = stages.reduce((sum, stage) => sum + (isDraftStage(stage) ? 0 : stage.iterations), 0);
    this.#now = now;
    this.#since = now();
  }

  /** Takes in what has happened. */
  add(event: TrialEvent): void {
    if (event.kind === 'call-started') this.#set(`${this.#move(event)}: waiting for ${event.model}`);
    if (event.kind === 'call-text') {
      // The clock goes on from the beginning of the call.
      this.#what = `${this.#move(event)}: ${Math.ceil(event.text.length / CHARACTERS_PER_TOKEN)} tokens written`;
    }
    if (event.kind === 'call-ended' && event.role !== 'analyzer') this.#set(`${this.#move(event)}: running the code`);
    if (event.kind === 'attempt' && event.attempt.from !== null) this.#repaired += 1;
  }

  /** The text of this moment. */
  text(): string {
    return `${this.#what}, ${duration((this.#now() - this.#since) / 1000)}`;
  }

  #set(what: string): void {
    this.#what = what;
    this.#since = this.#now();
  }

  /** The draft or repair that an answer leads to; drafts are asked for ahead of their turn. */
  #move({ role, attempt }: { readonly role: string; readonly attempt: number }): string {
    if (role === 'generator') return `draft ${attempt - this.#repaired + 1}${of(this.#drafts)}`;
    const repair = `repair ${this.#repaired + 1}${of(this.#repairs)}`;
    return role === 'analyzer' ? `${repair}, analysis` : repair;
  }
}

function of(total: number): string {
  return total > 1 ? ` of ${total}` : '';
}
