import { readTokens } from '../lexer/lexer.ts';
import type { ModuleNode } from '../tree/tree.ts';
import { StatementParser } from './statement-parser.ts';

/** A tree, and the offsets where the text is no Python by its grammar, in any order. */
interface Parsed {
  readonly tree: ModuleNode;
  readonly errors: readonly number[];
}

/**
 * Reads text by the grammar of Python 3.10 to 3.14: what any of them takes is taken. Never throws; broken statements are nodes of the
 * tree. Takes time linear to the text.
 */
export function parse(source: string): Parsed {
  const parser = new StatementParser(source, readTokens(source));
  const tree = parser.module();
  const unreadable = source.isWellFormed() ? source.indexOf('\0') : source.search(/\p{Surrogate}/u);
  return { tree, errors: unreadable < 0 ? parser.errors : [...parser.errors, unreadable] };
}
