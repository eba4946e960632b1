import { Random } from './random.ts';

/** How often `drawMeans` calls back. */
export const DRAWS = 4000;
const SEED = 0;

/**
 * Draws benchmarks like this one by the Bayesian bootstrap: every task gets a random weight (Rubin 1981, Annals of Statistics 9, 130-134).
 * Calls `onDraw` with the weighted mean of each row; a row has one value a task. The last columns, so many as `thought`, are tasks that
 * nobody has seen, with half of a task's weight each: what speaks against a conclusion from few tasks. The same rows give the same draws.
 */
export function drawMeans(
  rows: readonly (readonly number[])[],
  thought: number,
  onDraw: (means: Float64Array) => void,
): void {
  const tasks = rows[0]?.length ?? 0;
  const random = Random.of(SEED);
  const weights = new Float64Array(tasks);
  const means = new Float64Array(rows.length);
  for (let draw = 0; draw < DRAWS; draw++) {
    let total = 0;
    for (let task = 0; task < tasks; task++) {
      const weight = task < tasks - thought ? -Math.log(1 - random.uniform()) : random.normal() ** 2 / 2;
      weights[task] = weight;
      total += weight;
    }
    for (const [index, row] of rows.entries()) {
      let sum = 0;
      for (let task = 0; task < tasks; task++) sum += (weights[task] as number) * (row[task] as number);
      means[index] = sum / total;
    }
    onDraw(means);
  }
}
