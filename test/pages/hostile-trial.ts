import type { StoredTrial, TrialPlace } from '../../src/runs/run-store.ts';
import type { Check, RaisedException } from '../../src/sandbox/verdict.ts';
import { UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import { promptOf, trialAt } from '../store/stored-trials.ts';

/** What would run, or fool a reader, if anything of it were not shown as text. */
export const HOSTILE = [
  '<script>globalThis.ran = true; document.title = "ran"</script>',
  '"><img src=x onerror="globalThis.ran = true">',
  "'; globalThis.ran = true; //",
  '</pre></code></textarea></title><svg onload="globalThis.ran = true">',
  '&lt;b&gt; &#x3c;i&#x3e; javascript:globalThis.ran=true',
  '\u001b[31mred\u001b]8;;https://evil.example\u0007link\u0000',
  '\u202e\u2066reversed\u2069 \u200bhidden\ufeff',
].join(' ');

/** As much of it as the name of a pipeline may hold. */
export const HOSTILE_NAME = '<script>globalThis.ran = 1</script>"><img src=x onerror="ran=1"> \u001b[31m \u202ename';

/** Characters of a page that a terminal would obey, or that hide or reorder what a reader sees. */
export const OBEYED = /[\p{Cc}\p{Cf}]/u;

/** A trial in which everything that a model, a task or a program says is hostile. */
export function hostileTrial(place: TrialPlace): StoredTrial {
  const { trial } = { trial: trialAt(place, { answer: HOSTILE, code: `def f(n):\n    return """${HOSTILE}"""\n` }) };
  const [draft] = trial.trace.attempts;
  const [completion] = draft!.completions;
  const messages = [{ role: 'user', content: HOSTILE }] as const;
  const completions = [{ ...completion!, model: HOSTILE, text: HOSTILE, messages }];
  const first = { ...draft!, verdict: FAILED, completions };
  const repair = { ...first, index: 1, from: 0, code: `${first.code}# ${HOSTILE}\n`, verdict: RAISED };
  const fault = { kind: HOSTILE, message: HOSTILE };
  const trace = { ...trial.trace, attempts: [first, repair], unused: completions, stopReason: 'fault', fault } as const;
  const grades = [{ base: FAILED, plus: null, passed: false }];
  const prompt = { ...promptOf(place.taskId), text: HOSTILE, entryPoint: HOSTILE, examples: [{ source: HOSTILE }] };
  return { trial: { ...trial, trace, grades }, prompt };
}

const CHECK: Check = {
  ...{ test: HOSTILE, source: HOSTILE, passed: false, call: HOSTILE, actual: HOSTILE, operator: '==' },
  ...{ expected: HOSTILE, exception: null },
};
const EXCEPTION: RaisedException = {
  ...{ type: HOSTILE, message: HOSTILE, traceback: HOSTILE, line: 1, locals: { [HOSTILE]: HOSTILE } },
};
const MEASURED = { ...UNMEASURED, testedBy: 'judge', output: HOSTILE, checksFailed: 1 } as const;
const FAILED: Verdict = { ...MEASURED, kind: 'failed', checks: [CHECK] };
const RAISED: Verdict = { ...MEASURED, kind: 'raised', during: 'check', checks: [CHECK], exception: EXCEPTION };
