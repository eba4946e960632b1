import type { Message } from '../models/model.ts';
import { type FreeTask, readFreeTask } from '../tasks/markdown-task.ts';

/** A stand-in until conversations are read. */
export function taskOfConversation(
  messages: readonly Message[],
  { hasTools = false }: { hasTools?: boolean } = {},
): { readonly task: FreeTask; readonly reason?: undefined } | { readonly task: null; readonly reason: string } {
  if (hasTools) return { task: null, reason: 'tools' };
  try {
    return { task: readFreeTask(messages.at(-1)?.content ?? '') };
  } catch (error) {
    return { task: null, reason: String(error) };
  }
}
