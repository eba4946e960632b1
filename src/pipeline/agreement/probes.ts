import { Random } from '../../statistics/random.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { annotatedCalls } from './annotated-calls.ts';
import { exampleCalls } from './example-calls.ts';
import { mutateValue, type SeenValues, seenValues } from './mutate-value.ts';
import { type ProbeCall, printCall } from './probe-call.ts';
import { withParts } from './python-value.ts';

/** Inputs on which drafts of one task are compared: calls of the entry point as Python source, `f([1, 2], 3)`. */
export interface Probes {
  readonly calls: readonly string[];
  /** How many of the first calls are those of the task's examples. */
  readonly given: number;
}

/** A verdict keeps 50 failed checks; each probe is one. */
const MOST_PROBES = 40;
/** In characters; calls with longer arguments in the examples are left out. */
const LONGEST_CALL = 5000;
/** Mutations that are tried for each probe, as many give an input that is known already. */
const TRIES_PER_PROBE = 10;
const NEGATIVE_EFFORT = 1000;
const ANOTHER_ARGUMENT_CHANCE = 0.3;

/**
 * Probes of the calls in the prompt's examples, which come first, and of calls mutated from them; without examples, of calls made up from
 * the annotations of the prompt, else of the first draft that has them. Null where nothing says what to call with. The same seed gives
 * the same probes.
 */
export function probesFor(prompt: TaskPrompt, drafts: readonly string[], seed: number): Probes | null {
  const random = Random.of(seed);
  const shown = exampleCalls(prompt);
  const made = shown.length > 0 ? shown : annotatedCalls(prompt, drafts, random);
  const first = made.filter((call) => printCall(prompt.entryPoint, call).length <= LONGEST_CALL);
  if (first.length === 0) return null;
  const given = shown.length > 0 ? new Set(first.map((call) => printCall(prompt.entryPoint, call))).size : 0;
  return { calls: mutants(first, prompt.entryPoint, random), given: Math.min(given, MOST_PROBES) };
}

/** The first calls as they are, then those mutated from them, the likeliest to end first. */
function mutants(first: readonly ProbeCall[], entryPoint: string, random: Random): string[] {
  const seen = seenValues(first.flat().map(({ value }) => value));
  const known = new Map(first.map((call) => [printCall(entryPoint, call), call]));
  const given = known.size;
  for (let tried = 0; known.size < MOST_PROBES && tried < MOST_PROBES * TRIES_PER_PROBE; tried += 1) {
    const call = mutateCall(random.pick([...known.values()]), seen, random);
    known.set(printCall(entryPoint, call), call);
  }
  const calls = [...known.values()];
  const made = calls.slice(given).sort((a, b) => effortOf(a) - effortOf(b));
  return [...calls.slice(0, given), ...made].slice(0, MOST_PROBES).map((call) => printCall(entryPoint, call));
}

/** The less, the likelier a call ends, and what comes after a call without end is not observed: loops count up to large numbers and miss negative ones. */
function effortOf(call: ProbeCall): number {
  const numbers = call
    .flatMap(({ value }) => withParts(value))
    .flatMap((value) => (value.kind === 'int' || value.kind === 'float' ? Number(value.value) : []));
  return numbers.reduce((sum, number) => sum + (number < 0 ? NEGATIVE_EFFORT - number : number), 0);
}

/** The call with one argument mutated, at times more. */
function mutateCall(call: ProbeCall, seen: SeenValues, random: Random): ProbeCall {
  if (call.length === 0) return call;
  const at = random.below(call.length);
  const argument = call[at]!;
  const mutated = call.with(at, { ...argument, value: mutateValue(argument.value, seen, random) });
  return random.chance(ANOTHER_ARGUMENT_CHANCE) ? mutateCall(mutated, seen, random) : mutated;
}
