import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { issueText } from '../../base/issue-text.ts';
import { Random, type RandomState } from '../../statistics/random.ts';
import { estimateOf } from '../estimate.ts';
import { fittingTrials } from '../fitting-trials.ts';
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
  /** Outcomes of the next member, as far as it was tried. */
  readonly begun: readonly Outcome[];
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
    begun: [],
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
  const { spending, validation } = state;
  if (validation === null) return searchTrials(problem, state, settings);
  return spending.spent >= problem.budget ? [] : fitting(problem, spending, validationTrials(validation));
}

/** Trials of the search, member by member: none of a member that is not expected to fit into what validation leaves of the budget. */
function searchTrials(problem: SearchProblem, state: EvolutionState, settings: Settings): Wanted[] {
  const { spending, population, evaluated, begun } = state;
  const budget = budgetOfSearch(problem, spending, settings);
  if (spending.spent >= budget) return [];
  const column = columnOf(state);
  const left = affordableTrials(spending, budget - spending.spent) + begun.length;
  // One alone where no cost was seen yet.
  const members = spending.trials === 0 ? 1 : Math.max(Math.floor(left / column.length), Number(begun.length > 0));
  const repeat = settings.sampling === 'stochastic' ? state.generation : 0;
  const trials = population
    .slice(evaluated.length, evaluated.length + members)
    .flatMap((genome) => column.map((task) => ({ genome, task, repeat })));
  return fitting({ ...problem, budget }, spending, trials.slice(begun.length));
}

function fitting(problem: Pick<SearchProblem, 'budget' | 'unit'>, spending: Spending, trials: Wanted[]): Wanted[] {
  const genomes = trials.map(({ genome }) => genome);
  return trials.slice(0, fittingTrials(problem, spending, genomes));
}

/** What validation leaves of the budget. */
function budgetOfSearch(problem: SearchProblem, spending: Spending, settings: Settings): number {
  const { budget } = problem;
  if (spending.trials === 0) return (1 - MOST_RESERVED) * budget;
  const validation = meanCost(spending) * fullBenchmark(problem).length * repeatsOf(settings);
  return budget - Math.min(validation, MOST_RESERVED * budget);
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
  const known = [...state.begun, ...outcomes];
  const members = Math.floor(known.length / length);
  const added = state.population
    .slice(state.evaluated.length, state.evaluated.length + members)
    .map((genome, index) => {
      const own = known.slice(index * length, (index + 1) * length);
      return { genome, evaluation: evaluateGenome(genome, own) };
    });
  const evaluated = [...state.evaluated, ...added];
  return { ...state, spending, evaluated, begun: known.slice(members * length), best: bestOf(state, added) };
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
  const canGoOn = searchTrials(problem, next, settings).length > 0;
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
    begun: [],
    speciation: speciate(population, heirs, state.speciation.threshold),
  };
}

function startValidation(problem: SearchProblem, state: EvolutionState, settings: Settings): EvolutionState {
  const best = bestTried(state);
  if (best === null) return state;
  const random = Random.from(state.random);
  const validation = beginValidation({
    genome: best.genome,
    tasks: random.shuffled(fullBenchmark(problem)),
    firstRepeat: settings.sampling === 'stochastic' ? state.generation + 1 : 0,
    repeats: repeatsOf(settings),
  });
  return { ...state, random: random.state, validation };
}

/** The best that was tried whole, or of a budget that is too small for one member that one, as far as it was tried. */
function bestTried({ best, population, begun }: EvolutionState): Evaluated | null {
  const [genome] = population;
  if (best !== null || genome === undefined || begun.length === 0) return best;
  return { genome, evaluation: evaluateGenome(genome, begun) };
}

/** As validation says, and before it as the best search fitness says. */
function championOf(state: EvolutionState): Estimate | null {
  const { validation } = state;
  const best = bestTried(state);
  const validated = validation === null ? null : validationEstimate(validation);
  return validated ?? (best === null ? null : searchEstimate(best));
}

/** What the search itself says of a genome: the share of its generation's tasks that it solved there. */
export function searchEstimate({ genome, evaluation: { solved, tasks } }: Evaluated): Estimate {
  const shares = Array.from({ length: tasks }, (_, task) => Number(task < solved));
  return estimateOf(genome, shares, tasks);
}
