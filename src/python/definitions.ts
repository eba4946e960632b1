import { type PythonModule, readModule, type Statement } from './python-module.ts';
import { decodeString } from './string-literals.ts';
import type { Block, FunctionNode, ParameterNode, StatementNode } from './tree/tree.ts';

/** A parameter as `def` lists it; `self` counts like any other. */
export interface Parameter {
  readonly name: string;
  readonly kind: 'positional' | 'keyword-only' | 'rest' | 'keywords';
  readonly hasDefault: boolean;
}

/** A function of a module's top level (decorated and async ones too). */
export interface FunctionDefinition {
  readonly name: string;
  readonly statement: Statement;
  /** The text of `def name(...) -> ...:`, over several lines where it is written so. */
  readonly signature: string;
  readonly parameters: readonly Parameter[];
  /** The decoded docstring, or null where there is none. */
  readonly docstring: string | null;
  /** True where the body holds nothing but a docstring, comments, `pass` or `...`. */
  readonly isEmpty: boolean;
}

/** A class of a module's top level with the functions directly in its body. */
export interface ClassDefinition {
  readonly name: string;
  readonly statement: Statement;
  readonly methods: readonly FunctionDefinition[];
}

/** The functions that a module defines at its top level, in source order; one name may come twice. */
export function definedFunctions(module: PythonModule): FunctionDefinition[] {
  return module.statements.flatMap((statement) => {
    const { node } = statement;
    return node.kind === 'function' ? [readFunction(module, statement, node)] : [];
  });
}

/** The classes that a module defines at its top level, in source order. */
export function definedClasses(module: PythonModule): ClassDefinition[] {
  return module.statements.flatMap((statement) => {
    const { node } = statement;
    if (node.kind !== 'class') return [];
    const methods = node.body.flatMap((child) =>
      child.kind === 'function' ? [readFunction(module, statement, child)] : [],
    );
    return [{ name: node.name.name, statement, methods }];
  });
}

/** The last function of that name at the top level of the source, or null. */
export function findFunction(source: string, name: string): FunctionDefinition | null {
  return definedFunctions(readModule(source)).findLast((definition) => definition.name === name) ?? null;
}

/** The least and the greatest number of positional arguments that a function takes. */
export function positionalCounts(parameters: readonly Parameter[]): { least: number; most: number } {
  const positional = parameters.filter(({ kind }) => kind === 'positional');
  const hasRest = parameters.some(({ kind }) => kind === 'rest');
  return {
    least: positional.filter(({ hasDefault }) => !hasDefault).length,
    most: hasRest ? Number.POSITIVE_INFINITY : positional.length,
  };
}

function readFunction({ source }: PythonModule, statement: Statement, node: FunctionNode): FunctionDefinition {
  const { name, header, parameters, body } = node;
  return {
    name: name.name,
    statement,
    signature: source.slice(header.from, header.to),
    parameters: parameters.map(readParameter),
    docstring: readDocstring(source, body),
    isEmpty: body.every(isIdle),
  };
}

function readParameter({ name, type, default: fallback }: ParameterNode): Parameter {
  return { name, kind: type, hasDefault: fallback !== null };
}

function isIdle(node: StatementNode): boolean {
  if (node.kind === 'pass') return true;
  const value = node.kind === 'expression' ? node.value : null;
  return value?.kind === 'string' || (value?.kind === 'constant' && value.type === 'ellipsis');
}

/** Imports may stand before it: HumanEval/115 describes its task in a string after `import math`. */
function readDocstring(source: string, body: Block): string | null {
  const first = body.find(({ kind }) => kind !== 'import');
  const value = first?.kind === 'expression' ? first.value : null;
  if (value?.kind !== 'string' || value.type !== 'text') return null;
  const parts = value.literals.map(({ from, to }) => decodeString(source.slice(from, to)));
  return parts.every((part) => part !== null) ? parts.join('') : null;
}
