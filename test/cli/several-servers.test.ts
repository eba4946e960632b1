import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { OpenAIStub } from '../models/openai/openai-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const [desk, box2] = [new OllamaStub(), new OllamaStub()];
const [rack, shelf] = [new OpenAIStub(), new OpenAIStub()];
const stubs = [desk, box2, rack, shelf];
const ANSWER = 'def double(x):\n    return 2 * x\n';

before(async () => {
  for (const stub of stubs) {
    await stub.start();
    stub.answer = () => ANSWER;
  }
  box2.digests = { 'qwen2.5-coder:latest': 'b'.repeat(64) };
  mkdirSync(join(place.path, 'greenloop'));
  place.write(
    'greenloop/config.yaml',
    `servers:
  - {name: desk, kind: ollama, url: "${desk.url}", slots: 2}
  - {name: box2, kind: ollama, url: "${box2.url}"}
  - {name: rack, kind: openai, url: "${rack.url}", key: $RACK_KEY, slots: 4}
  - {name: shelf, kind: openai, url: "${shelf.url}"}
  - {name: away, kind: ollama, url: "http://127.0.0.1:2", models: ["llama3.2:3b"]}
`,
  );
});
after(async () => {
  for (const stub of stubs) await stub.stop();
});

const env = { XDG_CONFIG_HOME: place.path, RACK_KEY: 'secret', OLLAMA_HOST: undefined, OPENAI_BASE_URL: undefined };

const sameLlama = 'ollama/llama3.2:3b at desk, box2: the same weights, by their digests';
const assumed =
  'openai/qwen2.5-coder-1.5b at rack, shelf: the same weights are assumed, as no digest comes from rack, shelf';

test('doctor shows every server by its name, whether shared models are the same, and what is wrong', async () => {
  const { stdout, code } = await place.run(['doctor'], {
    env: { ...env, RACK_KEY: undefined, OLLAMA_HOST: 'http://x' },
  });
  const says = stdout.replaceAll(/\s+/g, ' ');
  for (const part of [
    ` ok ollama server desk, ${desk.url}: ollama/llama3.2:3b, `,
    ` ok openai server rack, ${rack.url}/v1: openai/qwen2.5-coder-1.5b (context 4096) `,
    ' - ollama server http://127.0.0.1:2/api/tags refused the connection; start it, or correct the url of away in servers ',
    ` ok several servers ${sameLlama} `,
    ` ok several servers ${assumed} `,
    ' - several servers ollama/qwen2.5-coder:latest has other weights at desk (digest ',
    ' than at box2 (digest bbbbbbbbbbbb); name one server, such as ollama/qwen2.5-coder:latest@desk ',
    ' - key of a server RACK_KEY is not set, so rack is asked without a key ',
    ' - OLLAMA_HOST not used: servers lists where ollama/ models are ',
    ' - answer prefill ollama/llama3.2:3b@box2 starts anew ',
  ])
    assert.ok(says.includes(part), `${part}\n${says}`);
  assert.equal(code, 0);
});

test('models lists the models of each server, and which are the same', async () => {
  const { stdout, stderr, code } = await place.run(['models'], { env });
  assert.ok(stdout.includes(`box2, ${box2.url}\n`), stdout);
  assert.ok(stdout.replaceAll(/\s+/g, ' ').includes(sameLlama));
  assert.match(stderr, /^http:\/\/127\.0\.0\.1:2\/api\/tags refused the connection; .* of away in servers$/m);
  assert.equal(code, 0);
  const { servers } = JSON.parse((await place.run(['models', '--json'], { env })).stdout);
  assert.deepEqual(
    servers.map(({ serverName }: { serverName: string | null }) => serverName),
    ['desk', 'box2', 'away', 'rack', 'shelf', null],
  );
});

test('the plan of a run shows the servers, their slots together, and whether they have the models', async () => {
  const words = ['bench', '-b', 'tasks.yaml', '--plan', '-m', 'llama3.2:3b', '-m', 'openai/qwen2.5-coder-1.5b@rack'];
  const { stdout, stderr } = await place.run([...words, '--json'], { env });
  const { slots, servers } = JSON.parse(stdout);
  assert.equal(stderr, '');
  const llama = { model: 'ollama/llama3.2:3b' };
  assert.deepEqual(servers, [
    { ...llama, server: 'desk', url: desk.url, slots: 2, hasModel: true },
    { ...llama, server: 'box2', url: box2.url, slots: null, hasModel: true },
    { ...llama, server: 'away', url: 'http://127.0.0.1:2', slots: null, hasModel: null },
    { model: 'openai/qwen2.5-coder-1.5b@rack', server: 'rack', url: `${rack.url}/v1`, slots: 4, hasModel: true },
  ]);
  assert.equal(slots, 8);
  const text = await place.run(words, { env });
  assert.match(text.stdout, /8 slots/);
  assert.match(
    text.stdout.replaceAll(/\s+/g, ' '),
    /Servers .* does not answer .*ollama\/llama3\.2:3b at desk, box2: the same/,
  );
  const asked = stubs.flatMap((stub): unknown[] => stub.requests);
  assert.ok(!JSON.stringify(asked).includes('double'));
});

test('solve asks the servers of the configuration, and a key is in no output', async () => {
  const run = (...words: string[]) => place.run(['solve', 'task.md', ...words], { env });
  const usual = await run();
  assert.match(usual.stderr, /^using model ollama\/llama3\.2:3b, found at http/);
  assert.match(usual.stderr, /^greenloop: away is left out until it answers: /m);
  const pinned = await run('-m', 'qwen2.5-coder-1.5b@rack');
  for (const { stdout, code } of [usual, pinned]) assert.deepEqual([stdout, code], [ANSWER, 0]);
  assert.equal(rack.lastAuthorization, 'Bearer secret');
  const other = await run('-m', 'ollama/qwen2.5-coder');
  assert.equal(other.code, 2);
  assert.match(
    other.stderr,
    /^greenloop: ollama\/qwen2\.5-coder has other weights at desk \(.*such as ollama\/qwen2\.5-coder@desk$/m,
  );
  assert.doesNotMatch([usual, pinned, other].map(({ stderr }) => stderr).join(''), /secret/);
});

test('two places for one kind of models in a file are refused', async () => {
  place.write('greenloop.yaml', `ollama: {url: "http://a:1"}\nservers: [{name: b, kind: ollama, url: "http://b:1"}]\n`);
  const { stderr, code } = await place.run(['models'], { env });
  assert.equal(
    stderr,
    'greenloop: greenloop.yaml: ollama.url and servers both say where ollama/ models are; make it one of the servers\n',
  );
  assert.equal(code, 2);
});
