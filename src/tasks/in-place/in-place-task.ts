import type { FreeTask } from '../markdown-task.ts';
import { outlineOf } from './outline.ts';
import { placeText } from './place.ts';
import { type Target, targetName, targetPath } from './target.ts';

/** What is known of a definition besides its file. */
export interface InPlaceClues {
  /** The command that tests the project. */
  readonly command: string;
  /** What a run of it shows now, as a repair is told. */
  readonly failures: string;
  /** The texts of tests that fail. */
  readonly tests: readonly string[];
  /** Characters that the text of the task may have. */
  readonly room: number;
}

/** Shares of the room: what the run shows and asks is short, and comes first. */
const SHARE_OF_TESTS = 0.35;
const SHARE_OF_FAILURES = 0.25;
const ROOM_FOR_WORDS = 700;

/** The task to write a definition in its file until the project's own tests pass. */
export function inPlaceTask(target: Target, { command, failures, tests, room }: InPlaceClues): FreeTask {
  const name = targetName(target);
  const kind = kindOf(target);
  const failed = failures.slice(0, Math.floor(room * SHARE_OF_FAILURES));
  const shown = fitting(tests, Math.floor(room * SHARE_OF_TESTS));
  const left = Math.max(0, room - ROOM_FOR_WORDS - failed.length - shown.length);
  const text = [
    `Write the ${kind} \`${targetPath(target)}\` in a file of a project, so that the tests of the project pass. The file \`${target.place.file}\`:`,
    fenced(outlineOf(target, left)),
    `What the tests show now:\n\n${failed}`,
    ...(shown === '' ? [] : [`Tests that fail:\n\n${fenced(shown)}`]),
    requestFor(target, kind),
  ].join('\n\n');
  const prompt = {
    id: placeText(target.place),
    text,
    form: 'in-place',
    entryPoint: name,
    context: '',
    examples: [],
  } as const;
  return { prompt, tests: { command } };
}

function kindOf({ node, place }: Target): string {
  if (node.kind === 'class') return 'class';
  return place.names.length > 1 ? 'method' : 'function';
}

function requestFor(target: Target, kind: string): string {
  const name = targetName(target);
  const alone = kind === 'method' ? ' alone, without the class around it' : '';
  return `Answer with the whole ${kind} \`${name}\`${alone}, in one fenced Python code block. What the file has already need not be repeated; imports and helpers that only the ${kind} needs may stand beside it. Nothing else of the file can be changed.`;
}

/** As many of the texts as fit. */
function fitting(texts: readonly string[], room: number): string {
  let shown = '';
  for (const text of texts) if (shown.length + text.length + 2 <= room) shown += `${shown === '' ? '' : '\n\n'}${text}`;
  return shown;
}

function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}python\n${code.trimEnd()}\n${fence}`;
}
