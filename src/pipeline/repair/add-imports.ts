import { freeNames } from '../../python/imports.ts';
import { readValidModule } from '../../python/python-module.ts';
import { standardImport } from '../../python/standard-names.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { insertAtTop } from './insert-at-top.ts';
import type { Repaired } from './repair-step.ts';

/** Imports well-known names of the standard library that the code uses and binds nowhere. */
export function addImports(code: string, prompt: TaskPrompt): Repaired | null {
  const module = readValidModule(code);
  if (module === null) return null;
  const imports = freeNames(module)
    .filter((name) => name !== prompt.entryPoint)
    .map((name) => standardImport(name, code))
    .filter((statement) => statement !== null);
  if (imports.length === 0) return null;
  return { code: insertAtTop(module, imports), details: imports.map((statement) => `added ${statement}`) };
}
