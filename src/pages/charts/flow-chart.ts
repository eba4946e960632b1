import type { FirstErrors } from '../../analysis/first-errors.ts';
import { printable } from '../../base/printable.ts';
import { type Chart, chartSpec, isNarrow } from './chart.ts';

const MOST_ERRORS = 6;
const OTHERS = 'other errors';
const OUTCOMES = ['passed', 'same error', 'another error', 'failed hidden tests', 'outgrew the context'] as const;
const COLOURS = ['var(--series-3)', 'var(--series-2)', 'var(--series-5)', 'var(--series-4)', 'var(--quiet)'] as const;
/** Between two nodes of one side, in parts of all drafts. */
const GAP = 0.03;
const STEPS = 12;

type FlowOutcome = (typeof OUTCOMES)[number];

/** So many failed drafts of an error that came to one outcome. */
export interface Flow {
  readonly error: string;
  readonly outcome: FlowOutcome;
  readonly drafts: number;
}

/** Where failed drafts went, over all pipelines that repair or draw again; null where there is none. */
export function flowChart(firstErrors: readonly FirstErrors[]): Chart | null {
  const flows = flowsOf(firstErrors);
  if (flows.length === 0) return null;
  return {
    name: 'flow',
    title: 'From the first error to the outcome',
    says: flows.map(({ error, outcome, drafts }) => `${error} to ${outcome}: ${drafts}`).join('; '),
    reading:
      'Failed drafts of all pipelines that repair or draw again: on the left by the error of the draft, on the right by what became of the trial. A band is as thick as it has trials.',
    spec: (width) => flowSpec(flows, width),
  };
}

/** The flows of the most frequent errors, and those of all others together. */
export function flowsOf(firstErrors: readonly FirstErrors[]): Flow[] {
  const lines = firstErrors.flatMap(({ lines: own }) =>
    own.filter(({ error, fixed }) => error !== null && fixed !== null),
  );
  const byError = [...Map.groupBy(lines, ({ error }) => error ?? '')].sort(
    ([, one], [, other]) => sumOf(other, 'drafts') - sumOf(one, 'drafts'),
  );
  const others = byError.slice(MOST_ERRORS).flatMap(([, own]) => own);
  const groups = [...byError.slice(0, MOST_ERRORS), ...(others.length === 0 ? [] : [[OTHERS, others] as const])];
  return groups.flatMap(([error, own]) => {
    const fixed = own.reduce((sum, line) => sum + (line.fixed?.hits ?? 0), 0);
    const others = (['sameError', 'otherError', 'failsHidden', 'overflows'] as const).map((name) => sumOf(own, name));
    return OUTCOMES.map((outcome, place) => ({ error, outcome, drafts: [fixed, ...others][place] ?? 0 })).filter(
      ({ drafts }) => drafts > 0,
    );
  });
}

type Counts = 'drafts' | 'sameError' | 'otherError' | 'failsHidden' | 'overflows';

function sumOf(lines: readonly Readonly<Record<Counts, number>>[], name: Counts): number {
  return lines.reduce((sum, line) => sum + line[name], 0);
}

/** A node of one side, from its top to its bottom in drafts. */
interface Node {
  readonly name: string;
  readonly drafts: number;
  readonly top: number;
  readonly bottom: number;
}

function nodesOf(flows: readonly Flow[], nameOf: (flow: Flow) => string, gap: number): Node[] {
  const nodes: Node[] = [];
  for (const [name, own] of Map.groupBy(flows, nameOf)) {
    const top = (nodes.at(-1)?.bottom ?? -gap) + gap;
    const drafts = own.reduce((sum, flow) => sum + flow.drafts, 0);
    nodes.push({ name, drafts, top, bottom: top + drafts });
  }
  return nodes;
}

function flowSpec(flows: readonly Flow[], width: number) {
  const total = flows.reduce((sum, { drafts }) => sum + drafts, 0);
  const ordered = flows.toSorted((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome));
  const left = nodesOf(flows, ({ error }) => error, GAP * total);
  const right = nodesOf(ordered, ({ outcome }) => outcome, GAP * total);
  const margin = isNarrow(width) ? 0.95 : 0.4;
  const label = isNarrow(width) ? 14 : 24;
  const scale = { domain: [-margin, 1 + margin], nice: false, zero: false };
  const x = (field: string) => ({ field, type: 'quantitative', axis: null, scale });
  const y = (field: string) => ({ field, type: 'quantitative', axis: null, scale: { reverse: true, nice: false } });
  const text = (nodes: readonly Node[], side: 'left' | 'right') => ({
    data: { values: nodes.map((node) => nodeText(node, side, label)) },
    mark: {
      type: 'text',
      align: side === 'left' ? 'right' : 'left',
      baseline: 'middle',
      color: 'currentColor',
      fontSize: 12,
    },
    encoding: { x: x('x'), y: y('y'), text: { field: 'text' } },
  });
  return chartSpec(width, {
    height: 320,
    layer: [
      {
        data: { values: bandsOf(flows, left, right) },
        mark: { type: 'area', interpolate: 'monotone', opacity: 0.6 },
        encoding: {
          ...{ x: x('x'), y: y('top'), y2: { field: 'bottom' }, detail: { field: 'band' } },
          color: { field: 'outcome', type: 'nominal', scale: { domain: OUTCOMES, range: COLOURS }, legend: null },
        },
      },
      {
        data: {
          values: [
            ...left.map((node) => ({ ...node, x: -0.012, end: 0 })),
            ...right.map((node) => ({ ...node, x: 1, end: 1.012 })),
          ],
        },
        mark: { type: 'rect', color: 'currentColor' },
        encoding: { x: x('x'), x2: { field: 'end' }, y: y('top'), y2: { field: 'bottom' } },
      },
      text(left, 'left'),
      text(right, 'right'),
    ],
  });
}

function nodeText({ name, drafts, top, bottom }: Node, side: 'left' | 'right', most: number) {
  const own = printable(name);
  const short = own.length > most ? `${own.slice(0, most - 1)}…` : own;
  return { text: `${short} ${drafts}`, x: side === 'left' ? -0.03 : 1.03, y: (top + bottom) / 2 };
}

/** The outline of each band, a point a step from the left to the right. */
function bandsOf(flows: readonly Flow[], left: readonly Node[], right: readonly Node[]) {
  const used = new Map<Node, number>();
  const place = (nodes: readonly Node[], name: string, drafts: number) => {
    const node = nodes.find((own) => own.name === name)!;
    const top = used.get(node) ?? node.top;
    used.set(node, top + drafts);
    return top;
  };
  return flows.flatMap(({ error, outcome, drafts }, band) => {
    const [from, to] = [place(left, error, drafts), place(right, outcome, drafts)];
    return Array.from({ length: STEPS + 1 }, (_, step) => {
      const x = step / STEPS;
      const top = from + (to - from) * x * x * (3 - 2 * x);
      return { band, outcome, x, top, bottom: top + drafts };
    });
  });
}
