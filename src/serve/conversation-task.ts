import { Refusal } from '../base/errors.ts';
import type { Message } from '../models/model.ts';
import { definedClasses, definedFunctions } from '../python/definitions.ts';
import { readModule } from '../python/python-module.ts';
import { findEntryPoints } from '../tasks/entry-point.ts';
import { examplesInText } from '../tasks/examples-in-prompt.ts';
import { findCode } from '../tasks/markdown-code.ts';
import { type FreeTask, readFreeTask } from '../tasks/markdown-task.ts';
import { functionsOf } from '../tasks/prompt-context.ts';
import { type Example, isJudged, type TaskPrompt, type TestProgram } from '../tasks/task.ts';
import { definesCheck } from '../tasks/test-program.ts';
import { clientChore } from './client-chores.ts';
import { fenceTrailingCode } from './fence-code.ts';
import { nameFor } from './function-name.ts';
import { type GivenTests, takeTests } from './given-tests.ts';
import { NO_TASK, type NoTask } from './no-task.ts';
import { readTurn, type Turn } from './read-turn.ts';

/** A task, or why a conversation is none. */
export type ConversationTask =
  | { readonly task: FreeTask; readonly reason?: undefined }
  | { readonly task: null; readonly reason: string };

/** What is known of a conversation besides its messages. */
interface ConversationOptions {
  readonly hasTools?: boolean | undefined;
  readonly id?: string | undefined;
}

/** A function that a conversation is about, and what the user said of it so far. */
interface Thread {
  readonly entryPoint: string;
  /** False where no text tells the name: then a program of the model may. */
  readonly isNamed: boolean;
  readonly said: readonly Said[];
}

interface Said {
  readonly text: string;
  /** True where it tells what a program does wrong, so that only what it demands is an example. */
  readonly reportsFault: boolean;
}

/** The task that a conversation asks for; or why it is none, so that it goes to the model as it is. Never throws. */
export function taskOfConversation(messages: readonly Message[], options: ConversationOptions = {}): ConversationTask {
  const refused = refusedAtOnce(messages, options.hasTools === true);
  if (refused !== null) return { task: null, reason: NO_TASK[refused] };
  let thread: Thread | null = null;
  let code: string | null = null;
  for (const { role, content } of messages.slice(0, -1)) {
    if (role === 'user') thread = threadAfter(fenceTrailingCode(content), thread);
    if (role === 'assistant') {
      code = codeIn(content, thread) ?? code;
      thread = threadOfCode(thread, code);
    }
  }
  return readLast(fenceTrailingCode(messages.at(-1)!.content), { thread, code, id: options.id });
}

function refusedAtOnce(messages: readonly Message[], hasTools: boolean): NoTask | null {
  const last = messages.at(-1);
  if (hasTools) return 'tools';
  if (last?.role !== 'user') return 'turn';
  if (last.content.trim() === '') return 'empty';
  return clientChore(messages);
}

interface Earlier {
  readonly thread: Thread | null;
  /** The last program of the model that is about the thread. */
  readonly code: string | null;
  readonly id: string | undefined;
}

