import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cholesky, inverse, solve } from '../../src/statistics/cholesky.ts';
import {
  type DrawRow,
  type MixedLogistic,
  type Parameters,
  PosteriorWalk,
} from '../../src/statistics/mixed-logistic.ts';
import { drawPolyaGamma } from '../../src/statistics/polya-gamma.ts';
import { Random } from '../../src/statistics/random.ts';

function near(actual: number | undefined, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual}, expected ${expected}`);
}

function row(group: number, columns: number[], hits: number, draws: number, trait = 0): DrawRow {
  return { group, trait, columns: Int32Array.from(columns), values: Float64Array.from(columns, () => 1), hits, draws };
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

function walk(model: MixedLogistic, steps: number): Parameters[] {
  const start = {
    coefficients: new Float64Array(model.precision.length),
    traits: new Float64Array(model.groups * model.traits),
  };
  const posterior = new PosteriorWalk(model, start, Random.of(5));
  for (let step = 0; step < 50; step++) posterior.step();
  return Array.from({ length: steps }, () => posterior.step());
}

/** Mean and variance of a density given but for a factor, by Simpson's rule on [-30, 30]. */
function integrated(density: (x: number) => number): { mean: number; variance: number } {
  const points = Array.from({ length: 6001 }, (_, index) => -30 + index / 100);
  const total = (value: (x: number) => number) =>
    points.reduce((sum, x, index) => {
      const weight = index === 0 || index === 6000 ? 1 : index % 2 === 1 ? 4 : 2;
      return sum + weight * value(x) * density(x);
    }, 0);
  const mass = total(() => 1);
  const mean = total((x) => x) / mass;
  return { mean, variance: total((x) => (x - mean) ** 2) / mass };
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const normal = (x: number, variance: number) => Math.exp((-x * x) / (2 * variance));

test('Cholesky worked by hand', () => {
  // 4 2 / 2 5 = L Lt with L = 2 0 / 1 2
  const factor = cholesky(Float64Array.of(4, 2, 2, 5), 2);
  assert.deepEqual([...factor.rows], [2, 0, 1, 2]);
  // 4 x + 2 y = 8, 2 x + 5 y = 12: x 1, y 2
  assert.deepEqual([...solve(factor, Float64Array.of(8, 12))], [1, 2]);
  [5 / 16, -2 / 16, -2 / 16, 4 / 16].forEach((expected, place) => {
    near(inverse(factor)[place], expected, 1e-12);
  });
  assert.throws(() => cholesky(Float64Array.of(1, 2, 2, 1), 2), RangeError);
});

test('a solution solves', () => {
  const size = 5;
  const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(numbers, (values) => {
      const product = (one: number, other: number) =>
        Array.from({ length: size }, (_, k) => (values[one * size + k] ?? 0) * (values[other * size + k] ?? 0));
      const matrix = Float64Array.from({ length: size * size }, (_, place) => {
        const [one, other] = [Math.floor(place / size), place % size];
        return product(one, other).reduce((sum, value) => sum + value, one === other ? 1 : 0);
      });
      const right = Float64Array.from(values.slice(25));
      const x = solve(cholesky(matrix, size), right);
      right.forEach((expected, one) => {
        const reached = x.reduce((sum, value, other) => sum + value * (matrix[one * size + other] ?? 0), 0);
        near(reached, expected, 1e-8);
      });
    }),
  );
});

test('a Pólya-Gamma variable has the mean n / (2 c) tanh(c / 2)', () => {
  const random = Random.of(3);
  for (const [count, tilt] of [
    [1, 0],
    [1, 2.5],
    [20, -6],
  ] as const) {
    const drawn = moments(Array.from({ length: 5000 }, () => drawPolyaGamma(count, tilt, random)));
    const expected = tilt === 0 ? count / 4 : (count / (2 * tilt)) * Math.tanh(tilt / 2);
    near(drawn.mean / expected, 1, 0.03);
    // At c = 0 the variance is n / 24.
    if (tilt === 0) near(drawn.variance / (count / 24), 1, 0.12);
  }
});

test('with wide priors the coefficients are about the log odds, as uncertain as they are known to be', () => {
  const model: MixedLogistic = {
    rows: [row(0, [0], 300, 400), row(0, [1], 100, 400)],
    means: new Float64Array(2),
    precision: Float64Array.of(1e-6, 1e-6),
    groups: 1,
    traits: 1,
    covariance: Float64Array.of(1e-9),
  };
  const draws = walk(model, 1500);
  const first = moments(draws.map(({ coefficients }) => coefficients[0] ?? 0));
  const second = moments(draws.map(({ coefficients }) => coefficients[1] ?? 0));
  near(first.mean, Math.log(3), 0.03);
  near(second.mean, -Math.log(3), 0.03);
  // 1 / (400 x 3/4 x 1/4)
  near(first.variance / (1 / 75), 1, 0.2);
});

test('of one coefficient it is the posterior that quadrature gives', () => {
  const model: MixedLogistic = {
    rows: [row(0, [0], 0, 4)],
    means: Float64Array.of(-2),
    precision: Float64Array.of(1 / 9),
    groups: 1,
    traits: 1,
    covariance: Float64Array.of(1e-9),
  };
  const expected = integrated((x) => (1 - logistic(x)) ** 4 * normal(x + 2, 9));
  const drawn = moments(walk(model, 20_000).map(({ coefficients }) => coefficients[0] ?? 0));
  near(drawn.mean, expected.mean, 0.1);
  near(drawn.variance / expected.variance, 1, 0.1);
});

test("a group's traits have the skewed posterior that quadrature gives; a group without rows has the prior", () => {
  const model: MixedLogistic = {
    rows: [row(0, [], 0, 3)],
    means: new Float64Array(),
    precision: new Float64Array(),
    groups: 2,
    traits: 2,
    covariance: Float64Array.of(16, 6, 6, 9),
  };
  const draws = walk(model, 20_000);
  const of = (place: number) => moments(draws.map(({ traits }) => traits[place] ?? 0));
  const expected = integrated((x) => (1 - logistic(x)) ** 3 * normal(x, 16));
  near(of(0).mean, expected.mean, 0.15);
  near(of(0).variance / expected.variance, 1, 0.1);
  // The other trait follows by regression: 6 / 16 of it.
  near(of(1).mean, (6 / 16) * expected.mean, 0.15);
  near(of(2).mean, 0, 0.15);
  near(of(2).variance / 16, 1, 0.05);
});

test('the same seed walks the same way', () => {
  const model: MixedLogistic = {
    rows: [row(0, [0, 1], 1, 2), row(1, [1], 0, 1, 1)],
    means: new Float64Array(2),
    precision: Float64Array.of(1, 1),
    groups: 2,
    traits: 2,
    covariance: Float64Array.of(2, 0.5, 0.5, 1),
  };
  assert.deepEqual(walk(model, 5), walk(model, 5));
});
