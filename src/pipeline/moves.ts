import { Random } from '../statistics/random.ts';
import { shareOfChecks } from './best-attempt.ts';
import {
  type DrafterSpec,
  type DraftStage,
  isDraftStage,
  type PipelineSpec,
  type RepairStage,
  type RoleSpec,
  temperatureAt,
} from './pipeline-spec.ts';
import type { Attempt } from './trace.ts';

/** Asks for a program without showing any that was tried before. */
export interface DraftMove {
  readonly kind: 'draft';
  /** Null of the first draft, which no stage draws. */
  readonly stage: number | null;
  readonly role: RoleSpec;
  /** The drafts that may follow at once. */
  readonly further: readonly DraftMove[];
}

/** Asks for a better program than an earlier one. */
export interface RepairMove {
  readonly kind: 'repair';
  readonly stage: number;
  readonly by: RepairStage;
  /** Which attempt is repaired: an index, or whichever is best or last by then. */
  readonly of: RepairStage['from'] | number;
}

export type Move = DraftMove | RepairMove;

/** What a pipeline does in turn, from its first draft; an adaptive one looks at the attempts so far before every move. */
export function* movesOf(spec: PipelineSpec, attempts: readonly Attempt[], seed: number): Generator<Move> {
  yield* draftMoves(null, { ...spec.generator, drafts: 1 });
  yield* spec.next === 'adaptive' ? adaptiveMoves(spec, attempts, Random.of(seed)) : stageMoves(spec);
}

function* stageMoves({ stages }: PipelineSpec): Generator<Move> {
  for (const [index, stage] of stages.entries()) {
    yield* isDraftStage(stage) ? draftMoves(index, stage) : repairMoves(index, stage);
  }
}

function draftMoves(stage: number | null, { drafts, ...role }: DraftStage): DraftMove[] {
  let further: readonly DraftMove[] = [];
  for (let draft = drafts - 1; draft >= 0; draft -= 1) {
    further = [{ kind: 'draft', stage, role: roleAt(role, draft), further }, ...further];
  }
  return [...further];
}

function repairMoves(stage: number, by: RepairStage): RepairMove[] {
  return Array.from({ length: by.iterations }, () => ({ kind: 'repair', stage, by, of: by.from }));
}

/** The role that writes a draft, with the temperature of that draft; the first one is 0. */
export function roleAt({ temperature, ...role }: DrafterSpec, draft: number): RoleSpec {
  return { ...role, temperature: temperatureAt(temperature, draft) };
}

/** How much the share of checks that a program passes says of what a repair of it is worth (REx, arXiv:2405.17503). */
const TRUST = 10;

/**
 * As many moves as the stages have, each a further draft or a repair of the attempt that seems the most promising: one posterior sample of
 * the chance of each, by the checks passed and the repairs already spent on it (Thompson sampling, as REx does it).
 */
function* adaptiveMoves(spec: PipelineSpec, attempts: readonly Attempt[], random: Random): Generator<Move> {
  const planned = [...stageMoves(spec)];
  const drafts = planned.filter((move) => move.kind === 'draft').map((move) => ({ ...move, further: [] }));
  const repairs = planned.filter((move) => move.kind === 'repair');
  if (drafts.length === 0) drafts.push({ kind: 'draft', stage: null, role: roleAt(spec.generator, 1), further: [] });
  for (let left = planned.length; left > 0; left -= 1) {
    const of = repairs.length === 0 ? null : chooseAttempt(attempts, random);
    yield of === null ? takeNext(drafts) : { ...takeNext(repairs), of };
  }
}

/** Takes the first of some moves away; the last one stays, for all that may follow. */
function takeNext<Kind>(moves: Kind[]): Kind {
  return (moves.length > 1 ? moves.shift() : moves[0]) as Kind;
}

/** The attempt to repair; null for another draft. */
function chooseAttempt(attempts: readonly Attempt[], random: Random): number | null {
  const drafts = attempts.filter(({ from }) => from === null).map(shareOfChecks);
  const usual = drafts.reduce((sum, share) => sum + share, 0) / drafts.length;
  const sample = (share: number, spent: number) => random.beta(1 + TRUST * share, 1 + TRUST * (1 - share) + spent);
  const chances = attempts.map((attempt) =>
    sample(shareOfChecks(attempt), attempts.filter(({ from }) => from === attempt.index).length),
  );
  const best = Math.max(...chances);
  return sample(usual, 0) >= best ? null : chances.indexOf(best);
}
