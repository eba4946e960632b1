import type { Attempt } from '../pipeline/trace.ts';
import { UNMEASURED, type Verdict, type VerdictKind } from '../sandbox/verdict.ts';
import type { Grade, Trial } from './trial.ts';

/**
 * A trial with no more than summaries count, so that a hundred thousand of them fit into memory: of attempts and grades the kinds of their
 * verdicts alone, without code, answers and checks.
 */
export function lightTrial({ pipeline, trace, grades, repairEffects }: Trial): Trial {
  return {
    pipeline,
    trace: { ...trace, attempts: trace.attempts.map(({ verdict }) => lightAttempt(verdict)) },
    grades: grades.map(lightGrade),
    repairEffects,
  };
}

/** Equal ones are one object. */
const verdicts = new Map<VerdictKind, Verdict>();
const attempts = new Map<VerdictKind | null, Attempt>();

function lightVerdict({ kind }: Verdict): Verdict {
  const known = verdicts.get(kind);
  if (known !== undefined) return known;
  const exception = { type: '', message: '', traceback: '', line: null, locals: {} };
  const ends = { during: 'load', source: null, exception, limitSeconds: 0, reason: '' };
  const verdict = { kind, testedBy: 'judge', ...UNMEASURED, ...ends } as Verdict;
  verdicts.set(kind, verdict);
  return verdict;
}

function lightAttempt(verdict: Verdict | null): Attempt {
  const kind = verdict?.kind ?? null;
  const known = attempts.get(kind);
  if (known !== undefined) return known;
  const texts = { answer: '', extracted: '', code: '', repairs: [], completions: [] };
  const attempt = { index: 0, stage: null, ...texts, verdict: verdict && lightVerdict(verdict) };
  attempts.set(kind, attempt);
  return attempt;
}

function lightGrade({ base, plus, passed }: Grade): Grade {
  return { base: lightVerdict(base), plus: plus && lightVerdict(plus), passed };
}
