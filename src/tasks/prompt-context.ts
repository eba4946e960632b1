import { definedFunctions, type FunctionDefinition } from '../python/definitions.ts';
import { readModule, type Statement } from '../python/python-module.ts';

const KINDS = new Set<Statement['kind']>(['import', 'function', 'class', 'assignment', 'compound']);

/**
 * The imports, helpers and constants that Python text gives before it defines the entry point, whole with their bodies; all of
 * those in the text where it does not define the entry point. What uses the entry point, and a helper without a body, is left out.
 */
export function contextBefore(source: string, entryPoint: string): string {
  const module = readModule(source);
  const functions = definedFunctions(module);
  const mentions = new RegExp(`(?<![\\w.])${entryPoint}\\b`);
  const entry = functions.findLast(({ name }) => name === entryPoint);
  const empty = new Set(functions.filter(({ isEmpty }) => isEmpty).map(({ statement }) => statement));
  return module.statements
    .filter((statement) => KINDS.has(statement.kind) && !empty.has(statement))
    .filter(({ from, text }) => (entry === undefined || from < entry.statement.from) && !mentions.test(text))
    .map(({ text }) => text)
    .join('\n');
}

/** True where the text is Python that ends where the body of the entry point begins, or after it. */
export function definesEntryPoint(text: string, entryPoint: string): boolean {
  return functionsOf(text).some(({ name }) => name === entryPoint);
}

/** The functions of Python text whose last one may lack its body; none where the text is anything else. */
export function functionsOf(text: string): FunctionDefinition[] {
  const module = readModule(text);
  return module.errors.length === 0 || parsesWithBody(text) ? definedFunctions(module) : [];
}

function parsesWithBody(text: string): boolean {
  return readModule(`${text.trimEnd()}\n    pass\n`).errors.length === 0;
}
