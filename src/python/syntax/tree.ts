/** What every part of a tree has: its place in the text, in characters. Brackets around an expression are no part of it. */
interface Place {
  readonly from: number;
  readonly to: number;
}

export interface ModuleNode extends Place {
  readonly kind: 'module';
  readonly body: readonly StatementNode[];
}

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

export type PatternNode =
  | ValuePattern
  | CapturePattern
  | StarPattern
  | SequencePattern
  | MappingPattern
  | ClassPattern
  | AlternativesPattern
  | AsPattern;

/** A literal or a dotted name. */
export interface ValuePattern extends Place {
  readonly kind: 'value-pattern';
  readonly value: ExpressionNode;
}

/** A name that is bound to the subject; null for `_`. */
export interface CapturePattern extends Place {
  readonly kind: 'capture-pattern';
  readonly name: NameNode | null;
}

/** `*name` in a sequence; null for `*_`. */
export interface StarPattern extends Place {
  readonly kind: 'star-pattern';
  readonly name: NameNode | null;
}

export interface SequencePattern extends Place {
  readonly kind: 'sequence-pattern';
  readonly elements: readonly PatternNode[];
}

export interface MappingPattern extends Place {
  readonly kind: 'mapping-pattern';
  readonly entries: readonly { readonly key: ExpressionNode; readonly pattern: PatternNode }[];
  readonly rest: NameNode | null;
}

export interface ClassPattern extends Place {
  readonly kind: 'class-pattern';
  readonly type: ExpressionNode;
  readonly positional: readonly PatternNode[];
  readonly keywords: readonly { readonly name: NameNode; readonly pattern: PatternNode }[];
}

export interface AlternativesPattern extends Place {
  readonly kind: 'alternatives-pattern';
  readonly patterns: readonly PatternNode[];
}

export interface AsPattern extends Place {
  readonly kind: 'as-pattern';
  readonly pattern: PatternNode;
  readonly name: NameNode;
}

/** Any part of a tree. */
export type SyntaxNode =
  | ModuleNode
  | StatementNode
  | ExpressionNode
  | PatternNode
  | ArgumentNode
  | ParameterNode
  | TypeParameterNode;
