import { mean } from '../../src/statistics/describe.ts';
import { formatTable } from '../format-table.ts';
import {
  agreementOf,
  byAgreement,
  byBoth,
  byExamples,
  byOrder,
  type Choice,
  drawnUntilDecided,
  rightShares,
  share,
  trialsOf,
} from './choices.ts';
import type { TaskDrafts } from './judged-drafts.ts';
import { gain, percent } from './percent.ts';

const SIZES = [2, 4, 8];
const CONFIDENCE = 0.95;

/** Right answers by number of drafts and by what chooses among them, with differences paired by task. */
export function choiceTable(tasks: readonly TaskDrafts[]): string {
  const most = Math.max(...tasks.map(({ drafts }) => drafts.length));
  const header = ['drafts', 'first', 'agreement', 'less first', 'examples', 'both', 'less examples'];
  const sizes = [...SIZES, most];
  return formatTable(
    header,
    sizes.map((size) => choiceRow(tasks, size)),
  );
}

function choiceRow(tasks: readonly TaskDrafts[], size: number): string[] {
  const shares = (choice: Choice) => rightShares(tasks, size, choice);
  const [first, agreement, examples, both] = [byOrder, byAgreement, byExamples, byBoth].map(shares);
  return [
    String(size),
    percent(mean(first!)),
    percent(mean(agreement!)),
    gain(agreement!, first!),
    percent(mean(examples!)),
    percent(mean(both!)),
    gain(both!, examples!),
  ];
}

/** Drafts drawn and right answers where drawing stops as soon as the majority is decided. */
export function stoppingLine(tasks: readonly TaskDrafts[], size: number): string {
  const stopped = tasks.map((task) => trialsOf(task, size).map((trial) => drawnUntilDecided(trial, CONFIDENCE)));
  const drawn = mean(stopped.map((trials) => mean(trials.map(({ length }) => length)) ?? 0)) ?? 0;
  const right = mean(stopped.map((trials) => share(trials.map((trial) => byAgreement(trial).isRight))));
  return `up to ${size} drafts, stopped when decided (${CONFIDENCE}): ${drawn.toFixed(2)} drawn, ${percent(right)} right`;
}

/** How often the choice of an agreement is right, by how many drafts agree. */
export function reliabilityTable(tasks: readonly TaskDrafts[], size: number): string {
  const trials = tasks.flatMap((task) => trialsOf(task, size).map(agreementOf));
  const groups = [...Map.groupBy(trials, ({ agreeing }) => agreeing)].sort(([a], [b]) => b - a);
  const rows = groups.map(([agreeing, of]) => [
    `${agreeing} of ${size}`,
    percent(of.length / trials.length),
    percent(share(of.map(({ isRight }) => isRight))),
  ]);
  return formatTable(['agree', 'of trials', 'right'], rows);
}

/** Wall seconds in which the sandbox observed the drafts, per task and draft. */
export function secondsLine(tasks: readonly TaskDrafts[]): string {
  const seconds = tasks.map(({ drafts }) => drafts.reduce((sum, draft) => sum + draft.seconds, 0));
  const perDraft = tasks.map(({ drafts }, index) => seconds[index]! / drafts.length);
  const [all, one] = [mean(seconds) ?? 0, mean(perDraft) ?? 0];
  return `observed in ${all.toFixed(2)} s a task, ${one.toFixed(2)} s a draft`;
}
