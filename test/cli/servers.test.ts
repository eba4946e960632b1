import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { OpenAIStub } from '../models/openai/openai-stub.ts';
import { assertNoControls, NOWHERE, Workplace } from './cli.ts';

const place = new Workplace();
const ollama = new OllamaStub();
const openai = new OpenAIStub();
const ANSWER = 'def double(x):\n    return 2 * x\n';

before(async () => {
  await ollama.start();
  await openai.start();
  ollama.models = ['nomic-embed-text:latest', 'llama3.2:3b'];
  ollama.answer = openai.answer = () => ANSWER;
});
after(async () => {
  await ollama.stop();
  await openai.stop();
});

test('doctor without a server: what is needed is there, the rest is said on lines of 80 columns', async () => {
  const { code, stdout, stderr } = await place.run(['doctor']);
  assert.match(stdout, /^ok {6}Node +v\d+\./);
  assert.match(stdout, /^ok {6}Python +\S+ \(3\.\d+/m);
  assert.match(stdout, /^ok {6}llama\.cpp +runs gguf\/ models on/m);
  // What the isolation lacks may take lines of its own.
  assert.match(stdout.replaceAll(/\s+/g, ' '), / ok sandbox \S+; .*ms for a trivial run /);
  assert.match(
    stdout.replaceAll(/\s+/g, ' '),
    /other servers nothing answers at .*OLLAMA_HOST or OPENAI_BASE_URL, or fetch/,
  );
  assert.match(stdout, /^ok {6}bundled models +starter\/\w+ /m);
  assert.match(stdout, /^- {7}data humaneval +downloaded at first use$/m);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80));
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('doctor and models with both servers, also as JSON', async () => {
  const env = { OLLAMA_HOST: ollama.url, OPENAI_BASE_URL: openai.url };
  const doctor = await place.run(['doctor'], { env });
  assert.match(
    doctor.stdout.replaceAll(/\s+/g, ' '),
    /ok ollama server \S+ ollama\/nomic-embed-text:latest, ollama\/llama3\.2:3b/,
  );
  assert.match(doctor.stdout, /openai\/qwen2\.5-coder-1\.5b\s+\(context 4096\)/);
  const says = doctor.stdout.replaceAll(/\s+/g, ' ');
  assert.match(says, / - answer prefill ollama\/llama3\.2:3b starts anew instead of continuing a prefilled answer /);
  assert.match(says, / - answer prefill openai\/qwen2\.5-coder-1\.5b starts anew /);
  openai.answer = () => 'is.';
  ollama.answer = () => 'The capital of France is Paris.';
  const findings = await place.run(['doctor', '--json'], { env });
  ollama.answer = openai.answer = () => ANSWER;
  assert.equal(findings.stdout.match(/continues a prefilled answer/g)?.length, 2);
  assert.deepEqual(
    JSON.parse(findings.stdout).servers.map(({ provider }: { provider: string }) => provider),
    ['ollama', 'openai', 'starter'],
  );
  const models = await place.run(['models'], { env });
  assert.match(models.stdout, /^ollama\/llama3\.2:3b +3\.2B +Q4_K_M +-$/m);
  assert.match(models.stdout, /^openai\/qwen2\.5-coder-1\.5b +1\.5B +- +4096$/m);
  assert.equal(models.code, 0);
  const json = await place.run(['--json', 'models'], { env: { OLLAMA_HOST: ollama.url } });
  assert.deepEqual(
    JSON.parse(json.stdout).servers.map(({ reason }: { reason: string | null }) => reason),
    [null, 'unreachable', null],
  );
});

test('models without a server lists those that ship with greenloop, and says on standard error what to do', async () => {
  const { code, stdout, stderr } = await place.run(['models']);
  assert.match(stdout, /^\S+\/starter\nmodel .*\n-.*\n(starter\/\w+ .*\n)+$/);
  assert.match(stderr, /^greenloop: no model server was found: nothing answers at .*; start one .*\n$/);
  assert.equal(code, 0);
});

test('what a server says of its models cannot reach the terminal as it is', async () => {
  const hostile = await new OllamaStub().start();
  hostile.models = ['evil\u001b[2J\u202e:1b'];
  const { stdout } = await place.run(['models'], { env: { OLLAMA_HOST: hostile.url } });
  assert.match(stdout, /evil\\u\{1b\}\[2J\\u\{202e\}/);
  assertNoControls(stdout);
  await hostile.stop();
});

test('a data file that is not whole is no good one', async () => {
  const { stdout } = await place.run(['--data', '.', 'doctor', '--json']);
  const { findings } = JSON.parse(stdout);
  const data = findings.filter(({ what }: { what: string }) => what.startsWith('data'));
  assert.ok(
    data.every(({ isGood, detail }: { isGood: boolean; detail: string }) => !isGood && detail.endsWith('is missing')),
  );
});

test('solve without a model takes the first that can chat, said aloud', async () => {
  const { code, stdout, stderr } = await place.run(['solve', 'task.md'], { env: { OLLAMA_HOST: ollama.url } });
  assert.match(stderr, /^using model ollama\/llama3\.2:3b, found at http:\S+; choose with --model\n/);
  assert.equal(stdout, ANSWER);
  assert.equal(code, 0);
  const named = await place.run(['solve', 'task.md'], { env: { OPENAI_BASE_URL: openai.url } });
  assert.match(named.stderr, /^using model openai\/qwen2\.5-coder-1\.5b, found at /);
  assert.equal(named.code, 0);
  const none = await place.run(['solve', 'task.md']);
  assert.match(
    none.stderr,
    /^greenloop: no model was named and no server with a model was found; .*doctor.*--model .*starter.*\n$/,
  );
  assert.equal(none.code, 2);
});

test('what is done otherwise for a server is said on standard error, once, and changes no JSON', async () => {
  const env = { OPENAI_BASE_URL: openai.url };
  const words = ['solve', 'task.md', '--model', 'openai/qwen2.5-coder-1.5b', '--json'];
  const plain = await place.run(words, { env });
  assert.equal(plain.stderr, '');
  openai.loadsFor = 1;
  openai.faults.push(
    { kind: 'status', status: 503, body: '{"error":{"message":"Loading model","type":"unavailable_error"}}' },
    { kind: 'status', status: 400, body: '{"object":"error","message":"System role not supported"}' },
  );
  const { code, stdout, stderr } = await place.run(words, { env });
  const base = `${openai.url}/v1`;
  assert.deepEqual(stderr.split('\n'), [
    `waiting for ${base}: loading the model (0 s)`,
    `greenloop: openai/qwen2.5-coder-1.5b at ${base} refuses system messages: their text goes into the first user message`,
    '',
  ]);
  const solved = (json: string) => JSON.parse(json).attempts[0].answer;
  assert.equal(solved(stdout), solved(plain.stdout));
  assert.equal(code, plain.code);
});

test('a server that loads longer than load_timeout allows is a fault that says so', async () => {
  place.write('greenloop.yaml', 'load_timeout: 0\n');
  openai.loadsFor = 1000;
  const words = ['solve', 'task.md', '--model', 'openai/qwen2.5-coder-1.5b'];
  const { code, stderr } = await place.run(words, { env: { OPENAI_BASE_URL: openai.url } });
  openai.loadsFor = 0;
  rmSync(join(place.path, 'greenloop.yaml'));
  assert.match(stderr, /^greenloop: http:\S+\/v1 has not loaded its model within 0 s; .*\(load_timeout\)$/m);
  assert.equal(code, 2);
});

test('a server on a usual port is used, and is not given the key', async (context) => {
  const gate = createServer((near) => {
    const far = connect(Number(new URL(openai.url).port), '127.0.0.1');
    for (const end of [near, far]) end.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  gate.listen(1234, '127.0.0.1');
  const isOpen = await Promise.race([once(gate, 'listening').then(() => true), once(gate, 'error').then(() => false)]);
  if (!isOpen) return context.skip('port 1234 is taken');
  const env = { OLLAMA_HOST: NOWHERE, OPENAI_BASE_URL: undefined, OPENAI_API_KEY: 'secret' };
  openai.lastAuthorization = undefined;
  const { stdout, stderr } = await place.run(['solve', 'task.md'], { env });
  const listed = await place.run(['models'], { env });
  const named = await place.run(['solve', 'task.md', '-m', 'openai/qwen2.5-coder-1.5b'], { env });
  const bare = await place.run(['solve', 'task.md', '-m', 'qwen2.5-coder-1.5b'], { env });
  gate.close();
  if (!stderr.includes(':1234/')) return context.skip('another server answers on a usual port');
  assert.match(stderr, /^using model openai\/qwen2\.5-coder-1\.5b, found at http:\/\/127\.0\.0\.1:1234\/v1/);
  assert.equal(stdout, ANSWER);
  assert.match(listed.stdout, /^openai\/qwen2\.5-coder-1\.5b /m);
  for (const run of [named, bare]) {
    assert.match(run.stderr, /^greenloop: found openai\/ models at http:\/\/127\.0\.0\.1:1234\/v1$/m);
    assert.deepEqual([run.stdout, run.code], [ANSWER, 0]);
  }
  assert.equal(openai.lastAuthorization, undefined);
});

test('a model may be called without its provider where one place has it, and a misspelt one is said with what was meant', async () => {
  const twin = await new OpenAIStub().start();
  const env = { OLLAMA_HOST: ollama.url, OPENAI_BASE_URL: twin.url };
  const run = (name: string) => place.run(['solve', 'task.md', '-m', name], { env });
  const bare = await run('llama3.2:3b');
  assert.match(bare.stderr, /^asking ollama\/llama3\.2:3b$/m);
  assert.deepEqual([bare.stdout, bare.code], [ANSWER, 0]);
  const tagless = await run('nomic-embed-text');
  assert.match(tagless.stderr, /^asking ollama\/nomic-embed-text:latest$/m);
  for (const [name, expected] of [
    ['lama3.2:3b', /no model is called "lama3\.2:3b"; did you mean ollama\/llama3\.2:3b\?/],
    ['olama/llama3.2:3b', /no model is called "olama\/llama3\.2:3b"; did you mean ollama\/llama3\.2:3b\?/],
    [
      'gpt-17',
      /no model is called "gpt-17" here; expected one that a server has, or provider\/name such as ollama\/\S+ or openai\/NAME \(greenloop models lists all\)/,
    ],
  ] as const) {
    const { code, stderr } = await run(name);
    assert.match(stderr, expected);
    assert.equal(code, 2);
  }
  ollama.models = [...ollama.models, 'qwen2.5-coder-1.5b'];
  const several = await run('qwen2.5-coder-1.5b');
  ollama.models = ollama.models.slice(0, -1);
  assert.match(
    several.stderr,
    /the model qwen2\.5-coder-1\.5b is in several places: say which, ollama\/\S+ or openai\/\S+$/m,
  );
  await twin.stop();
});
