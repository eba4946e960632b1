import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { issueText } from '../../base/issue-text.ts';
import { Random, type RandomState } from '../../statistics/random.ts';
import { estimateOf } from '../estimate.ts';
import type { Genome } from '../genome.ts';
import { type InnovationState, Innovations } from '../innovation.ts';
import { type Pool, paperPool } from '../pool.ts';
import type { Estimate, Outcome, SearchProblem, Strategy, Wanted } from '../strategy.ts';
import { drawGenome, type VariationContext } from '../variation.ts';
import { drawColumns } from './columns.ts';
import { compareFitness, type Evaluated, evaluateGenome } from './fitness.ts';
import { type Generation, reproduce, updateRecords } from './reproduction.ts';
import { type Speciation, speciate } from './species.ts';
import { addSpending, affordableTrials, meanCost, NOTHING_SPENT, type Spending } from './spending.ts';
import { addValidation, beginValidation, type Validation, validationEstimate, validationTrials } from './validation.ts';

const paperOptionsSchema = z
  .strictObject({
    population: z.int().min(1).default(20),
    elites: z.int().min(0).default(2),
    tournament: z.int().min(1).default(3),
    generations: z.int().min(1).default(20),
    tasksAGeneration: z.int().min(1).default(25),
    columns: z.int().min(1).default(7),
    repeats: z.int().min(1).default(5).describe('repeats of the champion on the whole benchmark'),
    patience: z.int().min(1).default(7).describe('generations without a record after which a species has no offspring'),
    sampling: z.enum(['stochastic', 'greedy']).default('stochastic').describe('greedy: every temperature is 0'),
  })
  .refine(({ elites, population }) => elites <= population, {
    error: 'there are more elites than members of the population',
  });

type PaperOptions = z.input<typeof paperOptionsSchema>;
type Settings = z.output<typeof paperOptionsSchema>;

/** Where the paper's search stands; plain JSON. */
export interface EvolutionState {
  readonly random: RandomState;
  readonly innovations: InnovationState;
  readonly columns: readonly (readonly number[])[];
  /** The first is 0. */
  readonly generation: number;
  readonly population: readonly Genome[];
  /** The first members of the population, as far as they were tried in this generation. */
  readonly evaluated: readonly Evaluated[];
  readonly speciation: Speciation;
  readonly spending: Spending;
  /** The best in any generation, by what it showed there: its share solved flatters. */
  readonly best: (Evaluated & { readonly generation: number }) | null;
  /** Null while the search goes on. */
  readonly validation: Validation | null;
}

const FIRST_THRESHOLD = 1;
/** The part of the budget that is reserved for validation at most. */
const MOST_RESERVED = 0.5;

/** The paper's search (arXiv 2604.21950): NEAT on pipelines, each generation on its own part of the search tasks. */
export function paperStrategy(options: PaperOptions = {}): Strategy<EvolutionState> {
  const settings = parseOptions(options);
  return {
    stepName: 'gen',
    searchesAllTasks: true,
    plannedGenerations: (tasks, trials) => plannedGenerations(tasks, trials, settings),
    start: (problem, seed) => startEvolution(problem, seed, settings),
    ask: (problem, state) => wantedTrials(problem, state, settings),
    tell(problem, state, outcomes) {
      const { length } = wantedTrials(problem, state, settings);
      if (outcomes.length !== length) throw new TypeError(`expected ${length} outcomes, got ${outcomes.length}`);
      return length === 0 ? state : advance(problem, addOutcomes(state, outcomes), settings);
    },
    standing: (_, state) => ({
      generation: state.generation,
      species: state.speciation.species.length,
      spent: state.spending.spent,
      best: championOf(state),
    }),
    champion: (_, state) => championOf(state),
  };
}

function parseOptions(options: PaperOptions): Settings {
  const parsed = paperOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new Refusal(`paper: ${issueText(parsed.error, 'options')}`);
}

/** As many as the trials pay for that validation leaves, and never more than the settings have. */
function plannedGenerations(
  { searchTasks, selectionTasks }: Pick<SearchProblem, 'searchTasks' | 'selectionTasks'>,
  trials: number,
  { population, tasksAGeneration, generations, repeats }: Settings,
): number {
  const validation = repeats * (searchTasks.length + selectionTasks.length);
  const left = trials - Math.min(validation, MOST_RESERVED * trials);
  const whole = Math.floor(left / (population * Math.min(tasksAGeneration, searchTasks.length)));
  return Math.min(generations, Math.max(1, whole));
}

function startEvolution(problem: SearchProblem, seed: number, settings: Settings): EvolutionState {
  const random = Random.of(seed);
  const innovations = Innovations.none();
  const { searchTasks, difficulty } = problem;
  const size = { columns: settings.columns, size: settings.tasksAGeneration };
  const columns = drawColumns(searchTasks, difficulty, size, random);
  const context = { pool: poolOf(problem, settings), random, innovations };
  const population = Array.from({ length: settings.population }, () => drawGenome(context));
  return {
    random: random.state,
    innovations: innovations.state,
    columns,
    generation: 0,
    population,
    evaluated: [],
    speciation: speciate(population, [], FIRST_THRESHOLD),
    spending: NOTHING_SPENT,
    best: null,
    validation: null,
  };
}

