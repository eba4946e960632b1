import type { Message } from '../models/model.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { cut } from './cut-text.ts';

/** What a refiner or an analyzer is told besides the problem. */
export interface FailedCode {
  readonly code: string;
  /** What the run showed; null in the text-only setting. */
  readonly feedback: string | null;
}

/** A system prompt: one of the project's own by name, or a text. */
export type PromptChoice = string | { readonly text: string };

const GENERATOR_PROMPTS = {
  default:
    'You write Python functions. Answer with one fenced Python code block that holds the complete program: the imports it needs, any helper functions, and the function that is asked for. No explanation.',
  careful:
    'You are a careful Python programmer. Before you write, think of empty inputs, negative numbers, duplicates and ties, and make sure that the function handles each. Answer with one fenced Python code block that holds the complete program, nothing else.',
  examples:
    'You write Python functions that agree with the examples given. Work out from every example what the function must return, then answer with one fenced Python code block that holds the complete program, nothing else.',
} as const;

/** Those for scripts. */
const SCRIPT_PROMPTS: Readonly<Record<keyof typeof GENERATOR_PROMPTS, string>> = {
  default:
    'You write Python scripts. Answer with one fenced Python code block that holds the complete script. No explanation.',
  careful:
    'You are a careful Python programmer. Before you write, think of empty input, blank lines, negative numbers, duplicates and ties, and make sure that the script handles each. Answer with one fenced Python code block that holds the complete script. No explanation.',
  examples:
    'You write Python scripts that agree with the examples given. Work out from every example what the script must print, then answer with one fenced Python code block that holds the complete script, nothing else.',
};

const ANALYZER_PROMPTS = {
  default:
    'You find bugs in Python code. Say in two or three plain sentences why the code fails and what has to change. Do not write the corrected program.',
  trace:
    'You find bugs in Python code by following it line by line. Take one failing case, say what the variables hold where it goes wrong, then name the line to change and how. Be brief. Do not write the corrected program.',
} as const;

const REFINER_PROMPTS = {
  default:
    'You repair Python code. Find out from what is said of it why it is wrong, and answer with one fenced Python code block that holds the complete corrected program: imports, helpers and the function. No explanation.',
  minimal:
    'You repair Python code with the smallest change that is right. Keep what works, change only what the failure points at, and answer with one fenced Python code block that holds the complete corrected program, nothing else.',
  rewrite:
    'The code you are given does not do what is asked. Solve the problem anew in the simplest way you know, mindful of what failed, and answer with one fenced Python code block that holds the complete program, nothing else.',
} as const;

export const generatorPromptNames = [
  'default',
  'careful',
  'examples',
] as const satisfies readonly (keyof typeof GENERATOR_PROMPTS)[];
export const analyzerPromptNames = ['default', 'trace'] as const satisfies readonly (keyof typeof ANALYZER_PROMPTS)[];
export const refinerPromptNames = [
  'default',
  'minimal',
  'rewrite',
] as const satisfies readonly (keyof typeof REFINER_PROMPTS)[];

/** Asks for a first solution. */
export function generatorMessages(prompt: TaskPrompt, choice: PromptChoice): Message[] {
  const pool = prompt.form === 'script' ? SCRIPT_PROMPTS : GENERATOR_PROMPTS;
  return [system(pool, choice), user(problemText(prompt))];
}

/** Asks for a diagnosis in plain language. */
export function analyzerMessages(prompt: TaskPrompt, failed: FailedCode, choice: PromptChoice): Message[] {
  return [
    system(ANALYZER_PROMPTS, choice),
    user(`${problemText(prompt)}\n\n${failureText(failed)}\n\nWhat is wrong, and what should change?`),
  ];
}

/** Asks for a corrected program; `analysis` is the analyzer's answer where there is one. */
export function refinerMessages(
  prompt: TaskPrompt,
  failed: FailedCode,
  analysis: string | null,
  choice: PromptChoice,
): Message[] {
  return [
    system(REFINER_PROMPTS, choice),
    user(`${problemText(prompt)}\n\n${failureText(failed)}\n\n${repairRequest(prompt, analysis)}`),
  ];
}

