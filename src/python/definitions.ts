import type { SyntaxNode } from '@lezer/common';
import { definitionNode, type PythonModule, readModule, type Statement } from './python-module.ts';
import { decodeString } from './string-literals.ts';
import { childrenOf } from './syntax-nodes.ts';

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
    const node = nodeOf(module, statement);
    return node?.name === 'FunctionDefinition' ? [readFunction(module, statement, node)] : [];
  });
}

/** The classes that a module defines at its top level, in source order. */
export function definedClasses(module: PythonModule): ClassDefinition[] {
  return module.statements.flatMap((statement) => {
    const node = nodeOf(module, statement);
    if (node?.name !== 'ClassDefinition') return [];
    const methods = [...childrenOf(node.getChild('Body') ?? node)]
      .map(definitionNode)
      .filter((child) => child.name === 'FunctionDefinition')
      .map((child) => readFunction(module, statement, child));
    return [{ name: nameOf(module, node), statement, methods }];
  });
}

/** The last function of that name at the top level of the source, or null. */
export function findFunction(source: string, name: string): FunctionDefinition | null {
  return definedFunctions(readModule(source)).findLast((definition) => definition.name === name) ?? null;
}

/** The text of `def name(...) -> ...:` for the last top-level function of that name, or null. */
export function signatureOf(source: string, name: string): string | null {
  return findFunction(source, name)?.signature ?? null;
}

/** The decoded docstring of the last top-level function of that name, or null. */
export function docstringOf(source: string, name: string): string | null {
  return findFunction(source, name)?.docstring ?? null;
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

function nodeOf(module: PythonModule, statement: Statement): SyntaxNode | null {
  if (statement.kind !== 'function' && statement.kind !== 'class') return null;
  const node = module.tree.topNode.childAfter(statement.from);
  return node === null ? null : definitionNode(node);
}

function nameOf(module: PythonModule, node: SyntaxNode): string {
  const name = node.getChild('VariableName');
  return name === null ? '' : module.source.slice(name.from, name.to);
}

function readFunction(module: PythonModule, statement: Statement, node: SyntaxNode): FunctionDefinition {
  const body = node.getChild('Body');
  const list = node.getChild('ParamList');
  return {
    name: nameOf(module, node),
    statement,
    signature: module.source.slice(node.from, body === null ? node.to : body.from + 1).trimEnd(),
    parameters: list === null ? [] : readParameters(module, list),
    docstring: body === null ? null : readDocstring(module, body),
    isEmpty: body === null || [...childrenOf(body)].every(isIdle),
  };
}

function readParameters(module: PythonModule, list: SyntaxNode): Parameter[] {
  const parameters: Parameter[] = [];
  let kind: Parameter['kind'] = 'positional';
  let isDefault = false;
  for (const child of childrenOf(list)) {
    if (child.name === ',') isDefault = false;
    else if (child.name === '*') kind = 'rest';
    else if (child.name === '**') kind = 'keywords';
    else if (child.name === 'AssignOp') {
      isDefault = true;
      const last = parameters.pop();
      if (last !== undefined) parameters.push({ ...last, hasDefault: true });
    } else if (child.name === 'VariableName' && !isDefault) {
      parameters.push({ name: module.source.slice(child.from, child.to), kind, hasDefault: false });
    }
    if (kind === 'rest' && (child.name === ',' || child.name === 'VariableName')) kind = 'keyword-only';
  }
  return parameters;
}

function isIdle(node: SyntaxNode): boolean {
  if (node.name === ':' || node.name === 'Comment' || node.name === 'PassStatement' || node.type.isError) return true;
  const value = node.name === 'ExpressionStatement' ? node.firstChild?.name : undefined;
  return value === 'String' || value === 'ContinuedString' || value === 'Ellipsis';
}

/** Imports too: HumanEval/115 describes its task in a string after `import math`. */
const BEFORE_DOCSTRING = new Set([':', 'Comment', 'ImportStatement']);

function readDocstring(module: PythonModule, body: SyntaxNode): string | null {
  const first = [...childrenOf(body)].find((child) => !BEFORE_DOCSTRING.has(child.name));
  const value = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  if (value?.name === 'String') return decodeString(module.source.slice(value.from, value.to));
  if (value?.name !== 'ContinuedString') return null;
  const parts = [...childrenOf(value)].map((part) => decodeString(module.source.slice(part.from, part.to)));
  return parts.every((part) => part !== null) ? parts.join('') : null;
}