function poolOf(problem: SearchProblem, { sampling }: Settings): Pool {
  const pool = paperPool(problem.pool);
  return sampling === 'stochastic' ? pool : { ...pool, temperatures: { from: 0, to: 0, step: 1 } };
}

function wantedTrials(problem: SearchProblem, state: EvolutionState, settings: Settings): Wanted[] {
  const left = problem.budget - state.spending.spent;
  if (left <= 0) return [];
  if (state.validation !== null) {
    const affordable = Math.max(1, affordableTrials(state.spending, left));
    return validationTrials(state.validation).slice(0, affordable);
  }
  const repeat = settings.sampling === 'stochastic' ? state.generation : 0;
  return nextMembers(problem, state, settings).flatMap((genome) =>
    columnOf(state).map((task) => ({ genome, task, repeat })),
  );
}

/** As many members not yet tried as the budget pays for, less what validation will need; one alone where no cost was seen yet. */
function nextMembers(problem: SearchProblem, state: EvolutionState, settings: Settings): readonly Genome[] {
  const { spending, population, evaluated } = state;
  const waiting = population.slice(evaluated.length);
  if (spending.trials === 0) return waiting.slice(0, 1);
  const validation = meanCost(spending) * fullBenchmark(problem).length * repeatsOf(settings);
  const reserved = Math.min(validation, MOST_RESERVED * problem.budget);
  const trials = affordableTrials(spending, problem.budget - reserved - spending.spent);
  return waiting.slice(0, Math.max(0, Math.floor(trials / columnOf(state).length)));
}

function columnOf({ columns, generation }: EvolutionState): readonly number[] {
  return columns[generation % columns.length] ?? [];
}

function fullBenchmark({ searchTasks, selectionTasks }: SearchProblem): readonly number[] {
  return [...searchTasks, ...selectionTasks];
}

/** Without sampling a second draw would be the first again. */
function repeatsOf({ sampling, repeats }: Settings): number {
  return sampling === 'stochastic' ? repeats : 1;
}

function addOutcomes(state: EvolutionState, outcomes: readonly Outcome[]): EvolutionState {
  const spending = addSpending(state.spending, outcomes);
  if (state.validation !== null) return { ...state, spending, validation: addValidation(state.validation, outcomes) };
  const { length } = columnOf(state);
  const added = state.population
    .slice(state.evaluated.length, state.evaluated.length + outcomes.length / length)
    .map((genome, index) => {
      const own = outcomes.slice(index * length, (index + 1) * length);
      return { genome, evaluation: evaluateGenome(genome, own) };
    });
  return { ...state, spending, evaluated: [...state.evaluated, ...added], best: bestOf(state, added) };
}

function bestOf({ best, generation }: EvolutionState, added: readonly Evaluated[]): EvolutionState['best'] {
  return added.reduce<EvolutionState['best']>((champion, one) => {
    const isBetter = champion === null || compareFitness(one.evaluation, champion.evaluation) < 0;
    return isBetter ? { ...one, generation } : champion;
  }, best);
}

/** The next generation where this one was tried whole, and validation where there is none or nothing to pay for it with. */
function advance(problem: SearchProblem, state: EvolutionState, settings: Settings): EvolutionState {
  if (state.validation !== null) return state;
  const isWhole = state.evaluated.length === state.population.length;
  if (isWhole && state.generation + 1 === settings.generations) return startValidation(problem, state, settings);
  const next = isWhole ? breed(problem, state, settings) : state;
  const canGoOn = nextMembers(problem, next, settings).length > 0;
  return canGoOn ? next : startValidation(problem, state, settings);
}

function breed(problem: SearchProblem, state: EvolutionState, settings: Settings): EvolutionState {
  const random = Random.from(state.random);
  const innovations = Innovations.from(state.innovations).ofNextGeneration();
  const context: VariationContext = { pool: poolOf(problem, settings), random, innovations };
  const generation: Generation = {
    number: state.generation,
    members: state.evaluated,
    species: updateRecords(state.generation, state.evaluated, state.speciation.species),
  };
  const population = reproduce(generation, settings, context);
  const heirs = generation.species.map((species) => {
    return { ...species, representative: state.population[random.pick(species.members)] as Genome };
  });
  return {
    ...state,
    random: random.state,
    innovations: innovations.state,
    generation: state.generation + 1,
    population,
    evaluated: [],
    speciation: speciate(population, heirs, state.speciation.threshold),
  };
}

function startValidation(problem: SearchProblem, state: EvolutionState, settings: Settings): EvolutionState {
  if (state.best === null) return state;
  const random = Random.from(state.random);
  const validation = beginValidation({
    genome: state.best.genome,
    tasks: random.shuffled(fullBenchmark(problem)),
    firstRepeat: settings.sampling === 'stochastic' ? state.generation + 1 : 0,
    repeats: repeatsOf(settings),
  });
  return { ...state, random: random.state, validation };
}

/** As validation says, and before it as the best search fitness says. */
function championOf({ best, validation }: EvolutionState): Estimate | null {
  const validated = validation === null ? null : validationEstimate(validation);
  return validated ?? (best === null ? null : searchEstimate(best));
}

/** What the search itself says of a genome: the share of its generation's tasks that it solved there. */
export function searchEstimate({ genome, evaluation: { solved, tasks } }: Evaluated): Estimate {
  const shares = Array.from({ length: tasks }, (_, task) => Number(task < solved));
  return estimateOf(genome, shares, tasks);
}
