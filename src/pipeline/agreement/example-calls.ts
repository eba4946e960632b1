import { freeNames } from '../../python/imports.ts';
import { type PythonModule, readModule } from '../../python/python-module.ts';
import { isStandardModule } from '../../python/standard-names.ts';
import type { CallNode } from '../../python/tree/tree.ts';
import { walkTree } from '../../python/tree/walk.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import type { ProbeArgument, ProbeCall } from './probe-call.ts';
import { type PythonValue, printValue } from './python-value.ts';
import { readValue } from './read-value.ts';

/** The calls of the entry point in the prompt's examples, in order; those with names that only their example knows are left out. */
export function exampleCalls({ examples, entryPoint, context }: TaskPrompt): ProbeCall[] {
  const defined = new Set(readModule(context).statements.flatMap(({ defines }) => defines)).add(entryPoint);
  return examples
    .flatMap(({ source }) => callsIn(readModule(source), entryPoint))
    .filter((call) => call.every(({ value }) => isClosed(value, defined)));
}

function callsIn(module: PythonModule, entryPoint: string): ProbeCall[] {
  const calls: CallNode[] = [];
  walkTree(module.tree, (node) => {
    if (node.kind === 'call' && node.callee.kind === 'name' && node.callee.name === entryPoint) calls.push(node);
  });
  const known = assignedValues(module);
  return calls
    .sort((a, b) => a.from - b.from)
    .map((call) => call.arguments.map((argument) => readArgument(argument, module.source, known)));
}

function readArgument(
  { type, name, value }: CallNode['arguments'][number],
  source: string,
  known: ReadonlyMap<string, PythonValue>,
): ProbeArgument {
  const before = { positional: '', keyword: `${name}=`, star: '*', 'double-star': '**' }[type];
  return { before, value: readValue(value, source, known) };
}

/** What the statements of an example assign to single names. */
function assignedValues({ tree, source }: PythonModule): ReadonlyMap<string, PythonValue> {
  const known = new Map<string, PythonValue>();
  for (const statement of tree.body) {
    if (statement.kind !== 'assignment' || statement.isAugmented || statement.value === null) continue;
    for (const target of statement.targets)
      if (target.kind === 'name') known.set(target.name, readValue(statement.value, source, known));
  }
  return known;
}

/** Whether every name in a value means something outside of its example. */
function isClosed(value: PythonValue, defined: ReadonlySet<string>): boolean {
  return freeNames(readModule(printValue(value))).every((name) => defined.has(name) || isStandardModule(name));
}
