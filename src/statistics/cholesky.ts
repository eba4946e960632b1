/** A symmetric positive definite matrix's factor L, with L Lᵀ the matrix; square, row by row, 0 above the diagonal. */
export interface Factor {
  readonly size: number;
  readonly rows: Float64Array;
}

/** Cholesky's factor of a matrix given row by row (its lower triangle is read); throws where it is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): Factor {
  const rows = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const start = row * size;
    for (let column = 0; column <= row; column++) {
      const other = column * size;
      let sum = matrix[start + column] as number;
      for (let index = 0; index < column; index++)
        sum -= (rows[start + index] as number) * (rows[other + index] as number);
      if (column < row) rows[start + column] = sum / (rows[other + column] as number);
      else if (sum > 0) rows[start + row] = Math.sqrt(sum);
      else throw new RangeError(`expected a positive definite matrix, got a pivot of ${sum} in row ${row}`);
    }
  }
  return { size, rows };
}

/** The x with L x = b, and with it the first half of a solution. */
export function solveLower({ size, rows }: Factor, right: Float64Array): Float64Array {
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let sum = x[row] as number;
    for (let column = 0; column < row; column++) sum -= (rows[row * size + column] as number) * (x[column] as number);
    x[row] = sum / (rows[row * size + row] as number);
  }
  return x;
}

/** The x with Lᵀ x = b: of standard normal b it has the matrix's inverse as its covariance. */
export function solveUpper({ size, rows }: Factor, right: Float64Array): Float64Array {
  const x = Float64Array.from(right);
  for (let row = size - 1; row >= 0; row--) {
    const value = (x[row] as number) / (rows[row * size + row] as number);
    x[row] = value;
    for (let column = 0; column < row; column++) {
      x[column] = (x[column] as number) - (rows[row * size + column] as number) * value;
    }
  }
  return x;
}

/** The x with A x = b, of A's factor. */
export function solve(factor: Factor, right: Float64Array): Float64Array {
  return solveUpper(factor, solveLower(factor, right));
}

/** The inverse of the matrix, row by row. */
export function inverse(factor: Factor): Float64Array {
  const { size } = factor;
  const whole = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    whole.set(solve(factor, unit), column * size);
  }
  return whole;
}
