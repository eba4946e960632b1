import { html } from 'hono/html';
import { count } from '../../base/count.ts';
import { scriptWords } from '../../pipeline/feedback.ts';
import type { FeedbackDetail } from '../../pipeline/pipeline-spec.ts';
import type { Trace } from '../../pipeline/trace.ts';
import type { StoredTrial } from '../../runs/run-store.ts';
import { type TrialStory, trialStory } from '../../runs/trial-story.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import type { Html } from '../document.ts';
import { shown, shownLines } from '../shown.ts';
import { attemptBadge, attemptId, attemptSection, type ShownAttempt } from './attempt-section.ts';
import { modelCalls } from './model-calls.ts';
import { outcomeBadge } from './outcome-badge.ts';
import { codeBlock } from './python-code.ts';

/** The trace of one trial: the problem, then every attempt with its code, its failures and the messages that led to it. */
export function traceHtml(stored: StoredTrial, detail: FeedbackDetail): Html {
  const { trial, prompt } = stored;
  const { trace } = trial;
  const story = trialStory(stored, detail);
  const attempts = shownAttempts(stored, story);
  return html`<article class="trace">
<h1>${shown(trace.taskId)}</h1>
<p class="lead">${outcomeBadge(story.outcome)} <span class="name">${shown(trial.pipeline)}</span> <span class="quiet">repeat ${trace.repeat}</span></p>
${factsOf(trace)}
${story.fault === null ? '' : html`<p class="badge faulted">${shown(story.fault)}</p>`}
${attemptList(attempts)}
${prompt === null ? '' : problemSection(prompt)}
${attempts.map(attemptSection)}
${unusedSection(trace)}
</article>`;
}

/** What a tab or a bookmark calls the trace of a trial. */
export function traceTitle({ trial: { pipeline, trace } }: StoredTrial): string {
  return shown(`${trace.taskId}, ${pipeline}`);
}

function shownAttempts({ trial, prompt }: StoredTrial, { attempts }: TrialStory): ShownAttempt[] {
  const entryPoint = prompt?.entryPoint ?? null;
  const pairs = trial.trace.attempts.flatMap((attempt, index) => {
    const story = attempts[index];
    return story === undefined ? [] : [{ attempt, story }];
  });
  return pairs.map(({ attempt, story }, index) => {
    const origin = attempt.from === null ? null : (pairs[attempt.from] ?? null);
    return { attempt, story, grade: trial.grades[index] ?? null, origin, entryPoint };
  });
}

const STOPS: Readonly<Record<Trace['stopReason'], string>> = {
  passed: 'the code passed the checks that the models saw',
  agreed: 'the drafts agree',
  'iterations-spent': 'no attempts were left',
  'budget-spent': 'the budget of tokens or seconds was used up',
  'failure-repeated': 'the model gave the same failing code again',
  fault: 'something broke that is not the doing of the code',
};

const CHECKED: Readonly<Record<Trace['checked'], string>> = {
  tests: 'the tests',
  examples: 'the examples of the task',
  load: 'only that the code compiles and loads',
  nothing: 'nothing: the models saw text only',
};

function factsOf({ attempts, unused, cost, stopReason, checked }: Trace): Html {
  const calls = [...attempts.flatMap(({ completions }) => completions), ...unused];
  const models = [...new Set(calls.map(({ model }) => model))];
  const seeds = [...new Set(calls.map(({ seed }) => seed))];
  const facts: readonly (readonly [string, string])[] = [
    ['models', models.join(', ') || 'none'],
    ['calls', `${cost.calls}`],
    ['tokens', `${cost.promptTokens} in, ${cost.completionTokens} out`],
    ['time', `${cost.seconds.toFixed(1)} s`],
    ['seed', seeds.length > 1 ? 'one for each call' : `${seeds[0] ?? 'none'}`],
    ['checked', CHECKED[checked]],
    ['stopped', STOPS[stopReason]],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${shown(value)}</dd></div>`)}</dl>`;
}

function attemptList(attempts: readonly ShownAttempt[]): Html {
  if (attempts.length < 2) return html``;
  const items = attempts.map(
    (own) => html`<li><a href="#${attemptId(own.attempt)}">${own.story.name}</a> ${attemptBadge(own)}</li>`,
  );
  return html`<nav aria-label="Attempts"><ol class="steps">${items}</ol></nav>`;
}

function problemSection({ text, form, entryPoint, examples }: TaskPrompt): Html {
  const shownText =
    form === 'signature' ? codeBlock(text) : html`<pre class="prose" tabindex="0">${shownLines(text)}</pre>`;
  const sources = examples.map(({ source }) => source).join('\n');
  const list =
    sources === ''
      ? ''
      : html`<details><summary>${count(examples.length, 'example')}</summary>${codeBlock(scriptWords(sources))}</details>`;
  const wanted = form === 'script' ? 'a program that reads standard input' : html`<code>${shown(entryPoint)}</code>`;
  return html`<section id="problem"><h2>Problem</h2>
<p class="quiet">asks for ${wanted}</p>
${shownText}${list}</section>`;
}

/** Answers that led to no attempt. */
function unusedSection({ unused }: Trace): Html {
  if (unused.length === 0) return html``;
  return html`<section id="unused"><h2>Answers that led to no attempt</h2>${modelCalls(unused)}</section>`;
}
