import assert from 'node:assert/strict';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Workplace } from './cli.ts';

const place = new Workplace();
mkdirSync(join(place.path, 'project', 'deep', 'er'), { recursive: true });
mkdirSync(join(place.path, 'own', 'greenloop'), { recursive: true });
const XDG_CONFIG_HOME = join(place.path, 'own');

interface Shown {
  readonly setting: string;
  readonly value: string | number | null;
  readonly source: string;
}

async function shown(cwd: string, env = {}, ...words: string[]): Promise<ReadonlyMap<string, Shown>> {
  const { stdout, stderr } = await place.run(['config', 'show', '--json', ...words], { cwd, env });
  assert.equal(stderr, '');
  const { settings } = JSON.parse(stdout) as { settings: Shown[] };
  return new Map(settings.map((one) => [one.setting, one]));
}

test('options go before the environment, that before the project above this folder, that before the own file', async () => {
  place.write(
    'project/greenloop.yaml',
    'model: scripted/../../../script.yaml\nslots: 3\nollama: {url: "http://10.0.0.1:1"}\n',
  );
  place.write('own/greenloop/config.yaml', 'slots: 7\nload_timeout: 5\nsandbox: native\n');
  const env = { XDG_CONFIG_HOME, OLLAMA_HOST: 'http://10.0.0.2:2', OPENAI_API_KEY: 'secret' };
  const settings = await shown('project/deep/er', env, '--sandbox', 'auto');
  const ofProject = '../../greenloop.yaml';
  const own = join(XDG_CONFIG_HOME, 'greenloop', 'config.yaml');
  for (const [setting, value, source] of [
    ['model', 'scripted/../../../script.yaml', ofProject],
    ['slots', 3, ofProject],
    ['load_timeout', 5, own],
    ['sandbox', 'auto', 'option'],
    ['ollama.url', 'http://10.0.0.2:2', 'environment'],
    ['OPENAI_API_KEY', 'set', 'environment'],
    ['ollama.context', 4096, 'default'],
    ['python', null, 'default'],
  ] as const) {
    assert.deepEqual(settings.get(setting), { setting, value, source });
  }
  const table = await place.run(['config'], { cwd: 'project', env });
  assert.match(table.stdout, /^slots +3 +greenloop\.yaml$/m);
  assert.doesNotMatch(table.stdout, /secret/);
});

test('bench takes the configured model', async () => {
  const words = ['bench', '-b', '../../../tasks.yaml', '--tasks', 'double'];
  const { code, stderr, stdout } = await place.run(words, { cwd: 'project/deep/er' });
  assert.match(stderr, /^using model scripted\/\.\.\/\.\.\/\.\.\/script\.yaml from \.\.\/\.\.\/greenloop\.yaml$/m);
  assert.match(stdout, /script\.yaml/);
  assert.equal(code, 0);
});

test('a file above this folder that is not of the user does not count', {
  skip: process.getuid?.() !== 0 && 'only root can give files away',
}, async () => {
  mkdirSync(join(place.path, 'shared', 'mine'), { recursive: true });
  place.write('shared/greenloop.yaml', 'slots: 9\n');
  chownSync(join(place.path, 'shared', 'greenloop.yaml'), 65534, 65534);
  assert.equal((await shown('shared/mine')).get('slots')?.value, null);
  assert.equal((await shown('shared')).get('slots')?.value, 9);
});

test('doctor tells of a broken configuration and goes on; other commands are refused by field and line', async () => {
  mkdirSync(join(place.path, 'broken'), { recursive: true });
  place.write('broken/greenloop.yaml', 'model: scripted/x\nslots: many\n');
  const doctor = await place.run(['doctor'], { cwd: 'broken' });
  assert.match(
    doctor.stdout.replaceAll(/\s+/g, ' '),
    / MISSING config greenloop\.yaml, line 2: slots: expected number, got string /,
  );
  assert.match(doctor.stdout, /^ok {6}Node/m);
  assert.equal(doctor.code, 1);
  const models = await place.run(['models'], { cwd: 'broken' });
  assert.match(models.stderr, /^greenloop: greenloop\.yaml, line 2: slots: expected number, got string\n$/);
  assert.equal(models.code, 2);
});

