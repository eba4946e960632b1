import { Refusal } from '../../base/errors.ts';
import type { Solving, SolvingEnd, WaitOptions } from './solving.ts';

export interface SolvingsLimits {
  /** How many are kept at most, those under way counted. */
  readonly most: number;
  /** Seconds after which one that nobody asks for is stopped and forgotten. */
  readonly keepSeconds: number;
}

const LIMITS: SolvingsLimits = { most: 64, keepSeconds: 600 };

interface Kept {
  readonly solving: Solving;
  /** Forgets it after a while. */
  expiry: NodeJS.Timeout | undefined;
  waiting: number;
}

/** The solvings of a server, by handle, the oldest first; bounded in number and in time. */
export class Solvings {
  readonly #limits: SolvingsLimits;
  readonly #kept = new Map<string, Kept>();

  constructor(limits: Partial<SolvingsLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Begins one and keeps it, in place of the oldest that has ended. Throws a Refusal where all are still under way. */
  begin(start: () => Solving): Solving {
    if (this.#kept.size >= this.#limits.most) this.#forgetOldest();
    const solving = start();
    this.#kept.set(solving.handle, { solving, expiry: undefined, waiting: 0 });
    return solving;
  }

  /** The one with this handle. Throws a Refusal where there is none. */
  find(handle: string): Solving {
    const kept = this.#kept.get(handle);
    if (kept !== undefined) return kept.solving;
    throw new Refusal(
      `no task has this handle: it was stopped, or nobody asked for it for ${this.#limits.keepSeconds / 60} minutes; call solve_python_task again`,
    );
  }

  /** Waits for one that is kept; who waits for it keeps it from being forgotten, and one that is aborted is forgotten at once. */
  async wait(solving: Solving, options: WaitOptions): Promise<SolvingEnd | null> {
    const kept = this.#kept.get(solving.handle);
    if (kept !== undefined) this.#hold(kept);
    try {
      return await solving.wait(options);
    } catch (error) {
      this.forget(solving);
      throw error;
    } finally {
      if (kept !== undefined) this.#release(kept);
    }
  }

  /** Stops it where it is under way; its handle is known no more. */
  forget(solving: Solving): void {
    clearTimeout(this.#kept.get(solving.handle)?.expiry);
    this.#kept.delete(solving.handle);
    void solving.stop();
  }

  /** Stops all; resolves once they have ended. */
  async close(): Promise<void> {
    const all = [...this.#kept.values()].map(({ solving }) => solving);
    for (const solving of all) this.forget(solving);
    await Promise.all(all.map((solving) => solving.stop()));
  }

  #hold(kept: Kept): void {
    kept.waiting += 1;
    clearTimeout(kept.expiry);
  }

  #release(kept: Kept): void {
    kept.waiting -= 1;
    const { solving } = kept;
    if (kept.waiting > 0 || !this.#kept.has(solving.handle)) return;
    kept.expiry = setTimeout(() => this.forget(solving), this.#limits.keepSeconds * 1000).unref();
  }

  #forgetOldest(): void {
    const ended = [...this.#kept.values()].find(({ solving, waiting }) => solving.end !== null && waiting === 0);
    if (ended === undefined) {
      throw new Refusal(`${this.#kept.size} tasks are being solved already; wait for one of them, and call again`);
    }
    this.forget(ended.solving);
  }
}
