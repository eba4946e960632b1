import { freeNames, starImports } from '../../python/imports.ts';
import { readModule, readValidModule, type Statement } from '../../python/python-module.ts';
import { membersOf } from '../../python/standard-names.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { insertAtTop } from './insert-at-top.ts';
import type { Repaired } from './repair-step.ts';

/** Puts the prompt's own imports and helpers before code that uses them and does not bring them. */
export function addContext(code: string, prompt: TaskPrompt): Repaired | null {
  if (prompt.context.trim() === '') return null;
  const module = readValidModule(code);
  if (module === null) return null;
  const needed = neededStatements(freeNames(module), prompt);
  if (needed.length === 0) return null;
  const texts = needed.map(({ text }) => text);
  return { code: insertAtTop(module, texts), details: [`added ${needed.map(describe).join('; ')} from the prompt`] };
}

/** Statements of the context that give the names, and what those statements need in turn, in their own order. */
function neededStatements(names: readonly string[], prompt: TaskPrompt): Statement[] {
  const statements = readModule(prompt.context).statements;
  const needed = new Set<Statement>();
  const wanted = [...names];
  for (let at = 0; at < wanted.length; at += 1) {
    const giver = statements.findLast((statement) => gives(statement, wanted[at]!));
    if (giver === undefined || needed.has(giver)) continue;
    needed.add(giver);
    wanted.push(...freeNames(readModule(giver.text)));
  }
  return statements.filter((statement) => needed.has(statement));
}

function gives(statement: Statement, name: string): boolean {
  if (statement.defines.includes(name)) return true;
  return (
    statement.kind === 'import' && starImports(readModule(statement.text)).some((m) => membersOf(m).includes(name))
  );
}

function describe({ kind, text, defines }: Statement): string {
  return kind === 'import' ? text.replace(/\s+/g, ' ') : defines.join(', ');
}
