import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const ollama = new OllamaStub();

/** `strong` solves every task of the file, `weak` only those with an even number, and nothing it is shown the failure of. */
const TASKS = Array.from({ length: 24 }, (_, number) => {
  const name = `plus_${number}`;
  const prompt = `def ${name}(x):\n    """Return x plus ${number}.\n\n    >>> ${name}(1)\n    ${1 + number}\n    """\n`;
  return { id: name, prompt, entry_point: name, tests: `assert ${name}(2) == ${2 + number}` };
});

before(async () => {
  await ollama.start();
  ollama.models = ['nomic-embed-text:latest', 'strong-coder:1b', 'weak:1b'];
  ollama.answer = ({ model, messages }) => {
    const [, number = '0'] = /plus_(\d+)/.exec(messages.at(-1)?.content ?? '') ?? [];
    const isRight = model.startsWith('strong') || Number(number) % 2 === 0;
    return `\`\`\`python\ndef plus_${number}(x):\n    return x + ${isRight ? number : -1}\n\`\`\``;
  };
  place.write('plus.jsonl', TASKS.map((task) => `${JSON.stringify(task)}\n`).join(''));
});
after(() => ollama.stop());

function folder(name: string): string {
  mkdirSync(join(place.path, name));
  return name;
}

test('init writes a configuration with a model for code, a sample task and its tests, and keeps what is there', async () => {
  const cwd = folder('new');
  const env = { OLLAMA_HOST: ollama.url };
  place.write('new/greenloop.yaml', '# mine\nslots: 2 # of the GPU\n');
  const { code, stdout, stderr } = await place.run(['init'], { cwd, env });
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(
    stderr,
    /^greenloop\.yaml: model ollama\/strong-coder:1b \(also here: ollama\/weak:1b\)\nwrote slugify\.md and test_slugify\.py: .*\nnext:\n {2}greenloop solve slugify\.md --tests test_slugify\.py\n {2}greenloop tune\n$/,
  );
  assert.equal(place.read('new/greenloop.yaml'), '# mine\nslots: 2 # of the GPU\nmodel: ollama/strong-coder:1b\n');
  place.write('new/slugify.md', 'mine');
  const again = await place.run(['init', '-m', 'weak:1b', '--json'], { cwd, env });
  const { model, kept } = JSON.parse(again.stdout);
  assert.deepEqual([model, kept], ['ollama/weak:1b', ['slugify.md', 'test_slugify.py']]);
  assert.equal(place.read('new/slugify.md'), 'mine');
});

test('the sample task and its tests are sound: the right program passes them', async () => {
  const cwd = folder('sound');
  assert.equal((await place.run(['init', '-m', 'ollama/any'], { cwd, env: { OLLAMA_HOST: ollama.url } })).code, 0);
  const right = 'import re\n\n\ndef slugify(title):\n    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")\n';
  place.write('sound/right.yaml', JSON.stringify([{ text: right }]));
  const words = ['solve', 'slugify.md', '--tests', 'test_slugify.py', '-m', 'scripted/right.yaml'];
  const { code, stdout } = await place.run(words, { cwd });
  assert.deepEqual([code, stdout], [0, right]);
  const examples = await place.run(['solve', 'slugify.md', '-m', 'scripted/right.yaml'], { cwd });
  assert.match(examples.stderr, /^passed: 1 of 1 example in the task passed/m);
});

test('init without a model says how to start one, and writes nothing', async () => {
  const cwd = folder('bare');
  const { code, stderr } = await place.run(['init'], { cwd });
  assert.match(stderr, /^greenloop: no model was found: start one \(ollama serve, .*\n$/);
  assert.equal(code, 2);
  assert.ok(!existsSync(join(place.path, 'bare', 'greenloop.yaml')));
});

test('tune finds what is best, says so in a sentence, and writes it where it is told to', async () => {
  const cwd = folder('tuned');
  const env = { OLLAMA_HOST: ollama.url };
  const words = ['tune', '-b', '../plus.jsonl', '--minutes', '0.5', '--skip-preflight'];
  const told = await place.run(words, { cwd, env });
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stderr, /^tuning ollama\/strong-coder:1b, ollama\/weak:1b on \.\.\/plus\.jsonl, about 0\.5 min$/m);
  assert.match(
    told.stderr,
    /^models alone: 2 pipelines\n {2}ahead: strong-coder:1b alone \(solved \d+ of \d+\)\nredraws and repairs: 11 pipelines\n/m,
  );
  assert.match(
    told.stdout.replaceAll('\n', ' '),
    /^strong-coder:1b alone is best: nothing tried was ahead of it \(solved 100 % on \d+ held-out/m,
  );
  assert.match(told.stdout, /^weak:1b alone +\d+\.\d +\d+ +\d+ +left behind$/m);
  assert.match(told.stderr, /^nothing was written; --write writes it to greenloop\.yaml$/m);
  assert.ok(!existsSync(join(place.path, 'tuned', 'greenloop.yaml')));
  const written = await place.run([...words, 'weak:1b', '--write', '--json'], { cwd, env });
  const { sentence, alone, heldOutTasks } = JSON.parse(written.stdout);
  assert.equal(alone.name, 'weak:1b alone');
  assert.match(sentence, /weak:1b/);
  assert.ok(heldOutTasks >= 6);
  assert.equal(place.read('tuned/greenloop.yaml').split('\n').at(-2), 'pipeline: greenloop-pipeline.yaml');
  const solved = await place.run(['bench', '-b', '../plus.jsonl', '--limit', '2', '--skip-preflight'], { cwd, env });
  assert.match(solved.stderr, /^using pipeline greenloop-pipeline\.yaml from greenloop\.yaml$/m);
  assert.equal(solved.code, 0, solved.stderr);
});

test('tune refuses a model that is given twice, and few tasks', async () => {
  const env = { OLLAMA_HOST: ollama.url };
  const twice = await place.run(['tune', 'weak:1b', 'ollama/weak:1b', '-b', 'plus.jsonl'], { env });
  assert.match(twice.stderr, /^greenloop: ollama\/weak:1b is given twice\n$/);
  const few = await place.run(['tune', 'weak:1b', '-b', 'plus.jsonl', '--limit', '3', '--skip-preflight'], { env });
  assert.match(few.stderr, /3 tasks are too few to choose a pipeline; use 8 or more/);
  assert.deepEqual([twice.code, few.code], [2, 2]);
});

const BY_NPX = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'greenloop' };
const BY_SCRIPT = { npm_lifecycle_event: 'greenloop', npm_lifecycle_script: 'node src/cli/main.ts' };
const BY_OTHERS = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'node' };

test('init names the next commands as the user starts greenloop', async () => {
  const cwd = folder('npx');
  const next = async (env: Record<string, string>) => {
    const { code, stderr } = await place.run(['init'], { cwd, env: { OLLAMA_HOST: ollama.url, ...env } });
    assert.equal(code, 0);
    return stderr.split('\n').filter((line) => line.startsWith('  '));
  };
  const commands = (start: string) => [`  ${start} solve slugify.md --tests test_slugify.py`, `  ${start} tune`];
  assert.deepEqual(await next(BY_NPX), commands('npx greenloop'));
  assert.deepEqual(await next(BY_SCRIPT), commands('npm run -s greenloop --'));
  assert.deepEqual(await next(BY_OTHERS), commands('greenloop'));
});
