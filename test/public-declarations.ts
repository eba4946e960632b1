import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** One declaration of a .d.ts file, without comments. */
export interface Declaration {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Writes the .d.ts files of src into a folder, as the package has them. */
export async function emitDeclarations(folder: string): Promise<void> {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  await promisify(execFile)(tsc, ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', folder], {
    cwd: root,
  });
}

/** What index.d.ts exports, by name. */
export function exportedDeclarations(folder: string): Declaration[] {
  const index = join(folder, 'index.d.ts');
  const exports = [...withoutComments(index).matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';$/gm)];
  return exports
    .flatMap(([, names, from]) =>
      namesIn(names ?? '').map((name) => find(name, join(dirname(index), declarationFile(from ?? '')))),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The values whose types exported types are made of, and those that these are made of, which are not exported by themselves. */
export function declarationsBehind(exported: readonly Declaration[]): Declaration[] {
  const seen = new Map(exported.map((one) => [keyOf(one), one]));
  for (const one of seen.values()) {
    for (const [, name] of one.text.matchAll(/\btypeof (\w+)/g)) {
      const found = lookUp(name ?? '', one.path);
      if (found !== null && !seen.has(keyOf(found))) seen.set(keyOf(found), found);
    }
  }
  return [...seen.values()].slice(exported.length).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The types of greenloop's own that a declaration names. */
export function typesNamedIn({ name, path, text }: Declaration): Declaration[] {
  const plain = text.replaceAll(/"[^"]*"|'[^']*'|\btypeof \w+/g, '""');
  const imported = [...text.matchAll(/import\("(\.[^"]+)"\)\.(\w+)/g)].map(([, from, type]) =>
    find(type ?? '', join(dirname(path), declarationFile(from ?? ''))),
  );
  const own = [...new Set(plain.match(/(?<![.\w])[A-Z]\w*\b(?!\??:)/g))].filter((type) => type !== name);
  return [...own.flatMap((type) => lookUp(type, path) ?? []), ...imported];
}

/** The declaration that a name means in a file: its own, or an imported one of greenloop's; null of all else. */
function lookUp(name: string, path: string): Declaration | null {
  const own = declarationOf(name, path);
  if (own !== null) return own;
  const imports = [...withoutComments(path).matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm)];
  return followed(name, path, imports);
}

/** The declaration of what a file exports, wherever it gets it from. */
function find(name: string, path: string): Declaration {
  const passedOn = [...withoutComments(path).matchAll(/^(?:export|import) (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm)];
  const found = declarationOf(name, path) ?? followed(name, path, passedOn);
  if (found === null) throw new Error(`${path} declares no ${name}`);
  return found;
}

function followed(name: string, path: string, clauses: readonly RegExpExecArray[]): Declaration | null {
  const from = clauses.find(([, names]) => namesIn(names ?? '').includes(name))?.[2];
  return from === undefined ? null : find(name, join(dirname(path), declarationFile(from)));
}

function declarationOf(name: string, path: string): Declaration | null {
  const head = new RegExp(`^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function) ${name}\\b`);
  const statements = withoutComments(path).split(/\n(?=(?:export|declare|interface|type|import|class) )/);
  const own = statements.filter((statement) => head.test(statement));
  if (own.length === 0) return null;
  return { name, path, text: own.map((statement) => statement.trim()).join('\n') };
}

function withoutComments(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\n|^\s*\/\/.*\n/gm, '');
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');
}

function declarationFile(from: string): string {
  return from.replace(/\.ts$/, '.d.ts');
}

/** Tells a declaration from all others. */
export function keyOf({ name, path }: Declaration): string {
  return `${path} ${name}`;
}

/**
 * The texts of declarations; where one holds the whole type of a value among them, as the types of schemas do, it says `typeof` of that
 * value instead.
 */
export function shortened(declarations: readonly Declaration[]): string[] {
  const types = declarations
    .flatMap(({ name, text }) => {
      const type = /^(?:export )?declare const \w+: ([\s\S]{60,});$/.exec(flat(text))?.[1];
      return type === undefined ? [] : [{ name, type }];
    })
    .toSorted((one, other) => other.type.length - one.type.length);
  return declarations.map((declaration) =>
    indented(
      types.reduce(
        (text, { name, type }) => (name === declaration.name ? text : text.replaceAll(type, `typeof ${name}`)),
        flat(declaration.text),
      ),
    ),
  );
}

/** The text without indentation. */
function flat(text: string): string {
  return text.replaceAll(/^ +/gm, '');
}

/** The text with two spaces for every bracket that is open at the beginning of a line. */
function indented(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      const opened = line.match(/[{[(]/g)?.length ?? 0;
      const closed = line.match(/[}\])]/g)?.length ?? 0;
      const own = /^[}\])]/.test(line) ? depth - 1 : depth;
      depth += opened - closed;
      return `${'  '.repeat(Math.max(0, own))}${line}`;
    })
    .join('\n');
}
