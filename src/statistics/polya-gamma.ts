import type { Random } from './random.ts';

/** Terms of the series that are drawn; the rest has its mean. */
const TERMS = 6;

/**
 * A draw from the Pólya-Gamma distribution PG(count, tilt) of a whole count: a weighted sum of gamma variables (Polson, Scott and
 * Windle 2013), of which the first terms are drawn and the rest is replaced by its mean.
 */
export function drawPolyaGamma(count: number, tilt: number, random: Random): number {
  const square = (tilt / (2 * Math.PI)) ** 2;
  let sum = count * tailMean(Math.abs(tilt) / (2 * Math.PI));
  for (let term = 0; term < TERMS; term++) sum += drawGamma(count, random) / ((term + 0.5) ** 2 + square);
  return sum / (2 * Math.PI ** 2);
}

/** Sum of 1 / ((k + 1/2)² + a²) over the terms that are not drawn, as an integral. */
function tailMean(a: number): number {
  return a < 1e-6 ? 1 / TERMS : (Math.PI / 2 - Math.atan(TERMS / a)) / a;
}

/** A gamma variable of whole shape and scale 1: a sum of exponential ones. */
function drawGamma(shape: number, random: Random): number {
  let sum = 0;
  for (let left = shape; left > 0; left -= 16) {
    let product = 1;
    for (let factor = Math.min(left, 16); factor > 0; factor--) product *= 1 - random.uniform();
    sum -= Math.log(product);
  }
  return sum;
}
