import { type PipelineInput, type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { Attempt } from '../../src/pipeline/trace.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { factsOf, type TrialFacts } from '../../src/runs/trial-facts.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';

/** What trials differ in, where it is not what is usual. */
export interface TrialChanges {
  readonly pipeline?: string;
  readonly repeat?: number;
  /** Kind of what broke after the attempts. */
  readonly fault?: string;
  readonly checked?: Trial['trace']['checked'];
  readonly tokens?: number;
  readonly seconds?: number;
  readonly hasUsage?: boolean;
  readonly repairs?: Trial['repairEffects'];
  /** How many attempts are drafts; those after them repair the one before. */
  readonly drafts?: number;
  readonly groups?: readonly (readonly number[])[];
  readonly isCut?: boolean;
}

/**
 * The facts of a trial by its attempts: `ok` passes everything, `false` only what it saw, `text` is right and was not run, `-` is wrong and was
 * not run, another word is the error that the examples and the grading tests showed.
 */
export function trialOf(taskId: string, words: string, changes: TrialChanges = {}): TrialFacts {
  return factsOf(wholeTrial(taskId, words, changes));
}

/** The same with all that it holds. */
export function wholeTrial(taskId: string, words: string, changes: TrialChanges = {}): Trial {
  const { pipeline = 'p', repeat = 0, fault = null, checked = 'examples', tokens = 10, seconds = 1 } = changes;
  const { hasUsage = true, repairs = [], drafts = 1, groups, isCut = false } = changes;
  const own = words === '' ? [] : words.split(' ');
  const usage = hasUsage ? { promptTokens: tokens, completionTokens: 0 } : null;
  const attempts = own.map((word, index) =>
    attemptOf(word, index, { usage, isLast: index === own.length - 1, repairs, drafts, isCut }),
  );
  const calls = own.length;
  return {
    pipeline,
    trace: {
      taskId,
      repeat,
      attempts,
      agreement: groups === undefined ? null : { inputs: 8, groups, seconds: 0 },
      unused: [],
      stopReason: fault === null ? 'iterations-spent' : 'fault',
      checked,
      cost: { calls, promptTokens: hasUsage ? calls * tokens : 0, completionTokens: 0, seconds },
      fault: fault === null ? null : { kind: fault, message: 'broke' },
    },
    grades: own.map((word) => {
      const passed = word === 'ok' || word === 'text';
      return {
        base: verdictOf(passed ? 'ok' : word === 'false' || word === '-' ? 'AssertionError' : word),
        plus: null,
        passed,
      };
    }),
    repairEffects: repairs,
  };
}

/** A pipeline with one stage of so many iterations, or none. */
export function specOf(name: string, iterations: number, changes: Partial<PipelineInput> = {}): PipelineSpec {
  const role = { model: `scripted/${name}` };
  const stages = iterations === 0 ? [] : [{ iterations, refiner: role }];
  return parsePipeline({ name, generator: role, stages, ...changes }, name);
}

interface AttemptParts {
  readonly usage: { promptTokens: number; completionTokens: number } | null;
  readonly isLast: boolean;
  readonly repairs: Trial['repairEffects'];
  readonly drafts: number;
  readonly isCut: boolean;
}

/** Repairs are those of the last attempt. */
function attemptOf(word: string, index: number, parts: AttemptParts): Attempt {
  const { usage, isLast, repairs, drafts, isCut } = parts;
  const verdict = word === 'text' || word === '-' ? null : verdictOf(word);
  const applied = isLast ? repairs.map(({ name }) => ({ name, detail: '' })) : [];
  const completions = [
    { usage, seconds: 0, finishReason: isCut ? 'cut' : 'stop' },
  ] as unknown as Attempt['completions'];
  return {
    index,
    stage: index === 0 ? null : 0,
    from: index < drafts ? null : index - 1,
    answer: word,
    extracted: word,
    code: word,
    repairs: applied,
    verdict,
    completions,
    bestSoFar: index,
  };
}

function verdictOf(word: string): Verdict {
  const kind = word === 'ok' || word === 'false' ? 'passed' : word === 'AssertionError' ? 'failed' : 'raised';
  const exception = kind === 'raised' ? { exception: { type: word } } : {};
  return { kind, ...exception, seconds: 0 } as unknown as Verdict;
}
