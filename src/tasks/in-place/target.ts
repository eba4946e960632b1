import { Refusal } from '../../base/errors.ts';
import { importedNames } from '../../python/imports.ts';
import { firstErrorLine, type PythonModule, readModule } from '../../python/python-module.ts';
import { nearestName } from '../nearest-name.ts';
import { type DefinitionNode, definedNames, findDefinitions } from './find-definition.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type Place, placeText } from './place.ts';
import { readSource, type SourceFile } from './source-file.ts';

/** The definition of a file that is to be written. */
export interface Target {
  readonly place: Place;
  readonly file: SourceFile;
  readonly module: PythonModule;
  readonly node: DefinitionNode;
  readonly layout: Layout;
  /** As the definition ends its lines. */
  readonly newline: string;
  /** Names that the rest of the file has, with what an import among them stands for. */
  readonly names: ReadonlyMap<string, string | null>;
}

/** Finds the definition in the bytes of its file. Refuses a file that is no Python, and a name that is not there or there several times. */
export function readTarget(bytes: Uint8Array, place: Place): Target {
  const file = readSource(bytes, place.file);
  const module = readModule(file.text);
  const line = firstErrorLine(module);
  if (line !== null) throw new Refusal(`${place.file} is not valid Python 3: see line ${line}`);
  const node = onlyOne(module, place);
  return {
    ...{ place, file, module, node },
    layout: layoutOf(file.text, node),
    newline: /\r\n?|\n/.exec(file.text.slice(node.from))?.[0] ?? /\r\n?|\n/.exec(file.text)?.[0] ?? '\n',
    names: namesBeside(module, node),
  };
}

const MOST_LINES = 5;

/** The name of the definition itself. */
export function targetName({ place }: Target): string {
  return place.names.at(-1)!;
}

/** The path of names to the definition. */
export function targetPath({ place }: Target): string {
  return place.names.join('.');
}

/** The line of an offset, counted from 1. */
export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split(/\r\n?|\n/).length;
}

function onlyOne(module: PythonModule, place: Place): DefinitionNode {
  const [only, ...more] = findDefinitions(module.tree.body, place.names);
  if (only === undefined)
    throw new Refusal(`${place.file} does not define ${place.names.join('.')}${nearby(module, place)}`);
  if (more.length === 0) return only;
  const lines = [only, ...more].slice(0, MOST_LINES).map(({ from }) => lineOf(module.source, from));
  const shown = `${lines.join(', ')}${more.length < MOST_LINES ? '' : ' and others'}`;
  throw new Refusal(
    `${placeText(place)} is defined ${more.length + 1} times (lines ${shown}); expected one definition`,
  );
}

function nearby(module: PythonModule, { names }: Place): string {
  const all = definedNames(module.tree.body);
  const name = names.join('.');
  const inside = all.filter((one) => one.endsWith(`.${name}`));
  const nearest = inside.length > 0 ? inside[0] : nearestName(name, all);
  return nearest == null ? '' : `; did you mean ${nearest}?`;
}

function namesBeside(module: PythonModule, node: DefinitionNode): Map<string, string | null> {
  const others = module.statements.filter((statement) => statement.node !== node);
  const names = new Map<string, string | null>(others.flatMap(({ defines }) => defines.map((name) => [name, null])));
  for (const { name, path } of importedNames(module)) if (names.has(name)) names.set(name, path);
  return names;
}
