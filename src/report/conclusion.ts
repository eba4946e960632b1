import type { Analysis } from '../analysis/analyze-run.ts';
import type { PassAtK, PipelineResult } from '../analysis/pipeline-results.ts';
import type { Separation } from '../analysis/separations.ts';
import { count } from '../base/count.ts';
import { LABEL_WIDTH, shortened } from './text-width.ts';

const MOST_NAMES = 3;

/** What a run shows, in one or two sentences: which pipeline solves most, and from which others that can be told apart. */
export function conclusionOf({ results, separations, run }: Analysis): string {
  const ranked = results
    .flatMap((result) => (shareOf(result) === null ? [] : [result]))
    .toSorted((a, b) => shareOf(b)! - shareOf(a)!);
  const [best] = ranked;
  if (best === undefined) return 'Every trial of this run faulted, so there is no result.';
  const tasks = count(run.benchmark.tasks, 'task');
  const { share, ends } = shareTexts(best.passAtK[0]!);
  const says = `${nameOf(best.pipeline)} solves ${share} of ${tasks} in a single trial${ends}.`;
  if (ranked.length === 1) return says;
  return `${says} ${comparisonText(best.pipeline, separations)}`;
}

function shareOf({ passAtK: [first] }: PipelineResult): number | null {
  return first?.interval?.mean ?? first?.mean ?? null;
}

function shareTexts({ mean, interval }: PassAtK): { readonly share: string; readonly ends: string } {
  const percent = (value: number) => (100 * value).toFixed(0);
  const ends = interval === null ? '' : ` (95 % interval ${percent(interval.low)} to ${percent(interval.high)} %)`;
  return { share: `${(100 * (interval?.mean ?? mean ?? 0)).toFixed(1)} %`, ends };
}

/** From the side of the best: a separation names the later pipeline first. */
function comparisonText(best: string, separations: readonly Separation[]): string {
  const own = separations.filter(({ pipeline, baseline }) => pipeline === best || baseline === best);
  const rival = ({ pipeline, baseline }: Separation) => (pipeline === best ? baseline : pipeline);
  const isBetter = ({ pipeline, verdict }: Separation) => verdict === (pipeline === best ? 'better' : 'worse');
  const [beaten, even] = [own.filter(isBetter).map(rival), own.filter((one) => !isBetter(one)).map(rival)];
  if (beaten.length === 0)
    return `No other pipeline solves more, but the difference from ${namesText(even)} is not significant.`;
  const than = `It is better than ${namesText(beaten)}`;
  return even.length === 0 ? `${than}.` : `${than}; the difference from ${namesText(even)} is not significant.`;
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(nameOf);
  return names.length <= MOST_NAMES ? shown.join(', ') : `${shown.join(', ')} and ${names.length - MOST_NAMES} more`;
}

function nameOf(name: string): string {
  return shortened(name, LABEL_WIDTH);
}
