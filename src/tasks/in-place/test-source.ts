import { readModule } from '../../python/python-module.ts';
import { findDefinitions } from './find-definition.ts';
import { indentAt } from './layout.ts';

/** The text of a test in its file, by its dotted name there; null where it is not found. */
export function testSource(text: string, name: string): string | null {
  const source = text.replace(/\r\n?/g, '\n');
  const node = findDefinitions(readModule(source).tree.body, name.split('.')).at(-1);
  return node === undefined ? null : indentAt(source, node.from) + source.slice(node.from, node.to);
}
