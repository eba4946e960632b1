import { watchAnswer } from '../../src/pipeline/complete-answer.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';

/** What came of an answer that was ended where its program was complete. */
export interface Replay {
  readonly characters: number;
  /** Characters that were not written; 0 where the answer ended by itself. */
  readonly saved: number;
  /** Whether the program is that of the whole answer, as extracted and with all static repairs. */
  readonly isSame: boolean;
}

/** Lengths of pieces that follow each other, about four characters as tokens have. */
const PIECES = [4, 2, 7, 1, 5, 3, 6, 4];

/** Gives an answer to the loop piece by piece, until it is complete. */
export function replayCut(text: string, prompt: TaskPrompt): Replay {
  const length = cutAt(text, prompt);
  const isSame = length === text.length || isSameProgram(text.slice(0, length), text, prompt);
  return { characters: text.length, saved: text.length - length, isSame };
}

/** The answer of a model that writes no fences. */
export function withoutFences(text: string): string {
  return text.replace(/^[ \t]*(?:```|~~~).*\n?/gm, '');
}

function cutAt(text: string, prompt: TaskPrompt): number {
  const isComplete = watchAnswer(prompt);
  for (let length = 0, piece = 0; length < text.length; piece += 1) {
    length = Math.min(text.length, length + PIECES[piece % PIECES.length]!);
    if (isComplete(text.slice(0, length))) return length;
  }
  return text.length;
}

function isSameProgram(part: string, whole: string, prompt: TaskPrompt): boolean {
  const [cut, all] = [part, whole].map((text) => extractCode(text, prompt).code) as [string, string];
  const repairs = new Set(REPAIR_NAMES);
  return cut === all && repairCode(cut, prompt, repairs).code === repairCode(all, prompt, repairs).code;
}
