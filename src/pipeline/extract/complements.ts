import { freeNames } from '../../python/imports.ts';
import { type PythonModule, readModule } from '../../python/python-module.ts';
import type { ReadBlock } from './read-block.ts';

/** Statements of other blocks that define names which the chosen block uses, or `required` ones, and does not have, and what those need. */
export function complements(chosen: ReadBlock, blocks: readonly ReadBlock[], required: readonly string[]): string[] {
  if (chosen.module.errors.length > 0) return [];
  const others = blocks.filter((block) => block !== chosen && block.module.errors.length === 0);
  const own = new Set(chosen.module.statements.flatMap(({ defines }) => defines));
  const wanted = [...new Set([...freeNames(chosen.module), ...required.filter((name) => !own.has(name))])];
  const found = new Map<string, string>();
  for (let at = 0; at < wanted.length && at < 200; at += 1) {
    const text = others.map((block) => definitionOf(wanted[at]!, block.module)).findLast((text) => text !== null);
    if (text === undefined || text === null || [...found.values()].includes(text)) continue;
    found.set(wanted[at]!, text);
    wanted.push(...freeNames(readModule(text)).filter((name) => !wanted.includes(name)));
  }
  const texts = [...found.values()].reverse();
  return [...texts.filter(isImport), ...texts.filter((text) => !isImport(text))];
}

function definitionOf(name: string, module: PythonModule): string | null {
  const kinds = ['function', 'class', 'import', 'assignment'];
  return (
    module.statements.findLast(({ kind, defines }) => kinds.includes(kind) && defines.includes(name))?.text ?? null
  );
}

function isImport(text: string): boolean {
  return /^(?:import|from)\b/.test(text);
}
