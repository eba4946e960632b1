import { html } from 'hono/html';
import type { TrialOutcome } from '../../runs/trial.ts';
import type { Html } from '../document.ts';

const WORDS: Readonly<Record<TrialOutcome, readonly [style: string, text: string]>> = {
  passed: ['passed', 'passed'],
  'not-passed': ['failed', 'not passed'],
  fault: ['faulted', 'fault'],
};

/** An outcome in words and in its colour. */
export function outcomeBadge(outcome: TrialOutcome): Html {
  const [style, text] = WORDS[outcome];
  return html`<span class="badge ${style}">${text}</span>`;
}
