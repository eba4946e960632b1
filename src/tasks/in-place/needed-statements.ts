import type { PythonModule, Statement } from '../../python/python-module.ts';
import type { Place } from '../../python/tree/place.ts';
import type { DefinitionNode } from './find-definition.ts';

/** What a definition needs of the answer that it comes from, and where that goes: before it, or to the beginning of its body. */
export interface Needed {
  readonly before: readonly Statement[];
  readonly inside: readonly Statement[];
}

/** How what is needed is divided. */
export interface NeededBy {
  readonly node: DefinitionNode;
  /** From what of it is taken on, decorators or not, to the end of its header. */
  readonly header: Place;
  /** Names that the file has, with what an import among them stands for. */
  readonly names: ReadonlyMap<string, string | null>;
  /** `function`: its helpers stand before it; `method`: they go into its body; `class`: all that it needs stands before it. */
  readonly kind: 'function' | 'method' | 'class';
}

/** The imports, helpers and constants of an answer that a definition in it needs, directly or not, and that the file does not have. */
export function neededStatements(answer: PythonModule, needed: NeededBy): Needed {
  const { node, header, kind } = needed;
  const own = answer.statements.find(({ from, to }) => from <= node.from && node.to <= to);
  const others = answer.statements.filter((statement) => statement !== own);
  const places = new Map<Statement, boolean>();
  const pending = usedNames(answer, { from: header.from, to: node.to }).map(({ name, at }) => ({
    name,
    isBefore: kind === 'class' || at < header.to,
  }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name } = next;
    const maker = others.findLast(({ defines }) => defines.includes(name));
    if (maker === undefined) continue;
    const isImport = maker.kind === 'import';
    const isBefore = next.isBefore || (kind === 'function' && !isImport);
    const isPlaced = places.get(maker) === true || places.get(maker) === isBefore;
    if (isPlaced || isInFile(maker, name, needed.names, isBefore)) continue;
    places.set(maker, isBefore);
    pending.push(...usedNames(answer, maker).map((use) => ({ name: use.name, isBefore })));
  }
  const chosen = (isBefore: boolean) => others.filter((statement) => places.get(statement) === isBefore);
  return { before: chosen(true), inside: chosen(false) };
}

function usedNames({ names }: PythonModule, { from, to }: Place) {
  return names.moduleUses.filter(({ at }) => from <= at && at < to);
}

/** Whether the file's own meaning of a name is the one to use: always, but for an import of something else within the body. */
function isInFile(maker: Statement, name: string, names: NeededBy['names'], isBefore: boolean): boolean {
  if (!names.has(name)) return false;
  if (maker.kind !== 'import' || isBefore || maker.node.kind !== 'import') return true;
  const { origin, names: imported } = maker.node;
  const path = imported.find(({ bound }) => bound.name === name)?.path;
  return names.get(name) === (origin === null ? path : `${origin}.${path}`);
}
