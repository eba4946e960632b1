import { cholesky, type Factor, inverse, solveLower, solveUpper } from './cholesky.ts';
import { drawPolyaGamma } from './polya-gamma.ts';
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
 * A mixed logistic model: coefficients with independent normal priors, and of each group a vector of traits from one
 * normal distribution of mean 0.
 */
export interface MixedLogistic {
  readonly rows: readonly DrawRow[];
  /** Prior mean of each coefficient, and one over its prior variance. */
  readonly means: Float64Array;
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

/** What belongs to one group: the columns that its rows have, and its part of the normal equations. */
interface Block {
  readonly columns: Int32Array;
  readonly rows: readonly LocalRow[];
  /** Cross part of the normal matrix, a row of traits a column. */
  readonly cross: Float64Array;
  readonly own: Float64Array;
  readonly right: Float64Array;
  factor: Factor;
}

interface LocalRow {
  readonly row: DrawRow;
  /** Place of each of the row's columns among the block's. */
  readonly places: Int32Array;
}

/**
 * A walk through the posterior: each step draws all parameters anew, given where it was, and the steps together are a sample of it.
 * With Pólya-Gamma weights the posterior is normal (Polson, Scott and Windle 2013), and the groups' traits are eliminated block by
 * block (Schur complement), so that a step costs no more than one of Newton's method.
 */
export class PosteriorWalk {
  readonly #model: MixedLogistic;
  readonly #within: Float64Array;
  readonly #prior: Factor;
  readonly #blocks: readonly Block[];
  readonly #random: Random;
  #at: Parameters;

  constructor(model: MixedLogistic, start: Parameters, random: Random) {
    this.#model = model;
    this.#within = inverse(cholesky(model.covariance, model.traits));
    this.#prior = cholesky(this.#within, model.traits);
    this.#blocks = blocksOf(model, this.#prior);
    this.#random = random;
    this.#at = start;
  }

