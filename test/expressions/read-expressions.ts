import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import {
  type AnyNode,
  type CallExpression,
  type Expression,
  type MemberExpression,
  type NewExpression,
  type Program,
  parse,
  type TemplateLiteral,
  type VariableDeclarator,
} from 'acorn';

/** A regular expression in the source: `/a+/g`, or `new RegExp(...)` with a name in the place of what only a call knows. */
export interface SourceExpression {
  /** `models/http.ts:98`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

const SRC = join(import.meta.dirname, '..', '..', 'src');

/** Every regular expression in src/, by file and line. */
export function readExpressions(): SourceExpression[] {
  return globSync('**/*.ts', { cwd: SRC }).sort().flatMap(expressionsOf);
}

function expressionsOf(file: string): SourceExpression[] {
  const program = parse(stripTypeScriptTypes(readFileSync(join(SRC, file), 'utf8')), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
  });
  const constants = constantsOf(program);
  return nodesIn(program).flatMap((node) => {
    const place = `${file}:${node.loc?.start.line}`;
    if (node.type === 'Literal' && node.regex) return [{ place, source: node.regex.pattern, flags: node.regex.flags }];
    if (!isRegExpCall(node)) return [];
    const [source, flags] = node.arguments.map((argument) => textOf(argument as Expression, constants));
    return [{ place, source: source ?? '', flags: flags ?? '' }];
  });
}

function isRegExpCall(node: AnyNode): node is CallExpression | NewExpression {
  return (
    (node.type === 'NewExpression' || node.type === 'CallExpression') &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'RegExp'
  );
}

type Constants = ReadonlyMap<string, Expression>;

/** What the constants of a module are made of, by name. */
function constantsOf({ body }: Program): Constants {
  const declarations = body.flatMap((statement) => {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    return inner?.type === 'VariableDeclaration' ? inner.declarations : [];
  });
  const isNamed = ({ id, init }: VariableDeclarator) => id.type === 'Identifier' && init != null;
  return new Map(
    declarations.filter(isNamed).map(({ id, init }) => [(id as { name: string }).name, init as Expression]),
  );
}

/** The text of an expression of constants; a name that a regular expression may hold for what only a call knows. */
function textOf(node: Expression, constants: Constants): string {
  if (node.type === 'Literal') return String(node.value);
  if (node.type === 'BinaryExpression')
    return [node.left as Expression, node.right].map((side) => textOf(side, constants)).join('');
  if (node.type === 'TaggedTemplateExpression') return templateText(node.quasi, 'raw', constants);
  if (node.type === 'TemplateLiteral') return templateText(node, 'cooked', constants);
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') return joinedText(node, constants);
  const constant = node.type === 'Identifier' ? constants.get(node.name) : undefined;
  return constant === undefined ? 'name' : textOf(constant, constants);
}

function templateText(template: TemplateLiteral, kind: 'raw' | 'cooked', constants: Constants): string {
  const parts = template.expressions.map((part) => textOf(part, constants));
  return template.quasis.map(({ value }, index) => `${value[kind]}${parts[index] ?? ''}`).join('');
}

/** `[A, B].join('|')`. */
function joinedText({ callee, arguments: [separator] }: CallExpression, constants: Constants): string {
  const { object } = callee as MemberExpression;
  if (object.type !== 'ArrayExpression') return 'name';
  const parts = object.elements.map((element) => textOf(element as Expression, constants));
  return parts.join(textOf(separator as Expression, constants));
}

/** All nodes of a tree. */
function nodesIn(node: unknown): AnyNode[] {
  if (Array.isArray(node)) return node.flatMap(nodesIn);
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return [];
  const inner = Object.values(node).flatMap(nodesIn);
  return 'type' in node && typeof node.type === 'string' ? [node as AnyNode, ...inner] : inner;
}
