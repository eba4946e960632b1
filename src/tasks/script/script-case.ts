import type { Example, JudgedProgram } from '../task.ts';

/** The entry point of a script: its tests call it with a text for standard input, and get what the script printed. The sandbox knows the name. */
export const SCRIPT = '__script__';

/** What a script reads and what it prints then. */
export interface ScriptCase {
  readonly input: string;
  readonly output: string;
}

/** The cases as tests for the judge, one assertion each. */
export function programOfCases(cases: readonly ScriptCase[]): JudgedProgram {
  return { setup: '', checks: cases.map((one) => `${exampleOf(one).source}\n`).join('') };
}

/** A case as an example of a prompt. */
export function exampleOf({ input, output }: ScriptCase): Example {
  return { source: `assert ${SCRIPT}(${JSON.stringify(withLineEnd(input))}) == ${JSON.stringify(printed(output))}` };
}

/** What is typed ends with a line end. */
function withLineEnd(input: string): string {
  return input === '' || input.endsWith('\n') ? input : `${input}\n`;
}

/** Without blanks at the ends of lines and of the whole, which the sandbox does not keep of what is printed. */
function printed(output: string): string {
  const lines = output.split('\n').map(withoutBlankEnd);
  while (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}

/** Blanks, tabs and carriage returns only, as the sandbox has it. */
function withoutBlankEnd(line: string): string {
  let end = line.length;
  while (' \t\r'.includes(line[end - 1] ?? '.')) end -= 1;
  return line.slice(0, end);
}
