import { groupByBehaviour } from '../../src/pipeline/agreement/group-by-behaviour.ts';
import { isDecided } from '../../src/pipeline/agreement/is-decided.ts';
import { mean } from '../../src/statistics/describe.ts';
import type { JudgedDraft, TaskDrafts } from './judged-drafts.ts';

type Drafts = readonly JudgedDraft[];

/** The drafts of all trials of one task with so many drafts each: as many as there are draws, each beginning with another draw. */
export function trialsOf({ drafts }: TaskDrafts, size: number): Drafts[] {
  const twice = [...drafts, ...drafts];
  return drafts.map((_, start) => twice.slice(start, start + Math.min(size, drafts.length)));
}

/** Which draft is chosen. */
export type Choice = (drafts: Drafts) => JudgedDraft;

export const byOrder: Choice = (drafts) => drafts[0]!;

/** The earliest of the largest group; the first draft where none shows a behaviour. */
export const byAgreement: Choice = (drafts) => drafts[groupsOf(drafts)[0]?.[0] ?? 0]!;

/** The earliest of those that pass most examples. */
export const byExamples: Choice = (drafts) => byOrder(best(drafts));

/** By agreement among those that pass most examples. */
export const byBoth: Choice = (drafts) => byAgreement(best(drafts));

function groupsOf(drafts: Drafts): number[][] {
  return groupByBehaviour(
    drafts.map(({ behaviour }) => behaviour),
    drafts[0]?.given,
  );
}

function best(drafts: Drafts): Drafts {
  const most = Math.max(...drafts.map(({ examplesPassed }) => examplesPassed));
  return drafts.filter(({ examplesPassed }) => examplesPassed === most);
}

/** The share of right choices of each task. */
export function rightShares(tasks: readonly TaskDrafts[], size: number, choice: Choice): number[] {
  return tasks.map((task) => share(trialsOf(task, size).map((trial) => choice(trial).isRight)));
}

/** The drafts that are drawn until the majority is decided. */
export function drawnUntilDecided(drafts: Drafts, confidence: number): Drafts {
  for (let drawn = 1; drawn < drafts.length; drawn += 1) {
    const sizes = groupsOf(drafts.slice(0, drawn)).map(({ length }) => length);
    if (isDecided(sizes, drafts.length - drawn, confidence)) return drafts.slice(0, drawn);
  }
  return drafts;
}

/** How many of the drafts agree with the chosen one, and whether it is right. */
export function agreementOf(drafts: Drafts): { agreeing: number; isRight: boolean } {
  return { agreeing: groupsOf(drafts)[0]?.length ?? 0, isRight: byAgreement(drafts).isRight };
}

export function share(values: readonly boolean[]): number {
  return mean(values.map(Number)) ?? 0;
}
