import { type Comparison, compareWithFirst } from '../analysis/comparison.ts';
import { type PipelineSummary, summarizePipeline } from '../analysis/summary.ts';
import { Refusal } from '../base/errors.ts';
import { refuseFault } from '../evolve/arena.ts';
import { FEWEST_TASKS, guessDifficulty, splitTasks } from '../evolve/split.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { TrialSettings } from '../runs/run-trial.ts';
import type { RunServices } from '../runs/services.ts';
import { runTrials } from '../runs/start-run.ts';
import { factsOf, type TrialFacts } from '../runs/trial-facts.ts';
import { Random } from '../statistics/random.ts';
import type { Task } from '../tasks/task.ts';
import { richPipelines, soloPipelines, type TuneFeedback } from './candidates.ts';
import { Race, type Standing } from './race.ts';

/** What to choose from, and how long that may take. */
export interface TuneRequest extends TrialSettings {
  /** `provider/name` of each. */
  readonly models: readonly string[];
  readonly feedback: TuneFeedback;
  /** Wall time for all of it; a round that has begun is ended. */
  readonly seconds: number;
}

/** A part of tuning: the models alone, then pipelines of the best of them, then the best on tasks that chose nothing. */
export type TunePart = 'models alone' | 'redraws and repairs' | 'held-out tasks';

/** What tuning tells while it is at work. */
export interface TuneWatch {
  readonly onPart: (part: TunePart, candidates: readonly PipelineSpec[]) => void;
  readonly onTrial: (part: TunePart) => void;
  /** After each round. */
  readonly onStandings: (part: TunePart, standings: readonly Standing[]) => void;
}

/** What was chosen, and what it is worth on tasks that did not choose it. */
export interface Tuning {
  /** What led while choosing, where it leads on the held-out tasks too; else the best model alone. */
  readonly best: PipelineSpec;
  /** The best model alone. */
  readonly alone: PipelineSpec;
  /** All that was tried, the best first. */
  readonly standings: readonly Standing[];
  readonly heldOutTasks: number;
  /** Of the model alone, then of what led while choosing where that is another. */
  readonly heldOut: readonly PipelineSummary[];
  /** What led while choosing against the model alone; null where they are one. */
  readonly comparison: Comparison | null;
  readonly seconds: number;
}

const TASKS_A_ROUND = 8;
/** Models that are combined with each other: one that is worse alone may repair well. */
const FEWEST_COMBINED = 2;
const MOST_COMBINED = 3;
/** Until when each part may begin another round, of all the time; what is left is for the held-out tasks. */
const UNTIL = { 'models alone': 0.25, 'redraws and repairs': 0.7 } as const;

/** Finds the best pipeline of some models within a time; throws when aborted, and a Refusal where something broke. */
export function tune(
  request: TuneRequest,
  services: RunServices,
  watch: TuneWatch,
  signal?: AbortSignal,
  now: () => number = () => performance.now() / 1000,
): Promise<Tuning> {
  return new Tuner(request, services, { watch, signal, now }).run();
}

interface TunerOptions {
  readonly watch: TuneWatch;
  readonly signal: AbortSignal | undefined;
  /** A clock in seconds. */
  readonly now: () => number;
}

class Tuner {
  readonly #request: TuneRequest;
  readonly #services: RunServices;
  readonly #options: TunerOptions;
  readonly #start: number;
  #trials = 0;

  constructor(request: TuneRequest, services: RunServices, options: TunerOptions) {
    this.#request = request;
    this.#services = services;
    this.#options = options;
    this.#start = options.now();
  }

  async run(): Promise<Tuning> {
    const { models, feedback } = this.#request;
    const { choosing, judging } = this.#splitTasks();
    const solo = await this.#race('models alone', soloPipelines(models, feedback), choosing);
    const ranked = solo.standings().map(({ spec }) => spec);
    const kept = ranked.slice(0, Math.min(MOST_COMBINED, Math.max(FEWEST_COMBINED, solo.runners.length)));
    const alone = ranked[0] as PipelineSpec;
    const drafters = kept.map(({ generator }) => generator.model);
    const rich = await this.#race('redraws and repairs', [alone, ...richPipelines(drafters, feedback)], choosing);
    const leader = rich.runners[0] as PipelineSpec;
    const compared = leader.name === alone.name ? [alone] : [alone, leader];
    const left = judging.slice(0, this.#affordable(compared.length));
    this.#options.watch.onPart('held-out tasks', compared);
    const trials = await this.#runOn(compared, left, 'held-out tasks');
    const size = { repeats: 1, tasks: left.length };
    const others = solo.standings().filter(({ spec }) => spec.name !== alone.name);
    const names = compared.map(({ name }) => name);
    const comparison = compareWithFirst(names, trials)[0] ?? null;
    return {
      best: (comparison?.difference?.mean ?? 0) > 0 ? leader : alone,
      alone,
      standings: [...rich.standings(), ...others],
      heldOutTasks: left.length,
      heldOut: compared.map((spec) => summarizePipeline(spec, trials, size)),
      comparison,
      seconds: this.#elapsed,
    };
  }

  /** Tasks to choose by, and tasks of like difficulty to judge what was chosen, each in random order. */
  #splitTasks(): { readonly choosing: readonly Task[]; readonly judging: readonly Task[] } {
    const { tasks } = this.#services.benchmark;
    if (tasks.length < FEWEST_TASKS)
      throw new Refusal(`${tasks.length} tasks are too few to choose a pipeline; use ${FEWEST_TASKS} or more`);
    const random = Random.of(this.#request.seed);
    const { search, selection, heldOut } = splitTasks(guessDifficulty(tasks), random);
    const at = (places: readonly number[]) => random.shuffled(places).map((place) => tasks[place] as Task);
    return { choosing: at([...search, ...selection]), judging: at(heldOut) };
  }

  /** Rounds of tasks until one candidate is left, or the tasks or the time of the part are used up; at least one. */
  async #race(part: keyof typeof UNTIL, specs: readonly PipelineSpec[], tasks: readonly Task[]): Promise<Race> {
    const race = new Race(specs);
    this.#options.watch.onPart(part, specs);
    for (let first = 0; first < tasks.length; first += TASKS_A_ROUND) {
      race.endRound(await this.#runOn(race.runners, tasks.slice(first, first + TASKS_A_ROUND), part));
      this.#options.watch.onStandings(part, race.standings());
      if (race.runners.length === 1 || this.#elapsed >= UNTIL[part] * this.#request.seconds) break;
    }
    return race;
  }

  async #runOn(specs: readonly PipelineSpec[], tasks: readonly Task[], part: TunePart): Promise<TrialFacts[]> {
    const { watch, signal } = this.#options;
    const planned = tasks.flatMap((task) => specs.map((spec) => ({ spec, task, repeat: 0 })));
    const ended: TrialFacts[] = [];
    for await (const event of runTrials(planned, this.#request, this.#services, signal)) {
      if (event.kind !== 'trial-ended') continue;
      refuseFault(event.trial, 'what was measured is kept; run the same command again', null);
      ended.push(factsOf(event.trial));
      this.#trials += 1;
      watch.onTrial(part);
    }
    return ended;
  }

  /** How many held-out tasks the time left pays for, by what trials took so far; some in any case. */
  #affordable(candidates: number): number {
    const each = this.#elapsed / this.#trials;
    const left = Math.max(0, this.#request.seconds - this.#elapsed);
    return Math.max(FEWEST_TASKS, Math.floor(left / Math.max(Number.EPSILON, each * candidates)));
  }

  get #elapsed(): number {
    return this.#options.now() - this.#start;
  }
}