  step(): Parameters {
    const { means, precision, traits } = this.#model;
    const size = precision.length;
    const normal = new Float64Array(size * size);
    const right = new Float64Array(size);
    precision.forEach((own, column) => {
      normal[column * size + column] = own;
      right[column] = own * (means[column] as number);
    });
    for (const block of this.#blocks) this.#gather(block, normal, right);
    const factor = cholesky(normal, size);
    const middle = solveLower(factor, right);
    const coefficients = solveUpper(
      factor,
      middle.map((value) => value + this.#random.normal()),
    );
    const drawn = new Float64Array(this.#at.traits.length);
    this.#blocks.forEach((block, group) => {
      drawn.set(this.#drawTraits(block, coefficients), group * traits);
    });
    this.#at = { coefficients, traits: drawn };
    return this.#at;
  }

  /** A block's normal equations, its traits eliminated. */
  #gather(block: Block, normal: Float64Array, right: Float64Array): void {
    const { traits } = this.#model;
    if (block.rows.length === 0) return;
    block.cross.fill(0);
    block.own.set(this.#within);
    block.right.fill(0);
    for (const local of block.rows) {
      const { row } = local;
      const weight = drawPolyaGamma(row.draws, logitOf(row, this.#at, traits), this.#random);
      addRow(local, { block, weight, normal, right, traits });
    }
    block.factor = cholesky(block.own, traits);
    eliminate(block, normal, right, right.length);
  }

  #drawTraits(block: Block, coefficients: Float64Array): Float64Array {
    const { traits } = this.#model;
    const noise = Float64Array.from({ length: traits }, () => this.#random.normal());
    if (block.rows.length === 0) return solveUpper(this.#prior, noise);
    const crossed = crossTimes(block, coefficients, traits);
    const middle = solveLower(
      block.factor,
      block.right.map((value, trait) => value - (crossed[trait] as number)),
    );
    return solveUpper(
      block.factor,
      middle.map((value, trait) => value + (noise[trait] as number)),
    );
  }
}

function blocksOf(model: MixedLogistic, prior: Factor): Block[] {
  const byGroup = Array.from({ length: model.groups }, (): DrawRow[] => []);
  for (const row of model.rows) byGroup[row.group]?.push(withSortedColumns(row));
  return byGroup.map((rows) => {
    const columns = Int32Array.from(new Set(rows.flatMap((row) => [...row.columns]))).sort();
    const places = new Map([...columns].map((column, place) => [column, place]));
    return {
      columns,
      rows: rows.map((row) => ({ row, places: row.columns.map((column) => places.get(column) ?? 0) })),
      cross: new Float64Array(columns.length * model.traits),
      own: new Float64Array(model.traits ** 2),
      right: new Float64Array(model.traits),
      factor: prior,
    };
  });
}

/** So that the lower triangle of a row's own products is the lower triangle of the matrix. */
function withSortedColumns(row: DrawRow): DrawRow {
  const order = Array.from(row.columns, (_, place) => place).sort(
    (one, other) => (row.columns[one] ?? 0) - (row.columns[other] ?? 0),
  );
  const columns = Int32Array.from(order, (place) => row.columns[place] ?? 0);
  const values = Float64Array.from(order, (place) => row.values[place] ?? 0);
  return { ...row, columns, values };
}

interface Sums {
  readonly block: Block;
  readonly weight: number;
  readonly normal: Float64Array;
  readonly right: Float64Array;
  readonly traits: number;
}

/** Adds a row's part to the right side and to the lower triangle of the normal matrix. */
function addRow({ row, places }: LocalRow, { block, weight, normal, right, traits }: Sums): void {
  const { columns, values, trait, hits, draws } = row;
  const size = right.length;
  const rest = hits - draws / 2;
  for (let one = 0; one < columns.length; one++) {
    const column = columns[one] as number;
    const scaled = weight * (values[one] as number);
    right[column] = (right[column] as number) + rest * (values[one] as number);
    const cross = (places[one] as number) * traits + trait;
    block.cross[cross] = (block.cross[cross] as number) + scaled;
    for (let other = 0; other <= one; other++) {
      const place = column * size + (columns[other] as number);
      normal[place] = (normal[place] as number) + scaled * (values[other] as number);
    }
  }
  const diagonal = trait * traits + trait;
  block.own[diagonal] = (block.own[diagonal] as number) + weight;
  block.right[trait] = (block.right[trait] as number) + rest;
}

/** Takes the traits of a group out of the normal equations. */
function eliminate(block: Block, normal: Float64Array, right: Float64Array, size: number): void {
  const { columns, factor } = block;
  const traits = factor.size;
  const halves = solveRows(factor, block.cross);
  const half = solveLower(factor, block.right);
  for (let one = 0; one < columns.length; one++) {
    const column = columns[one] as number;
    for (let trait = 0; trait < traits; trait++) {
      right[column] = (right[column] as number) - (halves[one * traits + trait] as number) * (half[trait] as number);
    }
    for (let other = 0; other <= one; other++) {
      let sum = 0;
      for (let trait = 0; trait < traits; trait++) {
        sum += (halves[one * traits + trait] as number) * (halves[other * traits + trait] as number);
      }
      const place = column * size + (columns[other] as number);
      normal[place] = (normal[place] as number) - sum;
    }
  }
}

/** Each row of a matrix solved with the factor L. */
function solveRows({ size, rows }: Factor, matrix: Float64Array): Float64Array {
  const x = Float64Array.from(matrix);
  for (let start = 0; start < x.length; start += size) {
    for (let row = 0; row < size; row++) {
      let sum = x[start + row] as number;
      for (let column = 0; column < row; column++) {
        sum -= (rows[row * size + column] as number) * (x[start + column] as number);
      }
      x[start + row] = sum / (rows[row * size + row] as number);
    }
  }
  return x;
}

function crossTimes({ columns, cross }: Block, coefficients: Float64Array, traits: number): Float64Array {
  const product = new Float64Array(traits);
  for (let place = 0; place < columns.length; place++) {
    const coefficient = coefficients[columns[place] as number] as number;
    for (let trait = 0; trait < traits; trait++) {
      product[trait] = (product[trait] as number) + (cross[place * traits + trait] as number) * coefficient;
    }
  }
  return product;
}

function logitOf(row: DrawRow, at: Parameters, traits: number): number {
  let logit = at.traits[row.group * traits + row.trait] as number;
  for (let place = 0; place < row.columns.length; place++) {
    logit += (at.coefficients[row.columns[place] as number] as number) * (row.values[place] as number);
  }
  return logit;
}
