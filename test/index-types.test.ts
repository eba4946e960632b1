import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertGolden } from './golden.ts';
import {
  type Declaration,
  declarationsBehind,
  emitDeclarations,
  exportedDeclarations,
  keyOf,
  shortened,
  typesNamedIn,
} from './public-declarations.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-types-'));
let exported: readonly Declaration[] = [];
before(async () => {
  await emitDeclarations(folder);
  exported = exportedDeclarations(folder);
});
after(() => rmSync(folder, { recursive: true }));

test('the public declarations are those of the snapshot', () => {
  const behind = declarationsBehind(exported);
  const texts = shortened([...exported, ...behind]);
  const parts = [
    '// What a program can import, by name.',
    ...texts.slice(0, exported.length),
    '// Not exported: the values whose types those above are made of.',
    ...texts.slice(exported.length),
  ];
  assertGolden(join(import.meta.dirname, 'golden', 'index.d.ts.txt'), parts.join('\n\n'));
});

test('every type that an exported declaration names is exported', () => {
  const known = new Set(exported.map(keyOf));
  const hidden = exported.flatMap((declaration) =>
    typesNamedIn(declaration)
      .filter((type) => !known.has(keyOf(type)))
      .map((type) => `${declaration.name} names ${type.name}`),
  );
  assert.deepEqual([...new Set(hidden)], []);
});
