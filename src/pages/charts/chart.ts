import type { Config, TopLevelSpec } from 'vega-lite';
import { printable } from '../../base/printable.ts';
import { shortenApart } from '../../report/shorten-apart.ts';

/** A picture of numbers: what it shows and how to read it in words, and its specification in Vega-Lite. */
export interface Chart {
  /** Short name, as files and other programs have it. */
  readonly name: string;
  readonly title: string;
  /** What it shows, for who does not see it. */
  readonly says: string;
  /** How to read it. */
  readonly reading: string;
  /** The specification of a drawing of so many CSS pixels in width. */
  readonly spec: (width: number) => TopLevelSpec;
}

/** Colours that tell six series apart, by the names that the style sheet gives them. */
export const SERIES: readonly string[] = Array.from({ length: 6 }, (_, index) => `var(--series-${index + 1})`);

/** Shapes that tell the same series apart without colours. */
export const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

/** Below this width a drawing is for a phone. */
const PHONE = 480;

/** Whether a drawing of this width is for a phone. */
export function isNarrow(width: number): boolean {
  return width < PHONE;
}

/** Each name as a drawing of this width shows it: printable, short, and no two alike. */
export function labelsOf(names: readonly string[], width: number): (name: string) => string {
  const own = names.map(printable);
  const labels = shortenApart(own, isNarrow(width) ? 18 : 34);
  return (name) => labels.get(printable(name)) ?? printable(name);
}

/** A number between 0 and 1 in per cent: `41.0 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const TEXT = { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12, titleFontSize: 12 } as const;

/** How all charts look: colours of the page around them, no marks that a screen reader would read one by one. */
const CONFIG: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  aria: false,
  view: { stroke: null },
  axis: {
    ...TEXT,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: 'var(--line)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelLimit: 260,
  },
  legend: {
    ...TEXT,
    titleFontWeight: 'normal',
    orient: 'top',
    labelLimit: 260,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
  },
  header: { ...TEXT, titleFontWeight: 'normal', labelLimit: 600 },
};

/** A specification as wide as it is told, with the look of all charts. */
export function chartSpec(width: number, spec: object): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width,
    autosize: { type: 'fit-x', contains: 'padding' },
    padding: 4,
    config: CONFIG,
    ...spec,
  } as TopLevelSpec;
}

/** An axis of shares below a drawing of so many pixels. */
export function shareAxis(title: string, width: number): object {
  return { title, format: '.0%', tickCount: isNarrow(width) ? 4 : 10 };
}

/** An axis of shares beside a drawing. */
export function uprightShareAxis(title: string): object {
  return { title, format: '.0%', tickCount: 5 };
}

/** The colour of each series, and the legend that names them. */
export function seriesColour(labels: readonly string[], width: number): object {
  return { ...seriesField(labels, width), scale: { domain: labels, range: SERIES } };
}

/** The shape of each series, which tells them apart without colours; its legend is that of the colours. */
export function seriesShape(labels: readonly string[], width: number): object {
  return { ...seriesField(labels, width), scale: { domain: labels, range: SHAPES } };
}

function seriesField(labels: readonly string[], width: number): object {
  const legend = labels.length < 2 ? null : { title: null, columns: isNarrow(width) ? 1 : 3 };
  return { field: 'series', type: 'nominal', legend };
}
