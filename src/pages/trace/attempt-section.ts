import { html } from 'hono/html';
import type { Attempt } from '../../pipeline/trace.ts';
import type { Grade } from '../../runs/trial.ts';
import type { AttemptStory } from '../../runs/trial-story.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import type { Html } from '../document.ts';
import { shown, shownLines } from '../shown.ts';
import { failedChecks, failsAlike } from './failed-checks.ts';
import { modelCalls } from './model-calls.ts';
import { codeBlock, diffBlock } from './python-code.ts';

/** One attempt, with all that is known of it. */
export interface ShownAttempt {
  readonly attempt: Attempt;
  readonly story: AttemptStory;
  /** Null where nothing graded it. */
  readonly grade: Grade | null;
  /** The attempt that it repairs; null of a draft. */
  readonly origin: { readonly attempt: Attempt; readonly story: AttemptStory } | null;
  readonly entryPoint: string | null;
}

/** An attempt: its code, what changed in it, what its run showed and what the models were asked. */
export function attemptSection(own: ShownAttempt): Html {
  const { attempt, story } = own;
  return html`<section class="attempt" id="${attemptId(attempt)}">
<h2>${capital(story.name)} ${attemptBadge(own)}${story.isAnswer ? html` <span class="badge">the answer</span>` : ''}</h2>
<p class="result">${shown(story.result)}</p>
${attempt.repairs.map(({ detail }) => html`<p class="quiet">Static repair: ${shown(detail)}</p>`)}
${programOf(own)}
${runOf(own)}
${gradeOf(own)}
<h3>Model calls</h3>
${modelCalls(attempt.completions)}
</section>`;
}

/** Where the section of an attempt is on its page. */
export function attemptId({ index }: Attempt): string {
  return `attempt-${index}`;
}

/** Whether an attempt passed: by the grading tests where there are any, else by what its run showed. */
export function attemptBadge({ attempt, grade }: Pick<ShownAttempt, 'attempt' | 'grade'>): Html {
  const { verdict } = attempt;
  if (grade === null && verdict === null) return html`<span class="badge">not run</span>`;
  const passed = grade?.passed ?? verdict?.kind === 'passed';
  return passed ? html`<span class="badge passed">passed</span>` : html`<span class="badge failed">failed</span>`;
}

function programOf({ attempt, origin }: ShownAttempt): Html {
  if (origin === null) return html`<h3>Program</h3>${codeBlock(attempt.code)}`;
  return html`<h3>Changes to <a href="#${attemptId(origin.attempt)}">${origin.story.name}</a></h3>
${diffBlock(origin.attempt.code, attempt.code)}
<details><summary>Whole program</summary>${codeBlock(attempt.code)}</details>`;
}

function runOf({ attempt: { verdict }, story, entryPoint }: ShownAttempt): Html {
  if (verdict === null) return html``;
  const told =
    story.feedback === null
      ? ''
      : html`<details><summary>Feedback as a repair is told of it</summary>${textBlock(story.feedback)}</details>`;
  const head = verdict.kind === 'passed' ? '' : html`<h3>What the run showed</h3>`;
  return html`${head}${failedChecks(verdict, entryPoint)}${tracebackOf(verdict)}${outputOf(verdict)}${told}`;
}

function tracebackOf(verdict: Verdict): Html {
  const exception = 'exception' in verdict ? verdict.exception : null;
  if (exception === null || exception.traceback.trim() === '') return html``;
  const locals = Object.entries(exception.locals).map(([name, value]) => `${name} = ${value}`);
  const values = locals.length === 0 ? '' : html`<h4>Local variables</h4>${textBlock(locals.join('\n'))}`;
  return html`<h4>Traceback</h4>${textBlock(exception.traceback.trimEnd())}${values}`;
}

function outputOf({ output }: Verdict): Html {
  if (output.trim() === '') return html``;
  return html`<details><summary>Output of the program</summary>${textBlock(output)}</details>`;
}

/** What the grading tests say; where they failed, with the checks that did. */
function gradeOf({ attempt, grade, story, entryPoint }: ShownAttempt): Html {
  if (grade === null || story.grade === null) return html``;
  if (grade.passed) return html`<p>Grading tests: <b class="passed">passed</b></p>`;
  const verdict = grade.plus ?? grade.base;
  const line = html`<p>Grading tests: <span class="failed">${shown(story.grade)}</span></p>`;
  if (attempt.verdict !== null && failsAlike(attempt.verdict, verdict)) return line;
  return html`${line}
${failedChecks(verdict, entryPoint)}${tracebackOf(verdict)}`;
}

function textBlock(text: string): Html {
  return html`<pre tabindex="0">${shownLines(text)}</pre>`;
}

function capital(name: string): string {
  return `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
}
