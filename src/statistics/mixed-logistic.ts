import { cholesky, type Factor, inverse, solve, solveLower, solveUpper } from './cholesky.ts';
import type { Random } from './random.ts';

/** Equal Bernoulli draws: logit of their chance = the columns' coefficients times their values, plus one trait of the group. */
export interface DrawRow {
  readonly group: number;
  readonly trait: number;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly hits: number;
  readonly draws: number;
}

/**
 * A mixed logistic model: coefficients with independent normal priors of mean 0, and of each group a vector of traits from one
 * normal distribution of mean 0.
 */
export interface MixedLogistic {
  readonly rows: readonly DrawRow[];
  /** One over the prior variance of each coefficient. */
  readonly precision: Float64Array;
  readonly groups: number;
  readonly traits: number;
  /** Covariance of the traits of a group, row by row. */
  readonly covariance: Float64Array;
}

/** Coefficients and, group by group, traits. */
export interface Parameters {
  readonly coefficients: Float64Array;
  readonly traits: Float64Array;
}

/** The mode of the posterior, and what Laplace's approximation needs to draw around it. */
export interface MixedLogisticFit extends Parameters {
  /** Of the precision of the coefficients, the traits eliminated. */
  readonly factor: Factor;
  readonly blocks: readonly Block[];
  readonly steps: number;
}

/** What belongs to one group: the columns that its rows have, and its part of the normal matrix. */
interface Block {
  readonly columns: Int32Array;
  readonly rows: readonly LocalRow[];
  /** Cross part of the normal matrix, a row of traits a column. */
  readonly cross: Float64Array;
  readonly own: Float64Array;
  readonly gradient: Float64Array;
  factor: Factor;
}

interface LocalRow {
  readonly row: DrawRow;
  /** Place of each of the row's columns among the block's. */
  readonly places: Int32Array;
}

const MOST_STEPS = 30;
/** Gain in log posterior below which a step is the last. */
const TOLERANCE = 1e-3;

/** Finds the posterior's mode by Newton's method; each step eliminates the groups' traits block by block (Schur complement). */
export function fitMixedLogistic(model: MixedLogistic, start?: Parameters): MixedLogisticFit {
  const prior = cholesky(model.covariance, model.traits);
  const within = inverse(prior);
  const blocks = blocksOf(model, within);
  let at = start ?? {
    coefficients: new Float64Array(model.precision.length),
    traits: new Float64Array(model.groups * model.traits),
  };
  let value = logPosterior(model, within, at);
  for (let step = 1; ; step++) {
    const { factor, change } = newtonStep(model, within, blocks, at);
    const [next, reached] = lineSearch(model, within, at, { change, value });
    const gained = reached - value;
    [at, value] = [next, reached];
    if (gained < TOLERANCE || step >= MOST_STEPS) return { ...at, factor, blocks, steps: step };
  }
}

/** Log of the posterior density but for a constant; `within` is the inverse of the traits' covariance. */
export function logPosterior(model: MixedLogistic, within: Float64Array, at: Parameters): number {
  let sum = 0;
  for (const row of model.rows) {
    const logit = logitOf(row, at, model.traits);
    sum += row.hits * logit - row.draws * softplus(logit);
  }
  at.coefficients.forEach((value, column) => {
    sum -= ((model.precision[column] as number) * value * value) / 2;
  });
  for (let group = 0; group < model.groups; group++) {
    const traits = at.traits.subarray(group * model.traits, (group + 1) * model.traits);
    sum -= dot(traits, times(within, traits)) / 2;
  }
  return sum;
}

/** One draw of all parameters from Laplace's approximation. */
export function drawParameters(model: MixedLogistic, fit: MixedLogisticFit, random: Random): Parameters {
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const shift = solveUpper(fit.factor, normals(fit.coefficients.length));
  const coefficients = fit.coefficients.map((value, column) => value + (shift[column] as number));
  const traits = Float64Array.from(fit.traits);
  fit.blocks.forEach((block, group) => {
    const answer = solve(block.factor, crossTimes(block, shift, model.traits));
    const noise = solveUpper(block.factor, normals(model.traits));
    for (let trait = 0; trait < model.traits; trait++) {
      const place = group * model.traits + trait;
      traits[place] = (traits[place] as number) - (answer[trait] as number) + (noise[trait] as number);
    }
  });
  return { coefficients, traits };
}

function blocksOf(model: MixedLogistic, within: Float64Array): Block[] {
  const byGroup = Array.from({ length: model.groups }, (): DrawRow[] => []);
  for (const row of model.rows) byGroup[row.group]?.push(row);
  return byGroup.map((rows) => {
    const columns = Int32Array.from(new Set(rows.flatMap((row) => [...row.columns]))).sort();
    const places = new Map([...columns].map((column, place) => [column, place]));
    return {
      columns,
      rows: rows.map((row) => ({ row, places: row.columns.map((column) => places.get(column) ?? 0) })),
      cross: new Float64Array(columns.length * model.traits),
      own: new Float64Array(model.traits ** 2),
      gradient: new Float64Array(model.traits),
      factor: cholesky(within, model.traits),
    };
  });
}

