import { Command } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { type DiffLine, diffExcerpt } from '../../base/line-diff.ts';
import { printableLines } from '../../base/printable.ts';
import { runReport } from '../../report/run-report.ts';
import { findRun, type ReadableRun } from '../../runs/read-run.ts';
import type { RunStore, TrialRow } from '../../runs/run-store.ts';
import { type AttemptStory, type TrialStory, trialStory } from '../../runs/trial-story.ts';
import { nearestName } from '../../tasks/nearest-name.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { seedNumber, wholeNumber } from '../options/option-values.ts';
import { outcomeColour, type Paint, paintFor } from '../terminal/colour.ts';
import { print, printJson, printReport } from '../terminal/output.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

interface ShowOptions {
  readonly pipeline?: string;
  readonly repeat?: number;
  readonly from: number;
  readonly limit?: number;
}

/** Tasks of a run, and trials of a task, that are shown where nothing else is said. */
const USUAL_TASKS = 50;
const USUAL_TRIALS = 5;

/** `greenloop runs show`: a kept run, or what happened on one of its tasks. */
export function showCommand(): Command {
  const command = new Command('show').description('show a run and its tasks, or every attempt on one task');
  return command
    .argument('<run>', RUN_HELP)
    .argument('[task]', 'id of a task: shows code, feedback and changes of every attempt')
    .option('--pipeline <name>', 'only the trials of this pipeline')
    .option('--repeat <n>', 'only this repeat, counted from 0', seedNumber)
    .option('--from <n>', 'begin with the Nth task or trial', wholeNumber, 1)
    .option('--limit <n>', `tasks (default: ${USUAL_TASKS}) or trials (default: ${USUAL_TRIALS}) to show`, wholeNumber)
    .action((run: string, task: string | undefined, options: ShowOptions) =>
      runCommand(command, (surroundings) => show({ run, task }, options, surroundings)),
    );
}

async function show(
  { run: word, task }: { readonly run: string; readonly task: string | undefined },
  options: ShowOptions,
  surroundings: Surroundings,
): Promise<number> {
  await withKeptRuns(surroundings, async (store) => {
    const run = await findRun(store, word);
    refuseUnknown(run, task, options);
    const rows = (await rowsOf(store, run.id)).filter(
      ({ pipeline, repeat, taskId }) =>
        pipeline === (options.pipeline ?? pipeline) &&
        repeat === (options.repeat ?? repeat) &&
        taskId === (task ?? taskId),
    );
    if (task === undefined) await showRun(run, rows, options, surroundings);
    else await showTask(await storiesOf(store, run, rows, options), { run, rows, options }, surroundings);
  });
  return EXIT.ok;
}

function refuseUnknown({ id, plan }: ReadableRun, task: string | undefined, { pipeline }: ShowOptions): void {
  const ids = plan.tasks.map((own) => own.id);
  if (task !== undefined && !ids.includes(task)) {
    const nearest = nearestName(task, ids);
    const advice = nearest === null ? `its first is ${ids[0]}` : `did you mean ${nearest}?`;
    throw new Refusal(`the run ${id} has no task ${JSON.stringify(task)}; ${advice}`);
  }
  const names = plan.pipelines.map(({ name }) => name);
  if (pipeline !== undefined && !names.includes(pipeline))
    throw new Refusal(`the run ${id} has no pipeline ${JSON.stringify(pipeline)}; it has ${names.join(', ')}`);
}

/** All rows of a run, in the order of its plan. */
async function rowsOf(store: RunStore, run: string): Promise<TrialRow[]> {
  const rows: TrialRow[] = [];
  for (;;) {
    const page = await store.page(run, { from: rows.length });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

async function showRun(
  run: ReadableRun,
  rows: readonly TrialRow[],
  { from, limit = USUAL_TASKS }: ShowOptions,
  { isJson }: Surroundings,
): Promise<void> {
  const { id, state, started, plan } = run;
  const pipelines = plan.pipelines.map(({ name }) => name);
  if (isJson) await printJson({ run: id, state, started, benchmark: plan.benchmark, pipelines, trials: rows });
  else {
    const tasks = new Set(rows.map(({ taskId }) => taskId)).size;
    const next = from + limit <= tasks ? [{ notes: [`--from ${from + limit} goes on`] }] : [];
    await printReport([...runReport(run, rows, { from, limit }), ...next]);
  }
}

async function storiesOf(
  store: RunStore,
  { id, plan }: ReadableRun,
  rows: readonly TrialRow[],
  { from, limit = USUAL_TRIALS }: ShowOptions,
): Promise<TrialStory[]> {
  const details = new Map(plan.pipelines.map(({ name, feedback }) => [name, feedback.detail]));
  const stories: TrialStory[] = [];
  for (const row of rows.slice(from - 1, from - 1 + limit)) {
    const stored = await store.trial(id, row);
    if (stored !== null) stories.push(trialStory(stored, details.get(row.pipeline) ?? 'values'));
  }
  return stories;
}

interface Shown {
  readonly run: ReadableRun;
  readonly rows: readonly TrialRow[];
  readonly options: ShowOptions;
}

async function showTask(
  stories: readonly TrialStory[],
  { run, rows, options: { from } }: Shown,
  { isJson }: Surroundings,
): Promise<void> {
  if (isJson) return printJson({ run: run.id, total: rows.length, trials: stories });
  const last = from - 1 + stories.length;
  const more = last < rows.length ? [`trials ${from} to ${last} of ${rows.length}; --from ${last + 1} goes on`] : [];
  const paint = paintFor(process.stdout);
  const parts = stories.map((story) => storyText(story, paint));
  await print(`${[...(parts.length === 0 ? ['no trial of this task has ended'] : parts), ...more].join('\n\n')}\n`);
}

function storyText(
  { pipeline, taskId, repeat, outcome, stopReason, fault, attempts }: TrialStory,
  paint: Paint,
): string {
  const which = printableLines(`${taskId}, ${pipeline}, repeat ${repeat}: `);
  const heading = `${which}${paint(outcome, outcomeColour(outcome))} (${stopReason})`;
  const broke = fault === null ? [] : [printableLines(`fault: ${fault}`)];
  return [heading, ...broke, ...attempts.map((attempt) => attemptText(attempt, paint))].join('\n\n');
}

/** A draft with its whole code, a repair with what it changed. */
function attemptText({ headline, code, diff, feedback, grade, isAnswer }: AttemptStory, paint: Paint): string {
  const program = diff === null ? indented(code) : diffLines(diff, paint);
  const told = feedback === null ? [] : ['', 'feedback:', ...indented(feedback)];
  const mark = isAnswer ? ' (this attempt is the answer)' : '';
  const graded =
    grade === null
      ? []
      : ['', `grading tests: ${paint(printableLines(grade), grade === 'passed' ? 'green' : 'red')}${mark}`];
  return [...headline.map(printableLines), '', ...program, ...told, ...graded].join('\n');
}

function diffLines(diff: readonly DiffLine[], paint: Paint): string[] {
  if (diff.every(({ sign }) => sign === ' ')) return indented('unchanged');
  return diffExcerpt(diff).flatMap((line) => {
    const [text = ''] = indented(line);
    const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : null;
    return colour === null ? text : paint(text, colour);
  });
}

function indented(text: string): string[] {
  return printableLines(text.trimEnd())
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
}
