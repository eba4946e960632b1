import type { ArgumentNode, ExpressionNode, ParameterNode, TypeParameterNode } from './expressions.ts';
import type { PatternNode } from './patterns.ts';
import type { ModuleNode, StatementNode } from './statements.ts';

export type * from './expressions.ts';
export type * from './patterns.ts';
export type * from './statements.ts';

/** Any part of a tree. */
export type SyntaxNode =
  | ModuleNode
  | StatementNode
  | ExpressionNode
  | PatternNode
  | ArgumentNode
  | ParameterNode
  | TypeParameterNode;
