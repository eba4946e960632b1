import type { Block, ImportNode, ModuleNode, StatementNode, TryNode } from '../tree/tree.ts';
import { importsFeatures, isFutureImport, leadingFutures } from './futures.ts';
import { patternErrors } from './patterns.ts';

/** What stands around a statement. */
interface Surroundings {
  readonly function: 'none' | 'plain' | 'async';
  /** Shut where an `except*` stands between a statement and its loop. */
  readonly loop: 'none' | 'open' | 'shut';
  readonly isInStarHandler: boolean;
  /** Loops, `with` and `try` that are open in the function. */
  readonly blocks: number;
}

/** Of loops, `with` and `try` inside of each other; the greatest limit of CPython's versions. */
const MOST_BLOCKS = 21;

const OUTSIDE: Surroundings = { function: 'none', loop: 'none', isInStarHandler: false, blocks: 0 };

/** Offsets of statements that CPython refuses where they stand: `return`, `break`, `async with`, imports of `__future__`, patterns. */
export function flowErrors(tree: ModuleNode, source: string): number[] {
  const check = new FlowCheck(source, leadingFutures(tree));
  check.block(tree.body, OUTSIDE);
  return check.errors;
}

class FlowCheck {
  readonly errors: number[] = [];
  readonly #source: string;
  readonly #futures: ReadonlySet<StatementNode>;

  constructor(source: string, futures: ReadonlySet<StatementNode>) {
    this.#source = source;
    this.#futures = futures;
  }

  block(statements: Block, around: Surroundings): void {
    for (const statement of statements) this.#statement(statement, around);
  }

  #statement(node: StatementNode, around: Surroundings): void {
    switch (node.kind) {
      case 'function':
        this.block(node.body, { ...OUTSIDE, function: node.isAsync ? 'async' : 'plain' });
        break;
      case 'class':
        this.block(node.body, OUTSIDE);
        break;
      case 'if':
        for (const { body } of node.branches) this.block(body, around);
        this.block(node.otherwise, around);
        break;
      case 'match':
        this.errors.push(...patternErrors(node, this.#source));
        for (const { body } of node.cases) this.block(body, around);
        break;
      case 'for':
      case 'while':
        if (node.kind === 'for' && node.isAsync) this.#needAsync(node, around);
        this.block(node.body, this.#within(node, { ...around, loop: 'open' }));
        this.block(node.otherwise, around);
        break;
      case 'with':
        if (node.isAsync) this.#needAsync(node, around);
        this.block(node.body, this.#within(node, around, node.items.length));
        break;
      case 'try':
        this.#try(node, around);
        break;
      case 'broken':
        this.block(node.body, around);
        break;
      default:
        this.#simple(node, around);
        break;
    }
  }

  #simple(node: StatementNode, around: Surroundings): void {
    if (node.kind === 'return') this.#refuseIf(around.function === 'none' || around.isInStarHandler, node);
    else if (node.kind === 'break' || node.kind === 'continue') this.#refuseIf(around.loop !== 'open', node);
    else if (isFutureImport(node)) this.#future(node);
  }

  #future(node: ImportNode): void {
    this.#refuseIf(!this.#futures.has(node) || !importsFeatures(node), node);
  }

  #try(node: TryNode, around: Surroundings): void {
    const guarded = node.finally.length > 0 ? this.#within(node, around) : around;
    this.block(node.body, node.handlers.length > 0 ? this.#within(node, guarded) : guarded);
    const handling = this.#within(node, guarded, 2);
    const inHandler: Surroundings = node.isStar
      ? { ...handling, loop: around.loop === 'none' ? 'none' : 'shut', isInStarHandler: true }
      : handling;
    for (const { body } of node.handlers) this.block(body, inHandler);
    this.block(node.otherwise, guarded);
    this.block(node.finally, guarded);
  }

  #within({ from }: StatementNode, around: Surroundings, count = 1): Surroundings {
    const blocks = around.blocks + count;
    if (blocks > MOST_BLOCKS && around.blocks <= MOST_BLOCKS) this.errors.push(from);
    return { ...around, blocks };
  }

  #needAsync(node: StatementNode, around: Surroundings): void {
    this.#refuseIf(around.function !== 'async', node);
  }

  #refuseIf(isWrong: boolean, { from }: StatementNode): void {
    if (isWrong) this.errors.push(from);
  }
}
