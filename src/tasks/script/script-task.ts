import type { TaskPrompt } from '../task.ts';
import { casesInText } from './cases-in-text.ts';
import { exampleOf, SCRIPT, type ScriptCase } from './script-case.ts';

const READS = /\b(?:stdin|standard input|sys\.stdin|console input)\b/i;
const SCRIPT_WORD = /\b(?:script|(?:console |command[- ]line )?program)\b/i;
const FUNCTION_WORD = /\b(?:function|method|class)\b/i;
const READS_SOMETHING = /\breads?\b/i;
const PRINTS = /\b(?:prints?|outputs?|writes?)\b/i;

/** True for a text that asks for a script, which reads standard input and prints, rather than for a function. */
export function asksForScript(text: string): boolean {
  if (/^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w/m.test(text)) return false;
  const isNamed = SCRIPT_WORD.test(text);
  if (READS.test(text)) return isNamed || !FUNCTION_WORD.test(text);
  if (!isNamed || FUNCTION_WORD.test(text)) return false;
  return (READS_SOMETHING.test(text) && PRINTS.test(text)) || casesInText(text).length > 0;
}

/** What stages see of a script to write; its examples are those of its text, where none are given. */
export function scriptPrompt(text: string, id: string, examples?: readonly ScriptCase[]): TaskPrompt {
  const shown = examples ?? casesInText(text);
  return { id, text, form: 'script', entryPoint: SCRIPT, context: '', examples: shown.map(exampleOf) };
}
