import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');

/** First path part below src: a folder, or the name of a file that stands there alone. */
function roomOf(path: string): string {
  return (relative(source, path).split('/')[0] ?? '').replace(/\.ts$/, '');
}

function allowedEdges(): Map<string, Set<string>> {
  const rows = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| *(\w+) *\|([\w, ]*)\|$/gm);
  return new Map(
    [...rows].map(([, from, to]) => [from ?? '', new Set((to ?? '').split(',').map((name) => name.trim()))]),
  );
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target]) => join(dirname(path), target ?? ''));
}

const files = globSync('**/*.ts', { cwd: source }).map((file) => join(source, file));

test('every import between folders of src is listed in ARCHITECTURE.md', () => {
  const allowed = allowedEdges();
  assert.ok(files.length > 5 && allowed.size > 5);
  const forbidden = files.flatMap((file) =>
    importsOf(file)
      .map((target) => `${roomOf(file)} -> ${roomOf(target)}`)
      .filter((edge) => {
        const [from, to] = edge.split(' -> ') as [string, string];
        return from !== to && !allowed.get(from)?.has(to);
      })
      .map((edge) => `${edge} (${relative(root, file)})`),
  );
  assert.deepEqual(forbidden, []);
});

test('the allowed edges have no circle', () => {
  const allowed = allowedEdges();
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(allowed.get(from) ?? [])].some(
      (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
    );
  assert.deepEqual(
    [...allowed.keys()].filter((folder) => reaches(folder, folder)),
    [],
  );
});

test('only the command line names options and commands of the command line', () => {
  const outside = files.filter((file) => roomOf(file) !== 'cli');
  const naming = outside.filter((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .some((line) => /[ (]--[a-z]|"greenloop |greenloop (?:bench|runs|models|pull|solve) /.test(withoutOthers(line))),
  );
  assert.deepEqual(
    naming.map((file) => relative(root, file)),
    [],
  );
});

/** The line without comments, what it says of options of other programs, and names of a style sheet. */
function withoutOthers(line: string): string {
  return line.replace(/^\s*(?:\/\*\*|\*|\/\/).*|llama-server with --[a-z-]+|var\(--[\w${}-]+/g, '');
}
