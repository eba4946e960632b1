import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cholesky, inverse, solve } from '../../src/statistics/cholesky.ts';
import {
  type DrawRow,
  drawParameters,
  fitMixedLogistic,
  logPosterior,
  type MixedLogistic,
} from '../../src/statistics/mixed-logistic.ts';
import { Random } from '../../src/statistics/random.ts';

function near(actual: number | undefined, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual}, expected ${expected}`);
}

function row(group: number, columns: number[], hits: number, draws: number, trait = 0): DrawRow {
  return { group, trait, columns: Int32Array.from(columns), values: Float64Array.from(columns, () => 1), hits, draws };
}

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
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 30, maxLength: 30 }), (numbers) => {
      const square = (one: number, other: number) =>
        Array.from({ length: size }, (_, k) => (numbers[one * size + k] ?? 0) * (numbers[other * size + k] ?? 0));
      const matrix = Float64Array.from({ length: size * size }, (_, place) => {
        const [one, other] = [Math.floor(place / size), place % size];
        return square(one, other).reduce((sum, value) => sum + value, one === other ? 1 : 0);
      });
      const right = Float64Array.from(numbers.slice(25));
      const x = solve(cholesky(matrix, size), right);
      right.forEach((expected, one) => {
        near(
          x.reduce((sum, value, other) => sum + value * (matrix[one * size + other] ?? 0), 0),
          expected,
          1e-8,
        );
      });
    }),
  );
});

test('with wide priors the coefficients are the log odds', () => {
  // Group traits all but 0; 30 of 40 and 10 of 40: ln 3 and -ln 3.
  const model: MixedLogistic = {
    rows: [row(0, [0], 30, 40), row(0, [1], 10, 40)],
    precision: Float64Array.of(1e-9, 1e-9),
    groups: 1,
    traits: 1,
    covariance: Float64Array.of(1e-12),
  };
  const fit = fitMixedLogistic(model);
  near(fit.coefficients[0], Math.log(3));
  near(fit.coefficients[1], -Math.log(3));
  // Precision of a log odds: 40 x 3/4 x 1/4 = 7.5
  near(fit.factor.rows[0], Math.sqrt(7.5), 1e-4);
});

test('a prior of precision 1 with one success puts the mode where x = 1 / (1 + e^x)', () => {
  const model: MixedLogistic = {
    rows: [row(0, [0], 1, 1)],
    precision: Float64Array.of(1),
    groups: 1,
    traits: 1,
    covariance: Float64Array.of(1e-12),
  };
  near(fitMixedLogistic(model).coefficients[0], 0.401058, 1e-5);
});

const random = Random.of(7);
const planted: MixedLogistic = {
  rows: Array.from({ length: 60 }, (_, index) => ({
    ...row(index % 6, [index % 3, 3 + (index % 4)], random.below(3), 2, index % 2),
    values: Float64Array.of(1, random.normal()),
  })),
  precision: Float64Array.from({ length: 7 }, () => 0.5),
  groups: 8,
  traits: 2,
  covariance: Float64Array.of(2, 0.5, 0.5, 1),
};

test('at the mode the gradient is 0, in coefficients and traits', () => {
  const fit = fitMixedLogistic(planted);
  const within = inverse(cholesky(planted.covariance, 2));
  const top = logPosterior(planted, within, fit);
  const moved = (part: 'coefficients' | 'traits', place: number, by: number) => {
    const values = Float64Array.from(fit[part]);
    values[place] = (values[place] ?? 0) + by;
    return logPosterior(planted, within, { ...fit, [part]: values });
  };
  for (const part of ['coefficients', 'traits'] as const) {
    fit[part].forEach((_, place) => {
      near((moved(part, place, 1e-4) - moved(part, place, -1e-4)) / 2e-4, 0, 1e-3);
      assert.ok(moved(part, place, 0.1) < top);
    });
  }
});

test('draws have the mode as their mean and the curvature as their precision; a group without rows has the prior', () => {
  const fit = fitMixedLogistic(planted);
  const draws = Array.from({ length: 4000 }, () => drawParameters(planted, fit, random));
  const moments = (values: number[]) => {
    const center = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { center, variance: values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length };
  };
  const variances = inverse(fit.factor);
  fit.coefficients.forEach((expected, column) => {
    const { center, variance } = moments(draws.map(({ coefficients }) => coefficients[column] ?? 0));
    near(center, expected, 0.1);
    near(variance / (variances[column * 8] ?? 1), 1, 0.15);
  });
  const last = moments(draws.map(({ traits }) => traits[14] ?? 0));
  near(last.center, 0, 0.1);
  near(last.variance, 2, 0.2);
});
