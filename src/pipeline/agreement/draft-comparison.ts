import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import type { Agreement } from '../trace.ts';
import type { Behaviour } from './behaviour.ts';
import { groupByBehaviour } from './group-by-behaviour.ts';
import { isDecided } from './is-decided.ts';
import { observe } from './observe.ts';
import { type Probes, probesFor } from './probes.ts';

interface ComparisonServices {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** The programs of one trial, compared by what they do on the same inputs. */
export class DraftComparison {
  readonly #prompt: TaskPrompt;
  readonly #services: ComparisonServices;
  readonly #programs: string[] = [];
  readonly #known = new Map<string, Behaviour>();
  #probes: Probes | null = null;
  #seconds = 0;
  #result: Agreement | null = null;

  constructor(prompt: TaskPrompt, services: ComparisonServices) {
    this.#prompt = prompt;
    this.#services = services;
  }

  /** Runs a program on the inputs; without any, those of an earlier one too as soon as something says on which. */
  async add(code: string): Promise<void> {
    this.#programs.push(code);
    this.#probes ??= probesFor(this.#prompt, this.#programs, this.#services.seed);
    if (this.#probes === null) return;
    for (const program of this.#programs) if (!this.#known.has(program)) await this.#observe(program, this.#probes);
    const { calls, given } = this.#probes;
    const groups = groupByBehaviour(
      this.#programs.map((one) => this.#known.get(one) ?? null),
      given,
    );
    this.#result = { inputs: calls.length, groups, seconds: this.#seconds };
  }

  /** Who behaves like whom; null where nothing said on which inputs to compare. */
  get result(): Agreement | null {
    return this.#result;
  }

  /** Whether the largest group among some programs most likely stays it, whatever `left` further ones do. */
  isDecided(among: readonly number[], left: number, confidence: number): boolean {
    const groups = this.result?.groups ?? [];
    const sizes = groups.map((group) => group.filter((index) => among.includes(index)).length);
    return isDecided(
      sizes.filter((size) => size > 0).sort((one, other) => other - one),
      left,
      confidence,
    );
  }

  async #observe(code: string, probes: Probes): Promise<void> {
    const { behaviour, seconds } = await observe(code, this.#prompt, probes, this.#services);
    this.#known.set(code, behaviour);
    this.#seconds += seconds;
  }
}
