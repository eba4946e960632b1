import type { ExpressionNode, NameNode } from './expressions.ts';
import type { Place } from './place.ts';

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