/** The next turn of one growing chat: what the run showed and, for a refiner, the analysis and the request. */
export function continuedAnalysis(feedback: string | null): Message {
  return user(
    `${feedbackText(feedback)}\n\nWhat is wrong, and what should change? Answer in two or three sentences, without code.`,
  );
}

/** See continuedAnalysis; the analysis itself already stands in the chat. */
export function continuedRepair(prompt: TaskPrompt, feedback: string | null, isAnalyzed: boolean): Message {
  return user(isAnalyzed ? repairRequest(prompt, null) : `${feedbackText(feedback)}\n\n${repairRequest(prompt, null)}`);
}

function problemText(prompt: TaskPrompt): string {
  const { form, text, entryPoint, others = [] } = prompt;
  const files = modulesText(prompt);
  const several = others.length === 0 ? '' : `\n\nThe program must define ${namesText(prompt)}.`;
  if (form === 'in-place') return text.trimEnd();
  if (form === 'script') return `${text.trimEnd()}\n\n${SCRIPT_REQUEST}${files}`;
  if (form === 'signature')
    return `Complete this Python ${several === '' ? 'function' : 'module'}:\n\n${fenced(text)}${several}${files}`;
  return `${text.trimEnd()}${several === '' ? `\n\nThe ${kindOf(entryPoint)} must be named \`${entryPoint}\`.` : several}${files}`;
}

const SCRIPT_REQUEST =
  'Write a Python script. It reads its input from standard input and prints the output, and nothing else: no prompts such as "Enter a number".';

/** In characters: of longer files only the beginning is shown. */
const MOST_OF_MODULES = 6000;

/** The files that the program may import, as far as there is room. */
function modulesText({ modules = [] }: TaskPrompt): string {
  const room = Math.floor(MOST_OF_MODULES / Math.max(1, modules.length));
  const shown = modules.map(({ name, source }) => `\`${name}\`:\n\n${fenced(cut(source, room))}`);
  return shown.length === 0 ? '' : `\n\nThe program may import these modules:\n\n${shown.join('\n\n')}`;
}

/** What a name stands for, as Python's style has it: `total` a function, `Stack` a class, `LIMIT` a constant. */
function kindOf(name: string): 'function' | 'class' | 'constant' {
  if (/^_*[A-Z][A-Z\d_]+$/.test(name)) return 'constant';
  return /^_*[A-Z]/.test(name) ? 'class' : 'function';
}

/** All that the program must define: the function `a`, the class `B` and the constant `C`. */
function namesText({ entryPoint, others = [] }: TaskPrompt): string {
  const named = [entryPoint, ...others].map((name) => `the ${kindOf(name)} \`${name}\``);
  return named.length === 1 ? named[0]! : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

function failureText(failed: FailedCode): string {
  if (failed.code.trim() === '') return 'The attempt so far holds no Python code.';
  return `The attempt so far:\n\n${fenced(failed.code)}\n\n${feedbackText(failed.feedback)}`;
}

function feedbackText(feedback: string | null): string {
  return feedback === null
    ? 'It has not been run. Review it for mistakes.'
    : `What a run of it showed:\n\n${feedback.trimEnd()}`;
}

function repairRequest(prompt: TaskPrompt, analysis: string | null): string {
  const request = `Write the complete corrected ${programText(prompt)}.`;
  return analysis === null || analysis.trim() === '' ? request : `A reviewer says:\n\n${analysis.trim()}\n\n${request}`;
}

function programText(prompt: TaskPrompt): string {
  if (prompt.form === 'script') return 'script';
  return prompt.form === 'in-place' ? `\`${prompt.entryPoint}\`` : `program with ${namesText(prompt)}`;
}

/** A code block whose fence is longer than any run of backticks inside. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}python\n${code.trimEnd()}\n${fence}`;
}

function system(pool: Readonly<Record<string, string>>, choice: PromptChoice): Message {
  return { role: 'system', content: typeof choice === 'string' ? (pool[choice] as string) : choice.text };
}

function user(content: string): Message {
  return { role: 'user', content };
}
