/** P-values of several tests made together, so corrected that one false finding among them all keeps its chance (Holm 1979). */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const corrected = [...values];
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.min(1, Math.max(least, (values.length - rank) * (values[index] ?? 0)));
    corrected[index] = least;
  });
  return corrected;
}
