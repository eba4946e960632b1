// What greenloop itself would say: for each JSON line of a task, its generator prompt; where the line has code too, the verdict of
// the sandbox and the refiner prompts with both feedback details, without a run and without the code.
// node feedback.ts ROWS.jsonl TEXTS.jsonl [PARALLEL]
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Message } from '../../src/models/model.ts';
import { errorType, feedbackOf } from '../../src/pipeline/feedback.ts';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import type { FeedbackDetail } from '../../src/pipeline/pipeline-spec.ts';
import { generatorMessages, refinerMessages } from '../../src/pipeline/prompts.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { readTestProgram } from '../../src/tasks/test-program.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { promptOf, type Row } from './row.ts';
import { withoutCode } from './without-code.ts';

const TIMEOUT_SECONDS = 2;

async function main([from, to, parallel = '2']: readonly string[]): Promise<void> {
  if (from === undefined || to === undefined)
    throw new Error('expected: feedback.ts ROWS.jsonl TEXTS.jsonl [PARALLEL]');
  const sandbox = await openSandbox(readSettings(), Number(parallel));
  const out = createWriteStream(to);
  try {
    const pending: Promise<object>[] = [];
    for await (const line of createInterface({ input: createReadStream(from) })) {
      pending.push(answerTo(JSON.parse(line) as Row, sandbox));
      if (pending.length >= 4 * Number(parallel)) out.write(`${JSON.stringify(await pending.shift())}\n`);
    }
    for (const answer of pending) out.write(`${JSON.stringify(await answer)}\n`);
  } finally {
    await new Promise((resolve) => out.end(resolve));
    await sandbox.close();
  }
}

async function answerTo(row: Row, sandbox: Sandbox): Promise<object> {
  const prompt = promptOf(row);
  const { id, code } = row;
  if (code === undefined) return { id, generator: userText(generatorMessages(prompt, 'default')) };
  const { context, entryPoint } = prompt;
  const tests = exampleTests(prompt);
  const verdict = await sandbox.run({
    code,
    context,
    entryPoint,
    tests,
    timeoutSeconds: TIMEOUT_SECONDS,
    report: 'all',
  });
  const refiner = (detail: FeedbackDetail) => {
    const feedback = feedbackOf(verdict, detail, { entryPoint });
    return userText(refinerMessages(prompt, { code, feedback }, null, 'default'));
  };
  const values = refiner('values');
  const unrun = userText(refinerMessages(prompt, { code, feedback: null }, null, 'default'));
  const texts = { values, traceback: refiner('traceback'), unrun, codeless: withoutCode(values) };
  const solved = row.tests === undefined ? undefined : await passes({ ...row, code, tests: row.tests }, sandbox);
  return { id, kind: verdict.kind, error: errorType(verdict), solved, ...texts };
}

async function passes(row: Row & { code: string; tests: string }, sandbox: Sandbox): Promise<boolean> {
  const { code, entry_point: entryPoint } = row;
  const tests = readTestProgram(row.tests, { entryPoint });
  const request = { code, context: '', entryPoint, tests, timeoutSeconds: TIMEOUT_SECONDS, report: 'first' } as const;
  return (await sandbox.run(request)).kind === 'passed';
}

/** What the starter's chat template keeps of a request: it has no place for the system prompt. */
function userText(messages: readonly Message[]): string {
  return messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join('\n');
}

await main(process.argv.slice(2));