const SERVERS = `servers:
  - {name: desk, kind: ollama, url: "127.0.0.1:11434"}
  - {name: box2, kind: openai, url: "http://10.0.0.2:8000", key: $BOX2_KEY, slots: 4, models: [small]}
`;

test('servers are shown with their addresses and the names of their keys, and the nearest file has them all', async () => {
  mkdirSync(join(place.path, 'listed', 'greenloop'), { recursive: true });
  place.write('listed/greenloop/config.yaml', SERVERS);
  const env = { XDG_CONFIG_HOME: join(place.path, 'listed'), BOX2_KEY: 'secret' };
  const own = join(place.path, 'listed', 'greenloop', 'config.yaml');
  const settings = await shown('listed', env);
  const row = (setting: string, value: string | null, source = own) => ({ setting, value, source });
  assert.deepEqual(settings.get('servers.desk'), row('servers.desk', 'ollama http://127.0.0.1:11434'));
  const box2 = row('servers.box2', 'openai http://10.0.0.2:8000/v1, BOX2_KEY set');
  assert.deepEqual(settings.get('servers.box2'), box2);
  const unset = (await shown('listed', { ...env, BOX2_KEY: undefined })).get('servers.box2')?.value;
  assert.equal(unset, box2.value?.replace('BOX2_KEY set', 'BOX2_KEY not set'));
  place.write('listed/greenloop.yaml', 'servers: [{name: mine, kind: ollama, url: "http://box:1"}]\n');
  const nearer = await shown('listed', env);
  assert.equal(nearer.get('servers.mine')?.value, 'ollama http://box:1');
  assert.equal(nearer.get('servers.desk'), undefined);
  assert.deepEqual((await shown('.')).get('servers'), row('servers', null, 'default'));
});

for (const [what, entry, says] of [
  ['an unknown field', 'slot: 3', 'servers.1: unknown field "slot"; expected name, kind, url, key, slots, models'],
  ['an unknown kind', 'kind: vllm', 'servers.1.kind: Invalid option: expected one of "ollama"|"openai"'],
  ['a name with a blank', 'name: box 2', 'servers.1.name: expected letters, digits, ".", "_" and "-", such as box2'],
  ['a name given twice', 'name: desk', 'servers.1.name: the same as that of another server, desk'],
  ['an address given twice', 'url: "http://desk:1/"', 'servers.1.url: the same as that of another server, desk'],
  [
    'a key itself',
    'key: sk-1',
    'servers.1.key: expected the variable of the environment that holds the key, such as $BOX2_KEY',
  ],
  [
    'a key in a file of others',
    'key: $HOME',
    'servers.1.key: a key is sent only to servers that your own configuration lists',
  ],
  [
    'no address',
    'url: "ftp://box2"',
    'servers.1.url: expected a host or an http(s) URL such as http://127.0.0.1:11434, got "ftp://box2"',
  ],
  ['no slots', 'slots: 0', 'servers.1.slots: expected at least 1'],
  ['no models', 'models: []', 'servers.1.models: expected at least 1 items'],
] as const) {
  test(`${what} of a server is refused by file and line`, async () => {
    mkdirSync(join(place.path, 'wrong'), { recursive: true });
    const fields = { name: 'name: box2', kind: 'kind: ollama', url: 'url: "http://box2:1"' };
    const [name = ''] = entry.split(':');
    const rows = Object.values({ ...fields, [name]: entry });
    const text = `servers:\n  - {name: desk, kind: ollama, url: "http://desk:1"}\n  - ${rows.join('\n    ')}\n`;
    place.write('wrong/greenloop.yaml', text);
    const { stderr, code } = await place.run(['config', 'show'], { cwd: 'wrong' });
    const line = entry.startsWith('slot:') ? 3 : 3 + rows.indexOf(entry);
    assert.deepEqual([stderr, code], [`greenloop: greenloop.yaml, line ${line}: ${says}\n`, 2]);
  });
}
