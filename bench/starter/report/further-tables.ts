import { type AblationLine, WORDINGS } from '../analysis/ablation.ts';
import type { Claim } from '../analysis/claims.ts';
import type { DetailComparison } from '../analysis/details.ts';
import type { ForcedResult, TextOnlyResult } from '../analysis/iterations.ts';
import type { Pair } from '../parts.ts';
import { hundredths, markdownTable, perCent, points, share } from './format.ts';

/** Iterations that go on after a pass. */
export function forcedTable(results: readonly ForcedResult[]): string {
  const header = [
    'generator → refiner',
    'passes of the draft, 1, 2, 3',
    'new fixes − regressions 1, 2, 3',
    'net, all three',
    'passes at the end − at the draft',
    'right drafts broken',
  ];
  const rows = results.map(({ iterations, netOfAll, raw, broken, trials, ...pair }) => [
    nameOf(pair),
    `${iterations.map(({ passes }) => passes).join(', ')} of ${trials}`,
    iterations
      .slice(1)
      .map(({ newFixes, regressions }) => `${newFixes} − ${regressions}`)
      .join(', '),
    points(netOfAll),
    points(raw),
    `${broken.hits} of ${broken.of}: ${perCent(broken.share)} %`,
  ]);
  return markdownTable(header, rows);
}

/** Reviews of code that is never run. */
export function textOnlyTable(results: readonly TextOnlyResult[]): string {
  const rows = results.map(({ gains, broken, ...pair }) => [nameOf(pair), ...gains.map(points), share(broken)]);
  return markdownTable(['generator → refiner', 'after 1 review', 'after 2', 'after 3', 'right drafts broken'], rows);
}

/** `values` against `traceback`. */
export function detailTable(comparisons: readonly DetailComparison[]): string {
  const header = [
    'generator → refiner',
    'repairs',
    'solved, values − traceback',
    'wrong values',
    'fixed with values',
    'with traceback',
    'difference',
  ];
  const rows = comparisons.map(({ pair, repairs, solved, values, traceback, fixed }) => [
    pair === null ? 'all together' : nameOf(pair),
    String(repairs),
    points(solved),
    String(values.of),
    share(values),
    share(traceback),
    points(fixed),
  ]);
  return markdownTable(header, rows);
}

/** What each part of the feedback is worth. */
export function ablationTable(lines: readonly AblationLine[]): string {
  const [, ...others] = WORDINGS;
  const header = ['refiner', 'failed drafts', 'full', ...others, ...others.map((wording) => `full − ${wording}`)];
  const rows = lines.map(({ refiner, drafts, rates, lost }) => [
    refiner ?? `all, ${drafts}`,
    String(rates.full.of),
    perCent(rates.full.share),
    ...others.map((wording) => hundredths(rates[wording].share?.mean ?? 0)),
    ...others.map((wording) => points(lost[wording] ?? null)),
  ]);
  return markdownTable(header, rows);
}

/** The paper's claims with what decides each. */
export function claimTable(claims: readonly Claim[], flattery: { excess: number; finding: string } | null): string {
  const rows = claims.map(({ claim, measure, value, finding }) => [claim, finding, `${measure}: ${points(value)}`]);
  const last =
    flattery === null
      ? []
      : [
          [
            'one run flatters by 5 % and more',
            flattery.finding,
            `best of the runs above their mean, average of all pairs: ${hundredths(flattery.excess)} %`,
          ],
        ];
  return markdownTable(['claim', 'here', 'measured (points)'], [...rows, ...last], 3);
}

function nameOf({ generator, refiner }: Pair): string {
  return `${generator} → ${refiner}`;
}
