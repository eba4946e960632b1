import { definedClasses, definedFunctions, type FunctionDefinition } from '../../python/definitions.ts';
import { freeNames, importedNames } from '../../python/imports.ts';
import { type PythonModule, parses, readModule, type Statement } from '../../python/python-module.ts';
import { isOfStandardLibrary } from '../../python/standard-library.ts';
import type { TaskPrompt } from '../../tasks/task.ts';

/** What a block is worth as an answer, the least first. */
export const Rank = {
  broken: 0,
  statements: 1,
  body: 2,
  stub: 3,
  otherFunction: 4,
  brokenEntryPoint: 5,
  /** Made by an assignment or an import, or a `def` that returns None alone: one that does something is the better answer. */
  madeEntryPoint: 6,
  entryPoint: 7,
} as const;

/** What a block is worth as an answer to this prompt: one that only imports or calls the entry point does not define it. */
export function rankOf(module: PythonModule, prompt: TaskPrompt): number {
  if (prompt.form === 'script') return rankOfScript(module);
  const functions = definedFunctions(module);
  const entry = functions.findLast(({ name }) => name === prompt.entryPoint);
  const hasParsed = module.errors.length === 0;
  if (entry !== undefined && !entry.isEmpty && !hasParsed) return Rank.brokenEntryPoint;
  if (entry !== undefined && hasParsed) return rankOfFunction(entry);
  const makers = hasParsed ? module.statements.filter(({ defines }) => defines.includes(prompt.entryPoint)) : [];
  if (makers.some((maker) => isWritten(maker, module, prompt.entryPoint))) return Rank.entryPoint;
  if (makers.some((statement) => makes(statement, prompt.entryPoint, module))) return Rank.madeEntryPoint;
  if (hasParsed && (functions.some(({ isEmpty }) => !isEmpty) || definedClasses(module).length > 0))
    return Rank.otherFunction;
  if (prompt.form === 'signature' && isBody(module.source)) return Rank.body;
  return hasParsed && module.statements.length > 0 ? Rank.statements : Rank.broken;
}

/** A script does something; one that reads and prints is worth more than a line that shows how to call a function. */
function rankOfScript(module: PythonModule): number {
  if (module.errors.length > 0 || module.statements.length === 0) return Rank.broken;
  const isDoing = module.statements.some(({ kind }) => kind === 'expression' || kind === 'compound');
  if (!isDoing) return Rank.otherFunction;
  const { source } = module;
  const prints = /\b(?:print|write|writelines)\s*\(/.test(source);
  if (!prints) return Rank.statements;
  return /\b(?:input|stdin|fileinput|open\s*\(\s*0)\b/.test(source) ? Rank.entryPoint : Rank.madeEntryPoint;
}

const BEFORE_BODY = /^(?:\s|#[^\n]*|[rRuU]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*'))*/;

function rankOfFunction({ isEmpty, signature, statement: { text } }: FunctionDefinition): number {
  const body = text.slice(text.indexOf(signature) + signature.length).replace(BEFORE_BODY, '');
  if (isEmpty || /^raise\s+NotImplementedError\b[^\n]*$/.test(body)) return Rank.stub;
  return /^return(?:\s+None)?[ \t]*(?:#[^\n]*)?$/.test(body) ? Rank.madeEntryPoint : Rank.entryPoint;
}

/** True where a statement makes the name, and neither from the name itself nor from a module that is not there. */
function makes({ text }: Statement, name: string, module: PythonModule): boolean {
  const own = readModule(text);
  const imported = importedNames(own).filter((item) => item.name === name);
  if (imported.length > 0) return imported.some(({ path }) => isOfStandardLibrary(path));
  const foreign = importedNames(module).filter(({ path }) => !isOfStandardLibrary(path));
  return !freeNames(own).some((used) => used === name || foreign.some((item) => item.name === used));
}

/** True for a class, a conditional definition, a lambda, and another name for what the module itself defines. */
function isWritten({ kind, text }: Statement, module: PythonModule, name: string): boolean {
  if (kind === 'class' || (kind === 'compound' && new RegExp(`\\bdef\\s+${name}\\b`).test(text))) return true;
  if (kind !== 'assignment') return false;
  const [, base] = /=\s*(\w+)(?:\(\))?(?:\.\w+)?$/.exec(text) ?? [];
  const owners = module.statements.filter((one) => one.kind === 'function' || one.kind === 'class');
  return base === undefined ? /=\s*lambda\b/.test(text) : owners.some(({ defines }) => defines.includes(base));
}

/** True for statements of a function body: they do something, and parse under a `def`. */
export function isBody(code: string): boolean {
  return (
    /^[ \t]*(?:return|yield|raise)\b|^[^#\n\r\u2028\u2029]*[\w\])][ \t]*[-+*/%|&^]?=[ \t]*[^\s]/m.test(code) &&
    parses(`def _():\n${indented(code)}`)
  );
}

function indented(code: string): string {
  return /^[ \t]+\S/.test(code) ? code : code.replace(/^(?=.)/gm, '    ');
}
