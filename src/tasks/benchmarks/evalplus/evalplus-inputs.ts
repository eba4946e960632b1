import { readRawElements } from './raw-json.ts';

/**
 * How the JSON arguments of an MBPP+ task become the Python values that its function takes: EvalPlus stores tuples and sets
 * as lists and complex numbers as text, and restores them by task number. Each rule is a Python expression over `args`.
 */
const MBPP_CONVERSIONS: readonly { readonly tasks: readonly number[]; readonly expression: string }[] = [
  {
    tasks: [2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809],
    expression: '[tuple(arg) for arg in args]',
  },
  {
    tasks: [63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780],
    expression: '[[tuple(item) for item in arg] for arg in args]',
  },
  { tasks: [75, 413, 444, 753], expression: '[[tuple(item) for item in args[0]], args[1]]' },
  { tasks: [106, 750], expression: '[args[0], tuple(args[1])]' },
  { tasks: [115], expression: '[[set(item) if isinstance(item, list) and item else {} for item in args[0]]]' },
  { tasks: [124], expression: '[float(args[0]), complex(args[1])]' },
  { tasks: [250, 405, 446, 617, 720, 763, 808], expression: '[tuple(args[0]), args[1]]' },
  { tasks: [252], expression: '[complex(args[0])]' },
  { tasks: [259, 401, 445], expression: '[tuple(tuple(item) for item in arg) for arg in args]' },
  { tasks: [278], expression: '[tuple(tuple(item) if isinstance(item, list) else item for item in args[0])]' },
  { tasks: [307], expression: '[tuple(args[0]), args[1], args[2]]' },
  { tasks: [580, 615, 791], expression: '[deep_tuple(arg) for arg in args]' },
  { tasks: [722], expression: '[{key: tuple(value) for key, value in args[0].items()}, *args[1:]]' },
];

const DEEP_TUPLE = `def deep_tuple(value):
    return tuple(deep_tuple(item) for item in value) if isinstance(value, list) else value
`;

/** Python that defines `INPUTS`, a list of argument lists, from the raw JSON text that EvalPlus stores for a task. */
export function inputsProgram(taskId: string, rawInputs: string): string {
  const load = `INPUTS = json.loads(${pythonString(rawInputs)})\n`;
  const expression = conversionOf(taskId);
  if (expression === null) return load;
  const helper = expression.includes('deep_tuple') ? DEEP_TUPLE : '';
  return `${helper}${load}INPUTS = [${expression} for args in INPUTS]\n`;
}

/**
 * Inputs that are left out, by their index among the plus inputs: the right answers to these two are lists of 1.7 million and
 * of half a million tuples (260 MB and 57 MB to pass on), more than a candidate in a sandbox can hand over.
 */
const LEFT_OUT: Readonly<Record<string, readonly number[]>> = { 'Mbpp/255': [85, 100] };

/** The raw JSON text of a task's plus inputs that can be asked, from that of all. */
export function answerableInputs(taskId: string, rawInputs: string, place: string): string {
  const leftOut = LEFT_OUT[taskId];
  if (leftOut === undefined) return rawInputs;
  const kept = readRawElements(rawInputs, place).filter((_, index) => !leftOut.includes(index));
  return `[${kept.join(', ')}]`;
}

/** A Python string literal of any text: JSON's escapes mean the same in Python. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

function conversionOf(taskId: string): string | null {
  const number = /^Mbpp\/(\d+)$/.exec(taskId)?.[1];
  if (number === undefined) return null;
  return MBPP_CONVERSIONS.find((rule) => rule.tasks.includes(Number(number)))?.expression ?? null;
}
