import { html } from 'hono/html';
import { exceptionText, withEntryPoint } from '../../pipeline/check-text.ts';
import { scriptWords } from '../../pipeline/feedback.ts';
import type { Check, Verdict } from '../../sandbox/verdict.ts';
import type { Html } from '../document.ts';
import { shownLines } from '../shown.ts';

/** Checks that are shown at once; the others are folded away. */
const MOST_OPEN = 10;

/** The failed checks of a verdict: the call, what it gave and what was expected. Nothing where no check failed. */
export function failedChecks(verdict: Verdict, entryPoint: string | null): Html {
  const failed = verdict.checks.filter(({ passed }) => !passed);
  if (failed.length === 0) return html``;
  const rows = failed.map((check) => checkRow(check, nameFor(verdict, entryPoint)));
  const [open, folded] = [rows.slice(0, MOST_OPEN), rows.slice(MOST_OPEN)];
  const more =
    folded.length === 0 ? '' : html`<details><summary>${folded.length} more</summary>${checkTable(folded)}</details>`;
  return html`${checkTable(open)}${more}`;
}

/** Whether two verdicts show the same failures. */
export function failsAlike(one: Verdict, other: Verdict): boolean {
  return JSON.stringify(failuresOf(one)) === JSON.stringify(failuresOf(other));
}

function failuresOf(verdict: Verdict): unknown {
  const failed = verdict.checks.filter(({ passed }) => !passed);
  const raised = 'exception' in verdict ? verdict.exception.traceback : null;
  return [verdict.kind, raised, failed.map(({ call, actual, expected }) => [call, actual, expected])];
}

/** Tests of a test file call the function by its own name. */
function nameFor({ testedBy }: Verdict, entryPoint: string | null) {
  return (source: string) => (testedBy === 'judge' && entryPoint ? withEntryPoint(source, entryPoint) : source);
}

function checkTable(rows: readonly Html[]): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Failed checks">
<table class="checks">
<thead><tr><th scope="col">call</th><th scope="col">actual</th><th scope="col">expected</th></tr></thead>
<tbody>${rows}</tbody>
</table>
</div>`;
}

function checkRow(check: Check, named: (source: string) => string): Html {
  const { test, source, call, expected, operator, actual, exception } = check;
  const whole = named(source);
  const asked = call === null ? whole : named(call);
  const isPlain = call === null || (operator === '==' && whole.startsWith(asked));
  const gave = exception === null ? code(actual ?? 'false') : html`raised ${code(exceptionText(exception))}`;
  const wanted = expected === null ? '' : html`${operator === '==' ? '' : `${operator} `}${code(expected)}`;
  return html`<tr>
<td>${test === null ? '' : html`<div class="quiet">${shownLines(test)}</div>`}${code(asked)}${isPlain ? '' : html`<div class="quiet">in ${code(whole)}</div>`}</td>
<td class="failed">${gave}</td>
<td>${wanted}</td>
</tr>`;
}

function code(text: string): Html {
  return html`<code>${shownLines(scriptWords(text))}</code>`;
}
