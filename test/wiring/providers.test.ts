import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/base/package-root.ts';
import { parseModelName } from '../../src/models/model-name.ts';
import { PROVIDERS } from '../../src/wiring/providers.ts';

test('every folder of src/models with a provider.ts is listed once, under its own name', () => {
  const folders = globSync('*/provider.ts', { cwd: join(packageRoot, 'src/models') }).map((file) => file.split('/')[0]);
  assert.deepEqual(PROVIDERS.map(({ name }) => name).toSorted(), folders.toSorted());
});

test('the example of a provider is a model of it, and the documentation names it', () => {
  const documentation = globSync('docs/*.md', { cwd: packageRoot }).map((file) =>
    readFileSync(join(packageRoot, file), 'utf8'),
  );
  for (const provider of PROVIDERS) {
    assert.equal(parseModelName(provider.example, PROVIDERS).provider, provider);
    assert.ok(
      documentation.some((text) => text.includes(`\`${provider.name}/`)),
      provider.name,
    );
  }
});
