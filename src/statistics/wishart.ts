import { cholesky, inverse } from './cholesky.ts';
import type { Random } from './random.ts';

/**
 * A covariance drawn from an inverse Wishart distribution with this scale matrix (row by row) and so many degrees of freedom, a whole number of at
 * least its size: of the precision by Bartlett's decomposition (Bartlett 1933), inverted.
 */
export function drawCovariance(scale: Float64Array, size: number, degrees: number, random: Random): Float64Array {
  const root = cholesky(inverse(cholesky(scale, size)), size).rows;
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) lower[row * size + column] = random.normal();
    lower[row * size + row] = Math.sqrt(chiSquare(degrees - row, random));
  }
  const factor = times(root, lower, size);
  return inverse(cholesky(timesItself(factor, size), size));
}

function chiSquare(degrees: number, random: Random): number {
  let sum = 0;
  for (let one = 0; one < degrees; one++) sum += random.normal() ** 2;
  return sum;
}

/** The product of two lower triangular matrices. */
function times(one: Float64Array, other: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++)
      for (let between = column; between <= row; between++)
        product[row * size + column] =
          (product[row * size + column] as number) +
          (one[row * size + between] as number) * (other[between * size + column] as number);
  return product;
}

/** A lower triangular matrix times its transpose. */
function timesItself(lower: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      for (let between = 0; between <= Math.min(row, column); between++)
        product[row * size + column] =
          (product[row * size + column] as number) +
          (lower[row * size + between] as number) * (lower[column * size + between] as number);
  return product;
}
