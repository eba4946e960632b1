import type { SolvedByMoves } from '../../analysis/solved-by-moves.ts';
import { type Chart, chartSpec, labelsOf, percent, seriesColour, uprightShareAxis } from './chart.ts';

/** What each draft and repair adds, at the tokens that it takes; null of pipelines of a single attempt. */
export function movesChart(curves: readonly SolvedByMoves[]): Chart | null {
  if (!curves.some(({ moves }) => moves.length > 1)) return null;
  return {
    name: 'solved-by-tokens',
    title: 'Solved by each draft and repair, at the tokens that it takes',
    says: curves.map(curveText).join('; '),
    reading:
      'Each mark is one more attempt: a circle a draft, a square a repair. To compare at equal tokens, read straight up from the same place of the axis below. Tokens are prompt and new tokens, mean of a trial.',
    spec: (width) => movesSpec(curves, width),
  };
}

function curveText({ pipeline, moves }: SolvedByMoves): string {
  const [first, last] = [moves[0], moves.at(-1)];
  if (first === undefined || last === undefined) return pipeline;
  const begins = `${pipeline}: ${percent(first.solved)} at ${Math.round(first.tokens)} tokens`;
  return moves.length === 1 ? begins : `${begins}, ${percent(last.solved)} at ${Math.round(last.tokens)}`;
}

function movesSpec(curves: readonly SolvedByMoves[], width: number) {
  const label = labelsOf(
    curves.map(({ pipeline }) => pipeline),
    width,
  );
  const values = curves.flatMap(({ pipeline, moves }) =>
    moves.map((move, index) => ({ ...move, attempt: index + 1, series: label(pipeline) })),
  );
  const labels = curves.map(({ pipeline }) => label(pipeline));
  return chartSpec(width, {
    height: 300,
    data: { values },
    encoding: {
      x: {
        ...{ field: 'tokens', type: 'quantitative', title: 'mean tokens of a trial', axis: { tickCount: 5 } },
        scale: { domainMin: 0 },
      },
      y: {
        field: 'solved',
        type: 'quantitative',
        axis: uprightShareAxis('trials solved'),
        scale: { zero: false, nice: true },
      },
      color: seriesColour(labels, width),
    },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { order: { field: 'attempt' } } },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: {
          shape: {
            ...{ field: 'kind', type: 'nominal', legend: { title: null } },
            scale: { domain: ['draft', 'repair'], range: ['circle', 'square'] },
          },
        },
      },
    ],
  });
}
