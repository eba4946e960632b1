import type { Place } from './place.ts';

export type ExpressionNode =
  | NameNode
  | ConstantNode
  | StringNode
  | SequenceNode
  | DictNode
  | ComprehensionNode
  | AttributeNode
  | SubscriptNode
  | SliceNode
  | CallNode
  | OperationNode
  | ConditionalNode
  | LambdaNode
  | NamedNode
  | AwaitNode
  | YieldNode
  | StarredNode;

export interface NameNode extends Place {
  readonly kind: 'name';
  /** In the form in which Python compares names (NFKC). */
  readonly name: string;
}

export interface ConstantNode extends Place {
  readonly kind: 'constant';
  readonly type: 'number' | 'ellipsis' | 'True' | 'False' | 'None';
}

/** One string literal or several side by side. */
export interface StringNode extends Place {
  readonly kind: 'string';
  readonly type: 'text' | 'bytes' | 'formatted' | 'template';
  /** The places of the literals. */
  readonly literals: readonly Place[];
  /** The expressions in the replacement fields and their format specifications. */
  readonly fields: readonly ExpressionNode[];
}

export interface SequenceNode extends Place {
  readonly kind: 'tuple' | 'list' | 'set';
  readonly elements: readonly ExpressionNode[];
}

export interface DictNode extends Place {
  readonly kind: 'dict';
  /** The key is null for `**value`. */
  readonly entries: readonly { readonly key: ExpressionNode | null; readonly value: ExpressionNode }[];
}

export interface ComprehensionNode extends Place {
  readonly kind: 'comprehension';
  readonly type: 'list' | 'set' | 'dict' | 'generator';
  /** The key of a dict comprehension. */
  readonly element: ExpressionNode;
  readonly value: ExpressionNode | null;
  readonly clauses: readonly ComprehensionClause[];
}

export interface ComprehensionClause {
  readonly isAsync: boolean;
  readonly target: ExpressionNode;
  readonly iterable: ExpressionNode;
  readonly conditions: readonly ExpressionNode[];
}

export interface AttributeNode extends Place {
  readonly kind: 'attribute';
  readonly object: ExpressionNode;
  readonly name: string;
}

export interface SubscriptNode extends Place {
  readonly kind: 'subscript';
  readonly object: ExpressionNode;
  readonly index: ExpressionNode;
}

export interface SliceNode extends Place {
  readonly kind: 'slice';
  readonly bounds: readonly ExpressionNode[];
}

export interface CallNode extends Place {
  readonly kind: 'call';
  readonly callee: ExpressionNode;
  readonly arguments: readonly ArgumentNode[];
}

export interface ArgumentNode extends Place {
  readonly kind: 'argument';
  readonly type: 'positional' | 'keyword' | 'star' | 'double-star';
  /** The keyword's; empty for any other. */
  readonly name: string;
  readonly value: ExpressionNode;
}

/**
 * Operators of one level and their operands; `not a` and `-a` have one. Arithmetic is one level, as no reader of this tree asks for the
 * order in which it is done.
 */
export interface OperationNode extends Place {
  readonly kind: 'operation';
  readonly type: 'arithmetic' | 'comparison' | 'boolean';
  readonly operands: readonly ExpressionNode[];
}

export interface ConditionalNode extends Place {
  readonly kind: 'conditional';
  readonly then: ExpressionNode;
  readonly test: ExpressionNode;
  readonly otherwise: ExpressionNode;
}

export interface LambdaNode extends Place {
  readonly kind: 'lambda';
  readonly parameters: readonly ParameterNode[];
  readonly body: ExpressionNode;
}

/** `target := value`. */
export interface NamedNode extends Place {
  readonly kind: 'named';
  readonly target: NameNode;
  readonly value: ExpressionNode;
}

export interface AwaitNode extends Place {
  readonly kind: 'await';
  readonly value: ExpressionNode;
}

export interface YieldNode extends Place {
  readonly kind: 'yield';
  readonly isFrom: boolean;
  readonly value: ExpressionNode | null;
}

/** `*value`, wherever Python takes one that is no parameter. */
export interface StarredNode extends Place {
  readonly kind: 'starred';
  readonly value: ExpressionNode;
}

export interface ParameterNode extends Place {
  readonly kind: 'parameter';
  readonly type: 'positional' | 'rest' | 'keyword-only' | 'keywords';
  readonly name: string;
  readonly annotation: ExpressionNode | null;
  readonly default: ExpressionNode | null;
}

export interface TypeParameterNode extends Place {
  readonly kind: 'type-parameter';
  readonly name: string;
  readonly bound: ExpressionNode | null;
  readonly default: ExpressionNode | null;
}
