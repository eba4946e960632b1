import type { FailureLine, FixLine } from '../analysis/fixes.ts';
import type { PairResult } from '../analysis/pairs.ts';
import type { Pilot } from '../analysis/pilot.ts';
import type { RoleMean, Roles } from '../analysis/roles.ts';
import { hundredths, markdownTable, perCent, points, share } from './format.ts';

/** Solved with each temperature of the refiner. */
export function pilotTable({ temperatures, difference }: Pilot): string {
  const header = ['refiner temperature', 'draft', '+1 repair', '+2', '+3'];
  const rows = temperatures.map(({ temperature, after }) => [String(temperature), ...after.map(perCent)]);
  return markdownTable(header, [...rows, ['difference', ...difference.map(points)]]);
}

/** Solved by every pair after each repair, and what it cost. */
export function pairTable(results: readonly PairResult[]): string {
  const header = ['generator → refiner', 'draft', '+1 repair', '+2', '+3', 'gain', 'tokens', 'ms', 'false passes'];
  const rows = results.map((result) => [
    `${result.generator} → ${result.refiner}`,
    ...result.after.map(perCent),
    points(result.gain),
    result.tokens.toFixed(0),
    (1000 * result.seconds).toFixed(0),
    String(result.falsePasses),
  ]);
  return markdownTable(header, rows);
}

/** Means of the models in each role. */
export function roleTable({ generators, refiners, generatorRange, refinerRange, difference }: Roles): string {
  const cells = (means: readonly RoleMean[]) => means.map(({ model, solved }) => `${model} ${perCent(solved)}`);
  const header = ['role', ...generators.map((_, index) => (index === 0 ? 'worst' : '')), 'worst to best'];
  return markdownTable(header, [
    ['as generator', ...cells(generators), points(generatorRange)],
    ['as refiner', ...cells(refiners), points(refinerRange)],
    ['difference', ...generators.map(() => ''), points(difference)],
  ]);
}

/** How the drafts failed. */
export function failureTable(lines: readonly FailureLine[]): string {
  const totals = new Map<string, number>();
  for (const { errors } of lines) {
    for (const [error, count] of Object.entries(errors)) totals.set(error, (totals.get(error) ?? 0) + count);
  }
  const errors = [...totals].sort((a, b) => b[1] - a[1]).map(([error]) => error);
  const rows = lines.map(({ generator, drafts, errors: own }) => {
    const failed = Object.values(own).reduce((sum, count) => sum + count, 0);
    return [generator, String(drafts), String(failed), ...errors.map((error) => String(own[error] ?? 0))];
  });
  return markdownTable(['generator', 'drafts', 'failed', ...errors], rows);
}

/** Which first errors each refiner fixes: after the first repair, and after three with the interval. */
export function fixTable(lines: readonly FixLine[]): string {
  const refiners = Object.keys(lines[0]?.byRefiner ?? {});
  const rows = lines.map(({ error, drafts, byRefiner }) => [
    error,
    String(drafts),
    ...Object.values(byRefiner).map(({ first, all }) => `${hundredths(first.share?.mean ?? 0)} → ${share(all)}`),
  ]);
  return markdownTable(['first error', 'drafts', ...refiners.map((refiner) => `fixed by ${refiner}`)], rows);
}

/** What single runs would have shown. */
export function runTable(results: readonly PairResult[]): string {
  const header = ['generator → refiner', 'mean of the runs', 'sd', 'worst', 'best', 'best above mean'];
  const rows = results.map(({ generator, refiner, runs }) => [
    `${generator} → ${refiner}`,
    runs.mean.toFixed(1),
    runs.deviation?.toFixed(1) ?? '-',
    String(runs.worst),
    String(runs.best),
    `${hundredths(runs.best / runs.mean - 1)} %`,
  ]);
  return markdownTable(header, rows);
}
