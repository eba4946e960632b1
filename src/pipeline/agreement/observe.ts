import { Refusal } from '../../base/errors.ts';
import { decodeString } from '../../python/string-literals.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { givenBy } from '../given-by.ts';
import { type Behaviour, ENDINGS, NOT_OBSERVED } from './behaviour.ts';
import { behaviourProgram, reportOf } from './behaviour-program.ts';
import type { Probes } from './probes.ts';

/** Where code is observed; the limit is for all probes together. */
export interface ObservationServices {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** A behaviour, and the wall time that the sandbox took. */
export interface Observation {
  readonly behaviour: Behaviour;
  readonly seconds: number;
}

/**
 * Runs code on probes and says what each gave, without any expected value. A probe that ends the run (endless, out of memory, exit) has that
 * in its place and in the place of all after it. Probes that only the process of the code could evaluate show no behaviour.
 */
export async function observe(
  code: string,
  prompt: TaskPrompt,
  probes: Pick<Probes, 'calls'>,
  services: ObservationServices,
): Promise<Observation> {
  const verdict = await run(code, prompt, probes, services);
  if (verdict === null || !hasLoaded(verdict)) return { behaviour: null, seconds: verdict?.seconds ?? 0 };
  const { seconds } = verdict;
  const ending = endingOf(verdict);
  if (ending === null) return { behaviour: readReports(verdict, probes.calls.length), seconds };
  const finished = Math.min(verdict.checksPassed, probes.calls.length - 1);
  const before = await observe(code, prompt, { calls: probes.calls.slice(0, finished) }, services);
  return { behaviour: filled(before.behaviour ?? [], ending, probes.calls.length), seconds: seconds + before.seconds };
}

/** Null where the probes cannot be evaluated apart from the code. */
async function run(
  code: string,
  prompt: TaskPrompt,
  { calls }: Pick<Probes, 'calls'>,
  { sandbox, timeoutSeconds, signal }: ObservationServices,
): Promise<Verdict | null> {
  const tests = calls.length === 0 ? null : behaviourProgram(calls);
  const request = { code, ...givenBy(prompt), tests, timeoutSeconds, report: 'all' } as const;
  return sandbox.run(request, signal).catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
}

function filled(known: readonly string[], ending: string, length: number): string[] {
  return Array.from({ length }, (_, index) => known[index] ?? ending);
}

function hasLoaded(verdict: Verdict): boolean {
  if (verdict.kind === 'no-code' || verdict.kind === 'syntax-error') return false;
  return !('during' in verdict && verdict.during === 'load');
}

/** What ended a run in the middle; null where it came to its end. */
function endingOf({ kind }: Verdict): string | null {
  return kind in ENDINGS ? ENDINGS[kind as keyof typeof ENDINGS] : null;
}

function readReports({ checks }: Verdict, count: number): string[] {
  const reported = new Map(checks.map(({ source, actual }) => [source, decodeString(actual ?? '')]));
  return Array.from({ length: count }, (_, index) => reported.get(reportOf(index)) ?? NOT_OBSERVED);
}
