import { relative } from 'node:path';
import { count } from '../../base/count.ts';
import { unifiedDiff } from '../../base/line-diff.ts';
import { printableLines } from '../../base/printable.ts';
import { testedByText } from '../../pipeline/tested-by.ts';
import { chosenAttempt, type Trace } from '../../pipeline/trace.ts';
import type { ReplacedFile } from '../../tasks/in-place/replace-definition.ts';
import type { InPlace } from '../../wiring/in-place.ts';
import { EXIT } from '../command.ts';
import { print, printJson, say, sayOutcome } from '../terminal/output.ts';
import { type Outcome, stopText } from './solve-report.ts';

/** What came of a definition in its file. */
export interface FoundChange {
  readonly inPlace: InPlace;
  readonly trace: Trace;
  /** The file with the answer; null where there is none that could be put there. */
  readonly replaced: ReplacedFile | null;
}

/** True where the answer passed the tests of the project. */
export function isPassed({ trace, replaced }: FoundChange): boolean {
  return trace.stopReason !== 'fault' && replaced !== null && chosenAttempt(trace.attempts)?.verdict?.kind === 'passed';
}

/** The difference that the answer makes to its file, as a patch of the project. */
function diffOf({ inPlace, replaced }: FoundChange): string {
  const { project, file, text } = inPlace;
  return replaced === null ? '' : unifiedDiff(text, replaced.text, relative(project.root, file));
}

/** Prints the difference. */
export function showDiff(change: FoundChange): Promise<void> {
  const diff = diffOf(change);
  return print(process.stdout.isTTY ? printableLines(diff) : diff);
}

/** Says what was verified and what was written, and gives out the difference of an answer that passed. */
export async function deliverChange(
  change: FoundChange & { readonly isWritten: boolean; readonly isShown: boolean },
  isJson: boolean,
): Promise<void> {
  const { inPlace, trace, isWritten } = change;
  const passed = isPassed(change);
  const verified = verifiedText(change);
  if (isJson) {
    const { file } = inPlace;
    const diff = passed ? diffOf(change) : null;
    await printJson({ passed, verified, written: isWritten, file, diff, ...trace });
    return;
  }
  if (passed && !change.isShown) await showDiff(change);
  sayOutcome(outcomeOf(change), closingText(change, verified));
  if (passed)
    say(isWritten ? `written: ${inPlace.file}` : `nothing was written; the change is above (--write writes it)`);
}

/** Of a run that Ctrl-C ended; the exit code. */
export async function deliverStopped(isJson: boolean): Promise<number> {
  say('stopped; nothing was written');
  if (isJson) await printJson({ passed: false, verified: 'stopped', written: false, diff: null });
  return EXIT.interrupted;
}

function outcomeOf({ trace }: FoundChange): Outcome {
  if (trace.fault !== null) return 'fault';
  return chosenAttempt(trace.attempts)?.verdict?.kind === 'passed' ? 'passed' : 'failed';
}

function closingText({ trace }: FoundChange, verified: string): string {
  if (trace.fault !== null) return trace.fault.message;
  const { calls, promptTokens, completionTokens } = trace.cost;
  const cost = `${count(calls, 'model call')}, ${promptTokens + completionTokens} tokens`;
  const isSolved = chosenAttempt(trace.attempts)?.verdict?.kind === 'passed';
  return `${verified}${isSolved ? '' : `; ${stopText(trace)}; nothing was written`} (${cost})`;
}

function verifiedText({ trace }: FoundChange): string {
  const verdict = chosenAttempt(trace.attempts)?.verdict ?? null;
  if (verdict === null) return 'no test was run';
  const { checksPassed, checksFailed, testedBy } = verdict;
  if (testedBy === 'command') return testedByText(testedBy);
  return `${checksPassed} of ${count(checksPassed + checksFailed, 'test')} of the project passed, ${testedByText(testedBy)}`;
}
