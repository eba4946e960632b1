import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../src/wiring/settings.ts';

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

test('a server has the key that its own variable holds, and the slots that were asked for here and now', () => {
  const server = { kind: 'ollama', key: undefined, slots: null, models: null };
  const servers = [
    { ...server, name: 'a', url: 'http://a:1', keyVariable: 'A_KEY', slots: 3 },
    { ...server, name: 'b', url: 'http://b:1', keyVariable: null },
  ];
  const environment = { A_KEY: 'secret', OPENAI_API_KEY: 'other' };
  const shown = (over: object) =>
    readSettings(over, environment, { servers }).servers.map(({ key, slots }) => [key, slots]);
  assert.deepEqual(shown({}), [
    ['secret', 3],
    [undefined, null],
  ]);
  assert.deepEqual(shown({ slots: 2 }), [
    ['secret', 2],
    [undefined, 2],
  ]);
});
