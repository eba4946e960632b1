import type { SyntaxNode, SyntaxNodeRef, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { indentationErrors } from './indentation.ts';
import { type ModuleNames, readNames } from './scopes.ts';
import { isWholeString } from './string-literals.ts';
import { childrenOf } from './syntax-nodes.ts';

export type StatementKind =
  | 'function'
  | 'class'
  | 'import'
  | 'assignment'
  | 'assert'
  | 'expression'
  | 'compound'
  | 'other';

/** One statement of a module's top level; `text` is the source between its character offsets, without a line end. */
export interface Statement {
  readonly kind: StatementKind;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Names that the statement binds at module level, in source order. */
  readonly defines: readonly string[];
}

/** Python text as far as it can be read. */
export interface PythonModule {
  readonly source: string;
  readonly statements: readonly Statement[];
  /** Offsets where the text is no Python 3, in order; empty where it parses. */
  readonly errors: readonly number[];
  readonly names: ModuleNames;
  readonly tree: Tree;
}

const KINDS: Readonly<Record<string, StatementKind>> = {
  FunctionDefinition: 'function',
  ClassDefinition: 'class',
  ImportStatement: 'import',
  AssignStatement: 'assignment',
  UpdateStatement: 'assignment',
  TypeDefinition: 'assignment',
  AssertStatement: 'assert',
  ExpressionStatement: 'expression',
  IfStatement: 'compound',
  WhileStatement: 'compound',
  ForStatement: 'compound',
  TryStatement: 'compound',
  WithStatement: 'compound',
  MatchStatement: 'compound',
};

/** Reads Python text, broken or not; never throws. Badly broken text costs some 20 microseconds a character. */
export const readModule = remembering(
  (source: string): PythonModule => readTree(parser.parse(maskGaps(source)), source),
);

/** Reads Python text that parses; null where it does not, which costs no more than reading it up to its first error. */
export const readValidModule = remembering((source: string): PythonModule | null => {
  try {
    const module = readTree(strictParser.parse(maskGaps(source)), source);
    return module.errors.length === 0 ? module : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
});

const strictParser = parser.configure({ strict: true });
const MOST_REMEMBERED = 32;
const LONGEST_REMEMBERED = 10_000;

/** The same, with the last few results at hand: extraction and repairs read the same code again and again. */
function remembering<Value>(read: (source: string) => Value): (source: string) => Value {
  const results = new Map<string, Value>();
  return (source) => {
    const known = results.get(source);
    if (known !== undefined) return known;
    const value = read(source);
    if (source.length <= LONGEST_REMEMBERED) results.set(source, value);
    if (results.size > MOST_REMEMBERED) results.delete(results.keys().next().value as string);
    return value;
  };
}

function readTree(tree: Tree, source: string): PythonModule {
  const names = readNames(tree, source);
  return { source, tree, names, statements: readStatements(tree, source, names), errors: findErrors(tree, source) };
}

/**
 * A text of the same length that the grammar can read: it has no number that ends in a point (`1. / 3`, `1.e5`) and no
 * starred loop target (`for first, *rest in pairs`).
 */
function maskGaps(source: string): string {
  return source
    .replace(/(?<![\w.])(?<digits>\d[\d_]*)\.(?:(?![\w.])|(?=[eE][+-]?\d|[jJ]\b))/g, '$<digits>0')
    .replace(/\bfor\s[^\n:='"]{0,200}?\sin\b/g, (target) => target.replace(/(?<=[\s,([])\*(?=\w)/g, ' '));
}

/** True where the text is Python 3, as far as a grammar can tell. */
export function parses(source: string): boolean {
  return readValidModule(source) !== null;
}

/** The expression that the text holds, without blanks and comments around it; null where it is anything else. */
export function readExpression(text: string): string | null {
  const statements = readValidModule(text.trim())?.statements ?? [];
  const only = statements.length === 1 ? statements[0] : undefined;
  return only?.kind === 'expression' ? only.text : null;
}

/** True where the text is exactly one Python expression. */
export function parsesAsExpression(text: string): boolean {
  return readExpression(text) !== null;
}

/** The node of a top-level statement, and of the function or class under its decorators. */
export function definitionNode(node: SyntaxNode): SyntaxNode {
  if (node.name !== 'DecoratedStatement') return node;
  return node.getChild('FunctionDefinition') ?? node.getChild('ClassDefinition') ?? node;
}

function readStatements(tree: Tree, source: string, names: ModuleNames): Statement[] {
  const bindings = names.bindings[Symbol.iterator]();
  let binding = bindings.next();
  return [...topLevelNodes(tree.topNode)].map((node) => {
    const text = source.slice(node.from, node.to).trimEnd();
    const defines: string[] = [];
    for (; binding.done !== true && binding.value.at < node.to; binding = bindings.next()) {
      if (binding.value.at >= node.from) defines.push(binding.value.name);
    }
    const kind = KINDS[definitionNode(node).name] ?? 'other';
    return { kind, from: node.from, to: node.from + text.length, text, defines: [...new Set(defines)] };
  });
}

function* topLevelNodes(script: SyntaxNode): Generator<SyntaxNode> {
  for (const node of childrenOf(script)) {
    if (node.name === 'StatementGroup') yield* [...childrenOf(node)].filter((child) => child.name !== ';');
    else if (node.name !== 'Comment' && node.to > node.from) yield node;
  }
}

const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const UNASSIGNABLE = new Set(['CallExpression', 'Number', 'String', 'BinaryExpression', 'None', 'Boolean']);

function findErrors(tree: Tree, source: string): number[] {
  const errors: number[] = [];
  let functions = 0;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError || isInvalid(node, source)) errors.push(node.from);
      if (functions === 0 && (node.name === 'ReturnStatement' || node.name === 'YieldStatement'))
        errors.push(node.from);
      if (node.name === 'FunctionDefinition') functions += 1;
    },
    leave: (node) => {
      if (node.name === 'FunctionDefinition') functions -= 1;
    },
  });
  return [...errors, ...indentationErrors(tree, source)].sort((a, b) => a - b);
}

/** What the grammar lets through and Python 3 refuses. */
function isInvalid(node: SyntaxNodeRef, source: string): boolean {
  switch (node.name) {
    case 'PrintStatement':
      return true;
    case 'VariableName':
    case 'PropertyName':
      return !IDENTIFIER.test(source.slice(node.from, node.to));
    case 'CompareOp':
      return source.slice(node.from, node.to) === '<>';
    case 'AssignStatement':
      return UNASSIGNABLE.has(node.node.firstChild?.name ?? '');
    case 'TryStatement':
      return node.node.getChild('except') === null && node.node.getChild('finally') === null;
    case 'RaiseStatement':
      return node.node.getChild(',') !== null;
    case 'String':
      return !isWholeString(source.slice(node.from, node.to));
    case 'AssertStatement':
      return node.node.lastChild?.name === ',';
    default:
      return false;
  }
}
