import type { ExpressionNode } from '../tree/tree.ts';

/** More names than that cannot stand before a starred one. */
const MOST_BEFORE_STAR = 255;

/** The offsets of what Python does not assign to, in targets of `=`, `for`, `with` and comprehensions. */
export function unassignable(target: ExpressionNode): number[] {
  if (target.kind === 'tuple' || target.kind === 'list') {
    const elements = target.elements.map((element) => (element.kind === 'starred' ? element.value : element));
    return [...surplusStars(target.elements), ...elements.flatMap(unassignable)];
  }
  return isSingleTarget(target) ? [] : [target.from];
}

function surplusStars(elements: readonly ExpressionNode[]): number[] {
  const first = elements.findIndex(({ kind }) => kind === 'starred');
  if (first < 0) return [];
  if (first > MOST_BEFORE_STAR) return [elements[first]!.from];
  return elements.flatMap(({ kind, from }, at) => (kind === 'starred' && at > first ? [from] : []));
}

/** The offsets of what Python does not delete. */
export function undeletable(target: ExpressionNode): number[] {
  if (target.kind === 'tuple' || target.kind === 'list') return target.elements.flatMap(undeletable);
  return isSingleTarget(target) ? [] : [target.from];
}

/** True for what `+=` and annotations take: a name, an attribute or a subscript. */
export function isSingleTarget(target: ExpressionNode): boolean {
  return target.kind === 'name' || target.kind === 'attribute' || target.kind === 'subscript';
}
