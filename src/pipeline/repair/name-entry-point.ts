import { findCalls } from '../../python/calls.ts';
import type { FunctionDefinition, Parameter } from '../../python/definitions.ts';
import {
  type ClassDefinition,
  definedClasses,
  definedFunctions,
  findFunction,
  positionalCounts,
} from '../../python/definitions.ts';
import { starImports } from '../../python/imports.ts';
import { type PythonModule, readModule, readValidModule } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import type { Repaired } from './repair-step.ts';

/** Gives the entry point's name to the one function that can be meant, where the code defines no such name. */
export function nameEntryPoint(code: string, prompt: TaskPrompt): Repaired | null {
  if (prompt.form === 'script') return null;
  const module = readValidModule(code);
  if (module === null || starImports(module).length > 0) return null;
  if (module.statements.some(({ defines }) => defines.includes(prompt.entryPoint))) return null;
  const meant = findMeant(module, prompt);
  if (meant === null) return null;
  const end = meant.end + /^[ \t]*#[^\n]*|/.exec(code.slice(meant.end))![0].length;
  return {
    code: `${code.slice(0, end)}\n\n\n${meant.alias}\n${code.slice(end)}`,
    details: [`named ${meant.name} ${prompt.entryPoint}`],
  };
}

/** True where two names differ by no more than case and underscores. */
export function isSameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

interface Meant {
  readonly name: string;
  readonly alias: string;
  /** Offset after the definition: the alias stands right behind it, before any code that may use it. */
  readonly end: number;
}

function findMeant(module: PythonModule, prompt: TaskPrompt): Meant | null {
  const accepts = acceptor(prompt);
  const functions = lastOfEachName(definedFunctions(module)).filter(({ isEmpty }) => !isEmpty);
  const found = chooseFunction(functions, module, prompt.entryPoint, accepts);
  if (found !== null) return aliasOf(found, prompt.entryPoint, found.statement.to);
  if (functions.length > 0) return null;
  const assigned = module.statements.filter(
    ({ kind, text, defines }) => kind === 'assignment' && text.includes('lambda') && isOneSameName(defines, prompt),
  );
  const last = assigned.at(-1);
  if (last !== undefined) return aliasOf({ name: last.defines[0]! }, prompt.entryPoint, last.to);
  return chooseMethod(definedClasses(module), prompt.entryPoint, accepts);
}

function isOneSameName(defines: readonly string[], prompt: TaskPrompt): boolean {
  return defines.length === 1 && isSameName(defines[0]!, prompt.entryPoint);
}

function aliasOf({ name }: { name: string }, entryPoint: string, end: number): Meant {
  return { name, alias: `${entryPoint} = ${name}`, end };
}

type Acceptor = (parameters: readonly Parameter[]) => boolean;

function chooseFunction(
  functions: readonly FunctionDefinition[],
  module: PythonModule,
  entryPoint: string,
  accepts: Acceptor,
): FunctionDefinition | null {
  const same = functions.filter(({ name, parameters }) => isSameName(name, entryPoint) && accepts(parameters));
  if (same.length === 1) return same[0]!;
  const called = calledByOthers(functions, module);
  const heads = functions.filter(
    ({ name, parameters }) => !called.has(name) && !isRunner(name, entryPoint) && accepts(parameters),
  );
  return heads.length === 1 ? heads[0]! : null;
}

/** Functions that run or test other functions. */
function isRunner(name: string, entryPoint: string): boolean {
  return name === 'main' || (/^_*(?:run_)?tests?(?:_|$)/i.test(name) && !/^_*tests?(?:_|$)/i.test(entryPoint));
}

/** Names that another function than themselves uses, runners apart. */
function calledByOthers(functions: readonly FunctionDefinition[], module: PythonModule): Set<string> {
  const names = new Set(functions.map(({ name }) => name));
  const called = new Set<string>();
  for (const { name, statement } of functions) {
    if (isRunner(name, '')) continue;
    const words = module.source.slice(statement.from, statement.to).match(/\b[A-Za-z_]\w*/g) ?? [];
    for (const word of words) if (word !== name && names.has(word)) called.add(word);
  }
  return called;
}

function chooseMethod(classes: readonly ClassDefinition[], entryPoint: string, accepts: Acceptor): Meant | null {
  const only = classes.length === 1 ? classes[0]! : undefined;
  if (only === undefined || only.methods.some(needsArguments)) return null;
  const open = only.methods.filter(({ name }) => !name.startsWith('_'));
  const same = open.filter(({ name }) => isSameName(name, entryPoint));
  const method = same.length === 1 ? same[0]! : open.length === 1 ? open[0]! : undefined;
  if (method === undefined || !accepts(withoutSelf(method.parameters))) return null;
  const call = `${only.name}().${method.name}`;
  const alias = `def ${entryPoint}(*args, **kwargs):\n    return ${call}(*args, **kwargs)`;
  return { name: `${only.name}.${method.name}`, alias, end: only.statement.to };
}

function needsArguments({ name, parameters }: FunctionDefinition): boolean {
  return name === '__init__' && positionalCounts(parameters).least > 1;
}

function withoutSelf(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters[0]?.name === 'self' || parameters[0]?.name === 'cls' ? parameters.slice(1) : parameters;
}

/** Tells whether a function takes the arguments that the examples give, or as many as the prompt's signature has. */
function acceptor(prompt: TaskPrompt): Acceptor {
  const wanted = argumentCounts(prompt);
  return (parameters) => {
    const { least, most } = positionalCounts(parameters);
    const hasKeywordOnly = parameters.some(({ kind, hasDefault }) => kind === 'keyword-only' && !hasDefault);
    return wanted.length === 0 || (!hasKeywordOnly && wanted.every((count) => least <= count && count <= most));
  };
}

function argumentCounts(prompt: TaskPrompt): number[] {
  const calls = prompt.examples
    .flatMap(({ source }) => findCalls(readModule(source)))
    .filter(({ name, keywords }) => name === prompt.entryPoint && keywords.length === 0);
  const counts = calls.map(({ positional }) => positional).filter((count) => count !== null);
  const signature = prompt.form === 'signature' ? findFunction(prompt.text, prompt.entryPoint) : null;
  if (signature !== null) counts.push(positionalCounts(signature.parameters).least);
  return [...new Set(counts)];
}

function lastOfEachName(functions: readonly FunctionDefinition[]): FunctionDefinition[] {
  return [...new Map(functions.map((definition) => [definition.name, definition])).values()];
}
