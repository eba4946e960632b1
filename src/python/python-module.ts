import { flowErrors } from './checks/flow.ts';
import { type ModuleNames, readNames } from './names/module-names.ts';
import { parse } from './parser/parse.ts';
import type { ModuleNode, StatementNode } from './tree/tree.ts';

type StatementKind = 'function' | 'class' | 'import' | 'assignment' | 'assert' | 'expression' | 'compound' | 'other';

/** One statement of a module's top level; `text` is the source between its character offsets, without a line end. */
export interface Statement {
  readonly kind: StatementKind;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Names that the statement binds at module level, in source order. */
  readonly defines: readonly string[];
  readonly node: StatementNode;
}

/** Python text as far as it can be read. */
export interface PythonModule {
  readonly source: string;
  readonly statements: readonly Statement[];
  /** Offsets where the text is no Python 3, in order; empty where CPython compiles it. */
  readonly errors: readonly number[];
  readonly names: ModuleNames;
  readonly tree: ModuleNode;
}

const KINDS: Readonly<Partial<Record<StatementNode['kind'], StatementKind>>> = {
  function: 'function',
  class: 'class',
  import: 'import',
  assignment: 'assignment',
  'type-alias': 'assignment',
  assert: 'assert',
  expression: 'expression',
  if: 'compound',
  while: 'compound',
  for: 'compound',
  try: 'compound',
  with: 'compound',
  match: 'compound',
};

const MOST_REMEMBERED = 32;
const LONGEST_REMEMBERED = 10_000;
/** The last few results: extraction and repairs read the same code again and again. */
const remembered = new Map<string, PythonModule>();

/** Reads Python text, broken or not, in time linear to its length; never throws. */
export function readModule(source: string): PythonModule {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const module = readText(source);
  if (source.length <= LONGEST_REMEMBERED) remembered.set(source, module);
  if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
  return module;
}

/** Reads Python text that CPython (3.10 to 3.14) compiles; null for any other. */
export function readValidModule(source: string): PythonModule | null {
  const module = readModule(source);
  return module.errors.length === 0 ? module : null;
}

/** True where the text is Python 3: CPython (3.10 to 3.14) compiles it. */
export function parses(source: string): boolean {
  return readValidModule(source) !== null;
}

/** The line of the first error, counted from 1; null where the text is Python 3. */
export function firstErrorLine({ source, errors }: PythonModule): number | null {
  const [first] = errors;
  return first === undefined ? null : source.slice(0, first).split(/\r\n?|\n/).length;
}

/** The expression that the text holds, without blanks and comments around it; null where it is anything else. */
export function readExpression(text: string): string | null {
  const statements = readValidModule(text.trim())?.statements ?? [];
  const only = statements.length === 1 ? statements[0] : undefined;
  return only?.kind === 'expression' ? only.text : null;
}

function readText(source: string): PythonModule {
  const { tree, errors } = parse(source);
  const names = readNames(tree);
  const all = new Set([...errors, ...names.errors, ...flowErrors(tree, source)]);
  return {
    source,
    tree,
    names,
    statements: readStatements(tree, source, names),
    errors: [...all].sort((a, b) => a - b),
  };
}

function readStatements(tree: ModuleNode, source: string, { bindings }: ModuleNames): Statement[] {
  let next = 0;
  return tree.body.map((node) => {
    const { from, to } = node;
    const defines = new Set<string>();
    for (; next < bindings.length && bindings[next]!.at < to; next += 1) defines.add(bindings[next]!.name);
    return { kind: KINDS[node.kind] ?? 'other', from, to, text: source.slice(from, to), defines: [...defines], node };
  });
}
