import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const ollama = new OllamaStub();

before(() => ollama.start());
after(() => ollama.stop());

const BY_NPX = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'greenloop' };
const BY_SCRIPT = { npm_lifecycle_event: 'greenloop', npm_lifecycle_script: 'node src/cli/main.ts' };
const BY_OTHERS = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'node' };

test('init names the next commands as the user starts greenloop', async () => {
  const next = async (env: Record<string, string>) => {
    const { code, stderr } = await place.run(['init'], { env: { OLLAMA_HOST: ollama.url, ...env } });
    assert.equal(code, 0);
    return stderr.split('\n').filter((line) => line.startsWith('  '));
  };
  const commands = (start: string) => [`  ${start} solve slugify.md --tests test_slugify.py`, `  ${start} tune`];
  assert.deepEqual(await next(BY_NPX), commands('npx greenloop'));
  assert.deepEqual(await next(BY_SCRIPT), commands('npm run -s greenloop --'));
  assert.deepEqual(await next(BY_OTHERS), commands('greenloop'));
});
