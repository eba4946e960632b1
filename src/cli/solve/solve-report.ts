import type { AgreementBefore } from '../../analysis/agreement-before.ts';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import { printable, printableLines } from '../../base/printable.ts';
import { writeText } from '../../base/write-file.ts';
import { answerAgreement } from '../../pipeline/agreement/answer-agreement.ts';
import { attemptFeedback, truncationText } from '../../pipeline/attempt-feedback.ts';
import type { FeedbackDetail } from '../../pipeline/pipeline-spec.ts';
import { testedByText } from '../../pipeline/tested-by.ts';
import { type Attempt, chosenAttempt, type Trace } from '../../pipeline/trace.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import { leftOutExamples } from '../../tasks/left-out-examples.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import { print, printJson, say, sayOutcome } from '../terminal/output.ts';

/** What solve ends with. */
export interface Solution {
  readonly task: FreeTask;
  readonly trace: Trace;
  /** What the user's tests say of the last attempt, where the stages were not told of them; else null. */
  readonly judged: Verdict | null;
  /** How often answers with as much agreement were right before; null where that is not known. */
  readonly reliability: AgreementBefore | null;
}

/** Where the code goes. */
export interface Delivery {
  readonly out: string | undefined;
  /** Write the file even if the code failed. */
  readonly keepsFailed: boolean;
  readonly isJson: boolean;
}

/** `unchecked`: no test and no example of the task was run, so nothing says whether the code is right. */
export type Outcome = 'passed' | 'failed' | 'unchecked' | 'fault';

/** What came of a task. */
export function outcomeOf({ trace, task, judged }: Solution): Outcome {
  if (trace.stopReason === 'fault') return 'fault';
  const verdict = isJudgedApart(trace, task) ? judged : (chosenAttempt(trace.attempts)?.verdict ?? null);
  if (verdict !== null && verdict.kind !== 'passed') return 'failed';
  return verdict !== null && verdict.checksPassed > 0 ? 'passed' : 'unchecked';
}

/** The examples of the task that are no checks, a line each; none where tests of the user's own are what counts. */
export function leftOutLines({ prompt, tests }: FreeTask): string[] {
  if (tests !== null) return [];
  return leftOutExamples(prompt).map(
    ({ source, reason }) => `example left out: ${printable(source.replaceAll(/\s+/g, ' '))} (${reason})`,
  );
}

/** The code of an attempt, and where it failed what its run showed, as a repair is told of it. */
export function attemptDetails(attempt: Attempt, { prompt }: FreeTask, detail: FeedbackDetail): string[] {
  const { code, verdict } = attempt;
  const told = verdict?.kind === 'passed' ? '' : (attemptFeedback(attempt, detail, prompt.entryPoint) ?? '');
  return ['', ...indented(code), '', ...(told === '' ? [] : [...indented(told), ''])];
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
}

/** Gives out the code of the answer, and says what was and was not verified. */
export async function deliver(solution: Solution, delivery: Delivery): Promise<void> {
  const { trace, judged, reliability } = solution;
  const code = chosenAttempt(trace.attempts)?.code ?? null;
  const outcome = outcomeOf(solution);
  const verified = verifiedText(solution);
  if (!delivery.isJson) {
    sayOutcome(outcome, closingText(solution, outcome, verified));
    say(...roomLines(solution, outcome));
  }
  const leftOut = leftOutExamples(solution.task.prompt);
  const told = { outcome, passed: outcome === 'passed', verified, leftOut, code };
  const json = { ...told, ...trace, ...(judged && { judged }), ...(reliability && { reliability }) };
  await handOver({ code, isFailed: outcome === 'failed' || outcome === 'fault' }, json, delivery);
}

/** Gives out the code of the best attempt that had ended when Ctrl-C came. */
export async function deliverUnfinished(attempts: readonly Attempt[], delivery: Delivery): Promise<void> {
  const code = chosenAttempt(attempts)?.code ?? null;
  say(code === null ? 'stopped' : 'stopped; this is the best attempt so far');
  const json = { outcome: 'stopped', passed: false, verified: 'stopped', code, attempts };
  await handOver({ code, isFailed: true }, json, delivery);
}

interface Answer {
  /** Null where no attempt came to an end. */
  readonly code: string | null;
  readonly isFailed: boolean;
}

