import type { Standing } from '../../evolve/strategy.ts';
import { type Chart, chartSpec, isNarrow, percent, SERIES, SHAPES, shareAxis, uprightShareAxis } from './chart.ts';

/** How one strategy stood after each of its batches. */
export interface SearchCourse {
  readonly strategy: string;
  readonly standings: readonly Standing[];
}

/** What a search believed of its best pipeline at some point. */
export interface CoursePoint {
  readonly series: string;
  readonly spent: number;
  readonly solved: number;
  readonly species: number;
}

/** Points of a course that are drawn at most. */
const MOST_POINTS = 200;

/** The best pipeline so far, as the search believed it, over what was spent; null of fewer than two batches. */
export function posteriorChart(courses: readonly SearchCourse[], unit: string): Chart | null {
  const points = coursePoints(courses);
  if (points.length < 2) return null;
  return {
    name: 'posterior',
    title: `What the search believed of its best pipeline, over the ${unit} spent`,
    says: courses.map(({ strategy }) => courseText(strategy, points, unit)).join('; '),
    reading:
      'The line is the share of tasks that the best pipeline so far was believed to solve. It was picked for looking best, so the line is too high until the search reports on its champion, at the end.',
    spec: (width) => posteriorSpec(points, unit, width),
  };
}

/** How many kinds of pipelines were alive; null where a search has no species. */
export function speciesChart(courses: readonly SearchCourse[], unit: string): Chart | null {
  const points = coursePoints(courses);
  if (!points.some(({ species }) => species > 1)) return null;
  const most = Math.max(...points.map(({ species }) => species));
  return {
    name: 'species',
    title: 'Species: kinds of pipelines alive',
    says: `up to ${most} species; ${points.at(-1)?.species} at the end`,
    reading: 'Pipelines that are alike are one species. Many species mean that the search still tries different kinds.',
    spec: (width) => speciesSpec(points, unit, width),
  };
}

/** The points of all courses, thinned where they are many; the last of each is kept. */
export function coursePoints(courses: readonly SearchCourse[]): CoursePoint[] {
  return courses.flatMap(({ strategy, standings }) => {
    const points = standings.flatMap(({ spent, species, best }) =>
      best === null ? [] : [{ series: strategy, spent, species, solved: best.solved }],
    );
    const every = Math.ceil(points.length / MOST_POINTS);
    return points.filter((_, index) => (points.length - 1 - index) % every === 0);
  });
}

function courseText(strategy: string, points: readonly CoursePoint[], unit: string): string {
  const own = points.filter(({ series }) => series === strategy);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return strategy;
  const at = ({ solved, spent }: CoursePoint) => `${percent(solved)} at ${Number(spent.toPrecision(3))} ${unit}`;
  return `${strategy}: from ${at(first)} to ${at(last)}`;
}

function strategyColour(points: readonly CoursePoint[]): object {
  const domain = [...new Set(points.map(({ series }) => series))];
  const legend = domain.length < 2 ? null : { title: null };
  return { field: 'series', type: 'nominal', scale: { domain, range: SERIES }, legend };
}

function spentAxis(unit: string, width: number): object {
  return { field: 'spent', type: 'quantitative', title: `${unit} spent`, axis: { tickCount: isNarrow(width) ? 4 : 8 } };
}

function posteriorSpec(points: readonly CoursePoint[], unit: string, width: number) {
  const y = { type: 'quantitative', axis: uprightShareAxis('tasks solved'), scale: { domain: [0, 1] } };
  return chartSpec(width, {
    height: 280,
    data: { values: points },
    mark: { type: 'line', strokeWidth: 2 },
    encoding: { x: spentAxis(unit, width), y: { ...y, field: 'solved' }, color: strategyColour(points) },
  });
}

function speciesSpec(points: readonly CoursePoint[], unit: string, width: number) {
  return chartSpec(width, {
    height: 160,
    data: { values: points },
    mark: { type: 'line', strokeWidth: 2, interpolate: 'step-after' },
    encoding: {
      x: spentAxis(unit, width),
      y: { field: 'species', type: 'quantitative', axis: { title: 'species', tickMinStep: 1, tickCount: 5 } },
      color: strategyColour(points),
    },
  });
}

/** A score of one strategy's pipeline with its interval. */
export interface ScorePoint {
  readonly strategy: string;
  readonly score: 'search' | 'again' | 'held-out';
  readonly solved: number;
  readonly low: number;
  readonly high: number;
}

/** What searches said of what they found beside what tasks say that they had not seen; null where none was held out. */
export function optimismChart(points: readonly ScorePoint[]): Chart | null {
  if (!points.some(({ score }) => score === 'held-out')) return null;
  return {
    name: 'optimism',
    title: 'Search score beside held-out score',
    says: points.map(({ strategy, score, solved }) => `${strategy}, ${score}: ${percent(solved)}`).join('; '),
    reading:
      'Search: what the search reported. Again: its champion in new draws on the same tasks; how far the search score lies to the right of it is the optimism of the search. Held-out: on tasks that the search has not seen. Lines are 95 % intervals.',
    spec: (width) => optimismSpec(points, width),
  };
}

function optimismSpec(points: readonly ScorePoint[], width: number) {
  const scores = ['search', 'again', 'held-out'];
  const axis = shareAxis('tasks solved', width);
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain: [0, 1] }, axis });
  const colour = {
    color: { field: 'score', type: 'nominal', scale: { domain: scores, range: SERIES }, legend: { title: null } },
  };
  return chartSpec(width, {
    height: { step: 18, for: 'offset' },
    data: { values: points },
    encoding: {
      y: {
        field: 'strategy',
        type: 'nominal',
        scale: { domain: [...new Set(points.map((own) => own.strategy))] },
        title: null,
      },
      yOffset: { field: 'score', scale: { domain: scores } },
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
        encoding: { x: x('low'), x2: { field: 'high' }, ...colour },
      },
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: {
          ...{ x: x('solved'), ...colour },
          shape: { field: 'score', scale: { domain: scores, range: SHAPES }, legend: { title: null } },
        },
      },
    ],
  });
}
