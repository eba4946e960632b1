import { importedNames, moduleReads } from '../../python/imports.ts';
import { type PythonModule, readModule, readValidModule, type Statement } from '../../python/python-module.ts';
import { isOfStandardLibrary } from '../../python/standard-library.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { cutStatements } from '../cut-statements.ts';
import { isSameName } from './name-entry-point.ts';
import { OwnCalls } from './own-calls.ts';
import type { Repaired } from './repair-step.ts';

const RUNNERS = new Set(['print', 'main', 'unittest.main', 'doctest.testmod']);
const TEST = /^(?:run_)?tests?(?:_|$)/;
const DEFINERS = new Set(['function', 'class', 'import']);

/**
 * Removes top-level statements that run or test the code when it is loaded: they can fail, hang or end the program. What uses
 * their results goes with them. A statement stays if it makes or touches data that a function reads.
 */
export function removeRuns(code: string, prompt: TaskPrompt): Repaired | null {
  const module = readValidModule(code);
  if (module === null || !module.statements.some((statement) => isProgram(statement, prompt))) return null;
  const own = new OwnCalls(module, prompt.entryPoint);
  const live = liveData(module, own, prompt);
  const loose = module.statements.filter(
    (statement) =>
      !DEFINERS.has(statement.kind) && !isDefinition(statement, prompt) && !touches(module, statement, live),
  );
  const callsRun = callTest(module, own, live);
  const runs = loose.filter((statement) => isRun(statement, own, prompt) || callsRun(statement));
  const gone = withDependents(module, runs, loose);
  const { code: cut, count } = cutStatements(module, [...gone, ...uselessImports(module, gone)]);
  return count === 0 ? null : { code: `${cut.trimEnd()}\n`, details: [describe(count)] };
}

function describe(count: number): string {
  return `removed ${count} top-level statement${count === 1 ? '' : 's'} that ran or tested the code on load`;
}

function isProgram({ kind, defines }: Statement, prompt: TaskPrompt): boolean {
  return kind === 'function' || kind === 'class' || defines.includes(prompt.entryPoint);
}

/** True for what defines the entry point, or a function by another word than `def`. */
function isDefinition({ kind, text, defines }: Statement, prompt: TaskPrompt): boolean {
  return defines.includes(prompt.entryPoint) || (kind === 'assignment' && /=\s*lambda\b/.test(text));
}

function isRun(statement: Statement, own: OwnCalls, prompt: TaskPrompt): boolean {
  const { kind, text } = statement;
  if (kind === 'assert' || /^raise\b|^if\s*(?:\(\s*)?__name__\s*==/.test(text) || own.readsWorld(statement))
    return true;
  return own
    .callsIn(statement)
    .some(({ name }) => RUNNERS.has(name) || isSameName(name, prompt.entryPoint) || TEST.test(name));
}

/** Tells of calls of the module's functions that cannot end well, or that use the entry point and no data that a function reads. */
function callTest(module: PythonModule, own: OwnCalls, live: ReadonlySet<string>): (statement: Statement) => boolean {
  const worldly = own.leadingTo((owner) => own.readsWorld(owner));
  const users = own.leadingTo((owner) => own.usesEntryPoint(owner));
  const makers = own.leadingTo((owner) => touches(module, owner, live));
  return (statement) => {
    const called = own.calledBy(statement);
    if (called.some((owner) => worldly.has(owner))) return true;
    return called.some((owner) => users.has(owner)) && !called.some((owner) => makers.has(owner));
  };
}

/**
 * The statements, and those of the others that read a name which only they and statements like them make, or what is imported
 * from a module that may not be there and that they alone use.
 */
function withDependents(module: PythonModule, runs: readonly Statement[], loose: readonly Statement[]): Statement[] {
  const gone = new Set(runs);
  const foreign = foreignNames(module, loose);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    const kept = new Set(module.statements.filter((one) => !gone.has(one)).flatMap(({ defines }) => defines));
    const made = [...gone].flatMap(({ defines }) => defines).filter((name) => !kept.has(name));
    const used = [...gone].flatMap((one) => [...moduleReads(module, one)]).filter((name) => foreign.has(name));
    const lost = new Set([...made, ...used]);
    for (const statement of loose) {
      if ([...moduleReads(module, statement)].some((name) => lost.has(name))) gone.add(statement);
    }
  }
  return module.statements.filter((statement) => gone.has(statement));
}

/** Names imported from modules outside of the standard library that loose statements alone read. */
function foreignNames(module: PythonModule, loose: readonly Statement[]): Set<string> {
  const isLoose = new Set(loose);
  const held = new Set(
    module.statements.filter((one) => !isLoose.has(one)).flatMap((one) => [...moduleReads(module, one)]),
  );
  const imported = importedNames(module).filter(({ path }) => !isOfStandardLibrary(path));
  return new Set(imported.map(({ name }) => name).filter((name) => !held.has(name)));
}

/** Imports of modules that may not be there: of what only the removed statements use, or of what the code itself defines. */
function uselessImports(module: PythonModule, gone: readonly Statement[]): Statement[] {
  const removed = new Set(gone);
  const used = new Set<string>();
  const lost = new Set<string>();
  const defined = new Set<string>();
  for (const statement of module.statements) {
    const isGone = removed.has(statement);
    for (const name of moduleReads(module, statement)) (isGone ? lost : used).add(name);
    if (!isGone && statement.kind !== 'import') for (const name of statement.defines) defined.add(name);
  }
  return module.statements.filter(({ kind, text }) => {
    const names = kind === 'import' ? importedNames(readModule(text)) : [];
    const isUseless = (name: string): boolean => defined.has(name) || (lost.has(name) && !used.has(name));
    return names.length > 0 && names.every(({ name, path }) => !isOfStandardLibrary(path) && isUseless(name));
  });
}

/** Names of data that functions and classes read from the module, and the data that it is made of. */
function liveData(module: PythonModule, own: OwnCalls, prompt: TaskPrompt): Set<string> {
  const makers = module.statements.filter(({ kind }) => !DEFINERS.has(kind));
  const made = new Set(makers.flatMap(({ defines }) => defines));
  const live = new Set<string>();
  const pending = liveDefinitions(module, own, prompt);
  for (let at = 0; at < pending.length; at += 1) {
    for (const name of moduleReads(module, pending[at]!)) {
      if (!made.has(name) || live.has(name) || name === prompt.entryPoint) continue;
      live.add(name);
      pending.push(...makers.filter(({ defines }) => defines.includes(name)));
    }
  }
  return live;
}

/** Functions and classes, without those that only run or test the entry point. */
function liveDefinitions(module: PythonModule, own: OwnCalls, prompt: TaskPrompt): Statement[] {
  const definitions = module.statements.filter(({ kind }) => kind === 'function' || kind === 'class');
  const entries = module.statements.filter(({ defines }) => defines.includes(prompt.entryPoint));
  if (entries.length === 0) return definitions;
  const needed = new Set([...entries, ...own.reach(entries)]);
  const runners = own.leadingTo((owner) => own.readsWorld(owner) || own.usesEntryPoint(owner));
  return [...entries, ...definitions.filter((definition) => needed.has(definition) || !runners.has(definition))];
}

function touches(module: PythonModule, statement: Statement, data: ReadonlySet<string>): boolean {
  return (
    statement.defines.some((name) => data.has(name)) ||
    [...moduleReads(module, statement)].some((name) => data.has(name))
  );
}