interface NewtonStep {
  readonly factor: Factor;
  readonly change: Parameters;
}

function newtonStep(model: MixedLogistic, within: Float64Array, blocks: readonly Block[], at: Parameters): NewtonStep {
  const size = model.precision.length;
  const normal = new Float64Array(size * size);
  const gradient = at.coefficients.map((value, column) => -(model.precision[column] as number) * value);
  model.precision.forEach((precision, column) => {
    normal[column * size + column] = precision;
  });
  blocks.forEach((block, group) => {
    const own = at.traits.subarray(group * model.traits, (group + 1) * model.traits);
    block.cross.fill(0);
    block.own.set(within);
    block.gradient.set(times(within, own).map((value) => -value));
    for (const local of block.rows) addRow(local, { block, at, normal, gradient, traits: model.traits });
    block.factor = cholesky(block.own, model.traits);
    eliminate(block, normal, gradient, size);
  });
  const factor = cholesky(normal, size);
  const coefficients = solve(factor, gradient);
  const traits = new Float64Array(at.traits.length);
  blocks.forEach((block, group) => {
    const crossed = crossTimes(block, coefficients, model.traits);
    traits.set(
      solve(
        block.factor,
        block.gradient.map((value, trait) => value - (crossed[trait] as number)),
      ),
      group * model.traits,
    );
  });
  return { factor, change: { coefficients, traits } };
}

interface Sums {
  readonly block: Block;
  readonly at: Parameters;
  readonly normal: Float64Array;
  readonly gradient: Float64Array;
  readonly traits: number;
}

/** Adds a row's part to the gradient and to the lower triangle of the normal matrix. */
function addRow({ row, places }: LocalRow, { block, at, normal, gradient, traits }: Sums): void {
  const { columns, values, trait, hits, draws } = row;
  const size = gradient.length;
  const chance = 1 / (1 + Math.exp(-logitOf(row, at, traits)));
  const weight = Math.max(draws * chance * (1 - chance), 1e-12);
  const rest = hits - draws * chance;
  for (let one = 0; one < columns.length; one++) {
    const column = columns[one] as number;
    const scaled = weight * (values[one] as number);
    gradient[column] = (gradient[column] as number) + rest * (values[one] as number);
    const cross = (places[one] as number) * traits + trait;
    block.cross[cross] = (block.cross[cross] as number) + scaled;
    for (let other = 0; other < columns.length; other++) {
      const second = columns[other] as number;
      if (second > column) continue;
      const place = column * size + second;
      normal[place] = (normal[place] as number) + scaled * (values[other] as number);
    }
  }
  const diagonal = trait * traits + trait;
  block.own[diagonal] = (block.own[diagonal] as number) + weight;
  block.gradient[trait] = (block.gradient[trait] as number) + rest;
}

/** Takes the traits of a group out of the normal equations. */
function eliminate(block: Block, normal: Float64Array, gradient: Float64Array, size: number): void {
  const { columns, cross, factor } = block;
  const traits = factor.size;
  const halves = Array.from(columns, (_, place) =>
    solveLower(factor, cross.subarray(place * traits, (place + 1) * traits)),
  );
  const half = solveLower(factor, block.gradient);
  for (let one = 0; one < columns.length; one++) {
    const column = columns[one] as number;
    const first = halves[one] as Float64Array;
    gradient[column] = (gradient[column] as number) - dot(first, half);
    for (let other = 0; other <= one; other++) {
      const place = column * size + (columns[other] as number);
      normal[place] = (normal[place] as number) - dot(first, halves[other] as Float64Array);
    }
  }
}

/** Halves the step until the posterior grows; where it never does, stays. */
function lineSearch(
  model: MixedLogistic,
  within: Float64Array,
  at: Parameters,
  { change, value }: { change: Parameters; value: number },
): [Parameters, number] {
  for (let share = 1; share > 1e-4; share /= 2) {
    const next = {
      coefficients: at.coefficients.map((own, place) => own + share * (change.coefficients[place] as number)),
      traits: at.traits.map((own, place) => own + share * (change.traits[place] as number)),
    };
    const reached = logPosterior(model, within, next);
    if (reached >= value) return [next, reached];
  }
  return [at, value];
}

function crossTimes({ columns, cross }: Block, coefficients: Float64Array, traits: number): Float64Array {
  const product = new Float64Array(traits);
  columns.forEach((column, place) => {
    for (let trait = 0; trait < traits; trait++) {
      product[trait] =
        (product[trait] as number) + (cross[place * traits + trait] as number) * (coefficients[column] as number);
    }
  });
  return product;
}

function logitOf(row: DrawRow, at: Parameters, traits: number): number {
  let logit = at.traits[row.group * traits + row.trait] as number;
  for (let place = 0; place < row.columns.length; place++) {
    logit += (at.coefficients[row.columns[place] as number] as number) * (row.values[place] as number);
  }
  return logit;
}

function softplus(logit: number): number {
  return logit > 30 ? logit : Math.log1p(Math.exp(logit));
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < one.length; place++) sum += (one[place] as number) * (other[place] as number);
  return sum;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, row) => dot(matrix.subarray(row * size, (row + 1) * size), vector));
}
