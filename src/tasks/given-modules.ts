import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { readPython } from '../base/read-file.ts';
import { isOfStandardLibrary } from '../python/standard-library.ts';
import { isFunctionName } from './entry-point.ts';
import type { GivenModule } from './task.ts';

/** More is no helper, and would fill the model's context. */
const MOST_FILES = 50;

/** The modules that Python files and folders of them are: `lib/helper.py` is `helper`, all of `shop/` are `shop.…`. Throws a Refusal. */
export function readGivenModules(paths: readonly string[]): GivenModule[] {
  const modules = paths.flatMap(modulesOf);
  if (modules.length > MOST_FILES) throw new Refusal(`${modules.length} files are given; at most ${MOST_FILES} can be`);
  const names = modules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refusal(`two of the given files are the module ${twice}`);
  return modules;
}

function modulesOf(path: string): GivenModule[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [moduleOf(path, basename(path))];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.py'));
  if (files.length === 0) throw new Refusal(`${path} holds no Python files`);
  if (files.length > MOST_FILES)
    throw new Refusal(`${path} holds ${files.length} Python files; at most ${MOST_FILES} can be given`);
  const folder = basename(join(path, '.'));
  return files.sort().map((file) => moduleOf(join(path, file), join(folder, relative('.', file))));
}

/** `place` is the file as its module names it: `shop/prices.py`. */
function moduleOf(path: string, place: string): GivenModule {
  if (extname(path) !== '.py') throw new Refusal(`${path}: expected a Python file (.py) or a folder of them`);
  const parts = place.slice(0, -'.py'.length).split(sep);
  if (parts.length > 1 && parts.at(-1) === '__init__') parts.pop();
  const name = parts.join('.');
  if (!parts.every(isFunctionName)) throw new Refusal(`${path}: ${JSON.stringify(name)} cannot be imported in Python`);
  if (isOfStandardLibrary(name))
    throw new Refusal(`${path} has the name of a module of Python's own library; rename it`);
  return { name, source: readPython(path) };
}
