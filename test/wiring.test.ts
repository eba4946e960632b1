import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSandbox, readSettings } from '../src/wiring.ts';
import { cacheFolder } from './sandbox/pyodide.ts';
import { assertStillJudges } from './sandbox/runs.ts';

const file = { openaiUrl: 'http://from-file:1/v1', openaiKey: undefined, slots: 3, dataFolder: '/from/file' };

test('options go before the environment, which goes before the configuration file', () => {
  const environment = { GREENLOOP_DATA: '/from/environment', OLLAMA_HOST: 'box' };
  const settings = readSettings({ slots: 5 }, environment, file);
  assert.equal(settings.slots, 5);
  assert.equal(settings.dataFolder, '/from/environment');
  assert.equal(settings.ollamaUrl, 'http://box:11434');
  assert.equal(readSettings({}, {}, file).slots, 3);
});

test('the key goes to the server that the environment names, not to one that a file names without it', () => {
  const key = { OPENAI_API_KEY: 'secret' };
  assert.equal(readSettings({}, key, file).openaiKey, undefined);
  const named = readSettings({}, { ...key, OPENAI_BASE_URL: 'http://named:2/v1' }, file);
  assert.deepEqual([named.openaiUrl, named.openaiKey], ['http://named:2/v1', 'secret']);
});

describe('the sandbox of this machine', () => {
  const settings = { ...readSettings({}, {}), searchPath: '/nowhere', cacheFolder };

  test('is Pyodide where bubblewrap is missing, and says so in one line', async () => {
    const lines: string[] = [];
    const sandbox = await openSandbox(settings, 1, (line) => lines.push(line));
    try {
      assert.equal((await sandbox.isolation()).name, 'pyodide');
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, process.platform === 'linux' ? /^bubblewrap is missing; install it.*Pyodide/ : /Linux/);
      await assertStillJudges(sandbox);
    } finally {
      await sandbox.close();
    }
  });

  test('that was asked for is not replaced by another', async () => {
    await assert.rejects(openSandbox({ ...settings, sandbox: 'native' }, 1), /bubblewrap is missing|Linux/);
    const lines: string[] = [];
    const sandbox = await openSandbox({ ...readSettings(), cacheFolder, sandbox: 'pyodide' }, 1, (line) =>
      lines.push(line),
    );
    assert.match((await sandbox.isolation()).name, /^pyodide/);
    await assertStillJudges(sandbox);
    await sandbox.close();
    assert.deepEqual(lines, []);
  });
});
