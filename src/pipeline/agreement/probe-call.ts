import { type PythonValue, printValue } from './python-value.ts';

/** An argument of a call; `before` is what stands before its value: a keyword with `=`, `*`, `**` or nothing. */
export interface ProbeArgument {
  readonly before: string;
  readonly value: PythonValue;
}

/** The arguments of one call of the entry point. */
export type ProbeCall = readonly ProbeArgument[];

/** The call of a function as Python source. */
export function printCall(name: string, call: ProbeCall): string {
  return `${name}(${call.map(({ before, value }) => before + printValue(value)).join(', ')})`;
}
