import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findProgram } from '../src/sandbox/native/isolation.ts';
import { openModels, openSandbox, packageRoot, readSettings } from '../src/wiring.ts';
import { Workplace } from './cli/cli.ts';
import { OpenAIStub } from './models/openai-stub.ts';
import { requestFor } from './models/requests.ts';
import { writeTinyGguf } from './models/tiny-gguf.ts';
import { cacheFolder, cacheHome } from './sandbox/pyodide.ts';
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

const bubblewrap = findProgram(['bwrap'], readSettings().searchPath);
const whyNoOtherMachine = process.platform === 'linux' && bubblewrap !== null ? false : 'bubblewrap is not installed';

const place = new Workplace();

/** Runs greenloop on this machine as it would be without Python. */
function runWithoutPython(...words: string[]) {
  const hidden = ['--dev-bind', '/', '/', '--ro-bind', '/dev/null', '/usr/bin/python3', '--setenv', 'PATH', '/nowhere'];
  const cache = ['--setenv', 'XDG_CACHE_HOME', cacheHome];
  const main = join(packageRoot, 'src', 'cli', 'main.ts');
  const options = { encoding: 'utf8', cwd: place.path } as const;
  return spawnSync(bubblewrap!, [...hidden, ...cache, process.execPath, main, ...words], options);
}

describe('the sandbox of this machine', () => {
  test('is Pyodide where there is no Python, and says so in one line', { skip: whyNoOtherMachine }, () => {
    place.write('double.py', 'def double(x):\n    return 2 * x\n');
    const { stdout, stderr, status } = runWithoutPython('check', 'double.py', '--tests', 'tests.py');
    assert.match(stderr, /^greenloop: Python 3\.10 or newer is missing; install it.*; until then .* Pyodide.*\n$/);
    assert.match(stdout, /^passed: double\n/);
    assert.equal(status, 0);
    const json = runWithoutPython('doctor', '--json');
    assert.equal(json.stderr, '');
    assert.match(json.stdout, /"detail":"pyodide/);
  });

  test('that was asked for is not replaced by another', { skip: whyNoOtherMachine }, async () => {
    const { stderr, status } = runWithoutPython('doctor', '--sandbox', 'native');
    assert.equal(status, 1, stderr);
    const lines: string[] = [];
    const settings = { ...readSettings(), cacheFolder, sandbox: 'pyodide' } as const;
    const sandbox = await openSandbox(settings, 1, (line) => lines.push(line));
    assert.match((await sandbox.isolation()).name, /^pyodide/);
    await assertStillJudges(sandbox);
    await sandbox.close();
    assert.deepEqual(lines, []);
  });
});

test('a gguf/ model runs with the context and the slots of the settings', async (t) => {
  const path = join(place.path, 'tiny.gguf');
  writeTinyGguf(path, { answer: ['pass'] });
  t.after(() => rmSync(path));
  const name = `gguf/${path}`;
  const open = await openModels([name], readSettings({ contextTokens: 256, slots: 2 }, {}));
  const model = open(name);
  const answers = await Promise.all([1, 2, 3].map(() => model.complete(requestFor('say something'))));
  assert.deepEqual([model.name, ...answers.map(({ text }) => text)], [name, 'pass', 'pass', 'pass']);
  await assert.rejects(model.complete(requestFor('x'.repeat(300))), /does not fit into the 256 tokens/);
});

test('models at a server that is loading share the wait, and get as many slots as it has once it is there', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.models = ['a', 'b'];
  stub.loadsFor = 3;
  const waiting: string[] = [];
  const settings = readSettings({ openaiUrl: stub.baseUrl }, {});
  const open = await openModels(['openai/a', 'openai/b'], settings, undefined, {
    waiting: (line) => waiting.push(line),
    note: (line) => assert.fail(line),
  });
  assert.ok(waiting.length >= 1 && waiting.length <= 3, `${waiting}`);
  // Until four are in, or that many turns say that there will be no more.
  stub.beforeAnswer = async () => {
    for (let turn = 0; turn < 1000 && stub.mostInFlight < 4; turn += 1) await new Promise(setImmediate);
  };
  await Promise.all(Array.from({ length: 8 }, () => open('openai/a').complete(requestFor('hi'))));
  assert.equal(stub.mostInFlight, 4);
});
