import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { MODEL, ownServer } from './own-server.ts';

const folder = join(import.meta.dirname, '../../examples/clients');
const server = ownServer();
const examples = globSync('*.ts', { cwd: folder }).sort();

test('there is an example of each client', () => {
  assert.deepEqual(examples, ['ai-sdk.ts', 'anthropic.ts', 'mcp.ts', 'ollama.ts', 'openai.ts']);
});

for (const example of examples) {
  test(`${example} prints code that has been run`, async () => {
    const env = { ...process.env, GREENLOOP_URL: server.url, GREENLOOP_MODEL: MODEL };
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, example)], { env });
    assert.match(stdout, /return 2 \* x/);
    assert.match(stdout, example === 'mcp.ts' ? /"passed"/ : /passed 1 of 1 example/);
  });
}
