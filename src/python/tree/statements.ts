import type { ArgumentNode, ExpressionNode, NameNode, ParameterNode, TypeParameterNode } from './expressions.ts';
import type { PatternNode } from './patterns.ts';
import type { Place } from './place.ts';

export interface ModuleNode extends Place {
  readonly kind: 'module';
  readonly body: readonly StatementNode[];
}

export type Block = readonly StatementNode[];

export type StatementNode =
  | FunctionNode
  | ClassNode
  | ImportNode
  | AssignmentNode
  | TypeAliasNode
  | ExpressionStatementNode
  | DeleteNode
  | AssertNode
  | ReturnNode
  | RaiseNode
  | DeclarationNode
  | PlainNode
  | IfNode
  | WhileNode
  | ForNode
  | WithNode
  | TryNode
  | MatchNode
  | BrokenNode;

export interface FunctionNode extends Place {
  readonly kind: 'function';
  readonly name: NameNode;
  readonly isAsync: boolean;
  readonly decorators: readonly ExpressionNode[];
  readonly typeParameters: readonly TypeParameterNode[];
  readonly parameters: readonly ParameterNode[];
  readonly returns: ExpressionNode | null;
  /** From `def` or `async def` to the colon, which it includes. */
  readonly header: Place;
  readonly body: Block;
}

export interface ClassNode extends Place {
  readonly kind: 'class';
  readonly name: NameNode;
  readonly decorators: readonly ExpressionNode[];
  readonly typeParameters: readonly TypeParameterNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly body: Block;
}

export interface ImportNode extends Place {
  readonly kind: 'import';
  /** The module after `from` with its leading points; null for a plain `import`. */
  readonly origin: string | null;
  readonly isStar: boolean;
  readonly names: readonly ImportedName[];
}

export interface ImportedName {
  /** The dotted name that is imported. */
  readonly path: string;
  /** The name that the statement binds. */
  readonly bound: NameNode;
}

/** `a = b = value`, `a: annotation = value` and `a += value`. */
export interface AssignmentNode extends Place {
  readonly kind: 'assignment';
  readonly targets: readonly ExpressionNode[];
  readonly annotation: ExpressionNode | null;
  /** True for `+=` and its like. */
  readonly isAugmented: boolean;
  /** Null for a mere annotation. */
  readonly value: ExpressionNode | null;
}

export interface TypeAliasNode extends Place {
  readonly kind: 'type-alias';
  readonly name: NameNode;
  readonly typeParameters: readonly TypeParameterNode[];
  readonly value: ExpressionNode;
}

export interface ExpressionStatementNode extends Place {
  readonly kind: 'expression';
  readonly value: ExpressionNode;
}

export interface DeleteNode extends Place {
  readonly kind: 'delete';
  readonly targets: readonly ExpressionNode[];
}

export interface AssertNode extends Place {
  readonly kind: 'assert';
  readonly test: ExpressionNode;
  readonly message: ExpressionNode | null;
}

export interface ReturnNode extends Place {
  readonly kind: 'return';
  readonly value: ExpressionNode | null;
}

export interface RaiseNode extends Place {
  readonly kind: 'raise';
  readonly value: ExpressionNode | null;
  readonly cause: ExpressionNode | null;
}

export interface DeclarationNode extends Place {
  readonly kind: 'global' | 'nonlocal';
  readonly names: readonly NameNode[];
}

export interface PlainNode extends Place {
  readonly kind: 'pass' | 'break' | 'continue';
}

export interface IfNode extends Place {
  readonly kind: 'if';
  /** `if` and every `elif`. */
  readonly branches: readonly { readonly test: ExpressionNode; readonly body: Block }[];
  readonly otherwise: Block;
}

export interface WhileNode extends Place {
  readonly kind: 'while';
  readonly test: ExpressionNode;
  readonly body: Block;
  readonly otherwise: Block;
}

export interface ForNode extends Place {
  readonly kind: 'for';
  readonly isAsync: boolean;
  readonly target: ExpressionNode;
  readonly iterable: ExpressionNode;
  readonly body: Block;
  readonly otherwise: Block;
}

export interface WithNode extends Place {
  readonly kind: 'with';
  readonly isAsync: boolean;
  readonly items: readonly WithItem[];
  readonly body: Block;
}

export interface WithItem {
  readonly value: ExpressionNode;
  readonly target: ExpressionNode | null;
}

export interface TryNode extends Place {
  readonly kind: 'try';
  /** True where the handlers are `except*`. */
  readonly isStar: boolean;
  readonly body: Block;
  readonly handlers: readonly Handler[];
  readonly otherwise: Block;
  readonly finally: Block;
}

export interface Handler extends Place {
  /** Null for a bare `except`. */
  readonly type: ExpressionNode | null;
  readonly name: NameNode | null;
  readonly body: Block;
}

export interface MatchNode extends Place {
  readonly kind: 'match';
  readonly subject: ExpressionNode;
  readonly cases: readonly MatchCase[];
}

export interface MatchCase {
  readonly pattern: PatternNode;
  readonly guard: ExpressionNode | null;
  readonly body: Block;
}

/** A statement that Python refuses; `body` holds what is indented under it. */
export interface BrokenNode extends Place {
  readonly kind: 'broken';
  readonly body: Block;
}
