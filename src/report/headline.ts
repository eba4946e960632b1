import type { Analysis } from '../analysis/analyze-run.ts';
import type { PipelineCost } from '../analysis/costs.ts';
import type { Separation } from '../analysis/separations.ts';
import { cellText } from './cell-text.ts';
import { conclusionOf } from './conclusion.ts';
import { type Note, pointsColumn } from './table.ts';
import { LABEL_WIDTH, shortened } from './text-width.ts';

const MOST_RIVALS = 5;

/** What a run shows in sentences: what solves most, how far it is ahead of the others and how sure that is, and what it costs. */
export function headlineOf(analysis: Analysis): Note[] {
  const best = bestOf(analysis);
  if (best === null) return [conclusionOf(analysis)];
  const own = analysis.separations.filter(({ pipeline, baseline }) => pipeline === best || baseline === best);
  return [
    conclusionOf(analysis),
    ...own.slice(0, MOST_RIVALS).map((separation) => differenceText(best, separation)),
    ...costText(best, analysis.costs),
  ];
}

function bestOf({ results }: Analysis): string | null {
  const shareOf = ({ passAtK: [first] }: Analysis['results'][number]) => first?.interval?.mean ?? first?.mean ?? -1;
  const [first] = results.toSorted((one, other) => shareOf(other) - shareOf(one));
  return first === undefined || shareOf(first) < 0 ? null : first.pipeline;
}

/** From the side of the best: a separation is the later pipeline less the earlier one. */
function differenceText(best: string, { pipeline, baseline, difference, correctedP }: Separation): Note {
  const isLater = pipeline === best;
  const about = `${nameOf(best)} against ${nameOf(isLater ? baseline : pipeline)}`;
  if (difference === null) return { about, text: 'too few tasks for an interval' };
  const { mean, low, high } = difference;
  const seen = isLater ? difference : { mean: -mean, low: -high, high: -low };
  const p = cellText(correctedP, { name: 'p', kind: 'p-value', unit: null });
  const size = cellText(seen.mean, pointsColumn('', null));
  const [from, to] = [seen.low, seen.high].map((end) => cellText(end, pointsColumn('', null)));
  return {
    about,
    text: `${size} points (95 % interval ${from} to ${to}, p ${p.startsWith('<') ? p : `= ${p}`} after correction)`,
  };
}

/** What a solved task costs with the best, and with the cheapest other one. */
function costText(best: string, costs: readonly PipelineCost[]): Note[] {
  const isKnown = costs.every(({ tokens }) => tokens !== null);
  const unit = isKnown ? 'tokens' : 'seconds';
  const priced = costs.flatMap((cost) => {
    const price = (isKnown ? cost.tokens : cost.seconds)?.perSolved ?? null;
    return price === null ? [] : [{ pipeline: cost.pipeline, price }];
  });
  const own = priced.find(({ pipeline }) => pipeline === best);
  if (own === undefined) return [];
  const [cheapest] = priced.filter((one) => one !== own).toSorted((one, other) => one.price - other.price);
  const column = { name: unit, kind: unit, unit } as const;
  const says = `A solved task takes ${cellText(own.price, column)} ${unit} with ${nameOf(best)}`;
  if (cheapest === undefined) return [`${says}.`];
  return [
    `${says} and ${cellText(cheapest.price, column)} with ${nameOf(cheapest.pipeline)}, the cheapest of the others.`,
  ];
}

function nameOf(name: string): string {
  return shortened(name, LABEL_WIDTH);
}