/** Writes the code to its file, else to standard output: code that failed replaces no file, and a full disk loses no code. */
async function handOver({ code, isFailed }: Answer, json: unknown, delivery: Delivery): Promise<void> {
  const { out, isJson, keepsFailed } = delivery;
  const isHeldBack = isFailed && !keepsFailed;
  const unwritten = code === null || out === undefined || isHeldBack ? null : writeCode(out, code);
  if (code !== null && out !== undefined && isHeldBack) {
    say(`${out} was not written: the code did not pass (--keep-failed writes it)`);
  }
  if (isJson) await printJson(json);
  else if (code !== null && (out === undefined || isHeldBack || unwritten !== null))
    await print(shown(withNewline(code)));
  if (unwritten !== null) throw unwritten;
}

/** Writes the code to its file; gives back what kept it from that, for code is not lost with a full disk. */
function writeCode(out: string, code: string): Refusal | null {
  try {
    writeText(out, withNewline(code));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  say(`code: ${out}`);
  return null;
}

/** The code as it is; in a terminal without what could take control of it. */
function shown(code: string): string {
  return process.stdout.isTTY ? printableLines(code) : code;
}

function closingText({ trace }: Solution, outcome: Outcome, verified: string): string {
  if (trace.fault !== null) return trace.fault.message;
  const { calls, promptTokens, completionTokens } = trace.cost;
  const cost = `${count(calls, 'model call')}, ${promptTokens + completionTokens} tokens`;
  const why = outcome === 'failed' ? `; ${stopText(trace)}` : '';
  return `${verified}${why} (${cost})`;
}

/** How to give answers more room, where one was truncated and nothing passed. */
function roomLines({ trace }: Solution, outcome: Outcome): string[] {
  const isTruncated = trace.attempts.some((attempt) => truncationText(attempt) !== null);
  return outcome !== 'failed' || !isTruncated
    ? []
    : ['answers were cut off at their token limit: --max-tokens N raises it'];
}

/** Why no further attempt was made. */
export function stopText({ stopReason, attempts }: Trace): string {
  switch (stopReason) {
    case 'budget-spent':
      return 'stopped: the budget of tokens or seconds is used up';
    case 'failure-repeated':
      return 'stopped: the model gave the same failing code again';
    case 'agreed':
      return 'stopped: the drafts agree';
    case 'passed':
      return 'stopped: the code passed the checks that the models saw';
    default:
      return `no attempts left after ${attempts.length}`;
  }
}

/** What was and what was not verified, in words. */
function verifiedText(solution: Solution): string {
  const { trace, task, judged } = solution;
  const seen = chosenAttempt(trace.attempts)?.verdict ?? null;
  if (isJudgedApart(trace, task)) return `${testsText(judged)} (not shown to the models)`;
  switch (trace.checked) {
    case 'tests':
      return testsText(seen);
    case 'examples':
      return `${seen?.checksPassed ?? 0} of ${count(task.prompt.examples.length, 'example')} in the task passed; ${agreementText(solution)}nothing else was checked`;
    case 'load':
      return `${loadText(seen)}; ${agreementText(solution)}the task has no examples${leftOutExamples(task.prompt).length > 0 ? ' that can be checked' : ''}; give tests with --tests FILE`;
    case 'nothing':
      return `${agreementText(solution)}nothing was run`;
  }
}

function loadText(seen: Verdict | null): string {
  if (seen === null) return 'there is no code';
  return seen.kind === 'passed' ? 'the code loads, and nothing else was checked' : 'the code does not load';
}

/** How many drafts do what the answer does, and how often that was right before; empty where they were not compared. */
function agreementText({ trace, reliability }: Solution): string {
  const own = answerAgreement(trace);
  if (own === null) return '';
  const inputs = count(trace.agreement?.inputs ?? 0, 'input');
  return `${own.alike} of ${count(own.drafts, 'draft')} behave alike on ${inputs}; ${reliabilityText(reliability)}`;
}

function reliabilityText(reliability: AgreementBefore | null): string {
  if (reliability === null) return '';
  const percent = (share: number) => Math.round(100 * share);
  const { mean, low, high } = reliability.right;
  const share = `${percent(mean)} % [${percent(low)}, ${percent(high)}]`;
  return `${share} of such answers were right on ${printable(reliability.benchmark)}; `;
}

function isJudgedApart({ checked }: Trace, { tests }: FreeTask): boolean {
  return tests !== null && checked !== 'tests';
}

function testsText(verdict: Verdict | null): string {
  const { checksPassed = 0, checksFailed = 0 } = verdict ?? {};
  const total = checksPassed + checksFailed;
  if (verdict === null || total === 0) return 'none of your tests ran';
  const held = `${checksPassed} of ${count(total, 'check')} in your tests passed`;
  return verdict.testedBy === 'judge' ? held : `${held}, ${testedByText(verdict.testedBy)}`;
}

function withNewline(code: string): string {
  return code.endsWith('\n') ? code : `${code}\n`;
}