function readLast(text: string, { thread, code, id }: Earlier): ConversationTask {
  const turn = readTurn(text, thread !== null);
  const next = continued(turn, text, thread);
  if (typeof next === 'string') return { task: null, reason: NO_TASK[next] };
  const isFirst = turn.kind === 'new' && next.said.length === 1;
  try {
    return { task: taskOfThread(next, isFirst ? null : code, id) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { task: null, reason: NO_TASK.unreadable };
  }
}

/** The thread after a message; the one before where the message is no task. */
function threadAfter(text: string, thread: Thread | null): Thread | null {
  const next = continued(readTurn(text, thread !== null), text, thread);
  return typeof next === 'string' ? thread : next;
}

/** The thread that a turn begins or goes on with, or why it is no task. */
function continued(turn: Turn, text: string, thread: Thread | null): Thread | NoTask {
  if (turn.kind === 'none') return turn.reason;
  const said = { text, reportsFault: turn.kind === 'follow-up' && turn.reportsFault };
  const earlier = thread?.said ?? [];
  if (turn.kind === 'follow-up') return thread === null ? 'nothing' : { ...thread, said: [...earlier, said] };
  const names = entryPointsOf(text);
  if (names.length > 1) return 'several';
  const entryPoint = names[0] ?? (turn.unsure === null ? nameFor(turn.wish) : null);
  if (entryPoint === null) return turn.unsure ?? 'nothing';
  const isSame = entryPoint === thread?.entryPoint;
  return { entryPoint, isNamed: names.length > 0, said: isSame ? [...earlier, said] : [said] };
}

function entryPointsOf(text: string): readonly string[] {
  const { tests = '', rest } = takeTests(text);
  return findEntryPoints({ text: rest, code: findCode(rest), tests });
}

/** The Python of a model's answer: the fence that defines the entry point, or its last fence that defines anything. */
function codeIn(answer: string, thread: Thread | null): string | null {
  const blocks = findCode(answer).blocks.filter((block) => namesIn(block).length > 0);
  const ofEntryPoint = blocks.findLast((block) => thread !== null && namesIn(block).includes(thread.entryPoint));
  return ofEntryPoint ?? blocks.at(-1) ?? (functionsOf(answer).length > 0 ? answer : null);
}

function namesIn(code: string): string[] {
  const module = readModule(code);
  return [...definedFunctions(module), ...definedClasses(module)].map(({ name }) => name);
}

/** A program of the model tells what the conversation is about where nothing before it does. */
function threadOfCode(thread: Thread | null, code: string | null): Thread | null {
  const names = code === null ? [] : namesIn(code);
  if (thread !== null) {
    const isOther = !thread.isNamed && names.length > 0 && !names.includes(thread.entryPoint);
    return isOther ? { ...thread, entryPoint: names.at(-1)! } : thread;
  }
  return names.length === 1 ? { entryPoint: names[0]!, isNamed: false, said: [] } : null;
}

function taskOfThread({ entryPoint, said }: Thread, code: string | null, id: string | undefined): FreeTask {
  const given = takeTests(said.map(({ text }) => text).join('\n\n'));
  const shown = takeTests(said.map(demandsOf).join('\n\n')).rest;
  const { prompt, tests } = withTests(shown, { id, entryPoint }, given);
  const examples = said.length > 1 ? withoutOutdated(prompt, said.at(-1)!) : prompt.examples;
  const checks = withExamples(tests, examples);
  if (prompt.form === 'signature' && code === null) return { prompt: { ...prompt, examples }, tests: checks };
  return { prompt: { ...prompt, examples, form: 'description', text: textOf(said, code) }, tests: checks };
}

/** Asserts with those that the text shows beside them, so that a pass covers both; a test file stays as it is. */
function withExamples(tests: TestProgram | null, examples: readonly Example[]): TestProgram | null {
  if (tests === null || !isJudged(tests) || definesCheck(tests.checks)) return tests;
  const more = examples.map(({ source }) => source).filter((source) => !tests.checks.includes(source));
  return { ...tests, checks: [tests.checks.trimEnd(), ...more, ''].join('\n') };
}

/** Tests that test something else than the entry point stay a part of the text. */
function withTests(
  text: string,
  options: { id?: string | undefined; entryPoint: string },
  given: GivenTests,
): FreeTask {
  if (given.tests === undefined) return readFreeTask(text, options);
  const padded = text.trim() === '' ? '.' : text;
  try {
    return readFreeTask(padded, { ...options, tests: given.tests });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return readFreeTask(padded, options);
  }
}

/** What a message demands: of a report of a fault only the lines that say what should be, as the others say what is. */
function demandsOf({ text, reportsFault }: Said): string {
  if (!reportsFault) return text;
  const lines = text.split('\n');
  return lines.filter((line) => /should|must|expect|instead|==|assert|>>>/.test(line)).join('\n') || '.';
}

/** The examples without those whose call the last message gives another value. */
function withoutOutdated({ examples, entryPoint, context }: TaskPrompt, message: Said): readonly Example[] {
  const last = examplesInText(demandsOf(message), { entryPoint, context });
  const kept = new Set(last.map(({ source }) => source));
  const calls = new Set(last.map(callOf));
  return examples.filter((example) => kept.has(example.source) || !calls.has(callOf(example)));
}

function callOf({ source }: Example): string {
  const at = source.lastIndexOf(' == ');
  return at < 0 ? source : source.slice(0, at);
}

function textOf(said: readonly Said[], code: string | null): string {
  const texts = said.map(({ text }) => text);
  if (code === null) return texts.join('\n\n');
  const program = `The program so far:\n\n\`\`\`python\n${code.trim()}\n\`\`\``;
  return [...texts.slice(0, -1), program, texts.at(-1)!].join('\n\n');
}
