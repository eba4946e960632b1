import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COMMAND_EXAMPLES } from '../../src/cli/command-examples.ts';
import { OWN_PRESETS, PAPER_PRESETS } from '../../src/pipeline/preset-descriptions.ts';
import { presetNames } from '../../src/pipeline/presets.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const ollama = new OllamaStub();

const DOUBLE = 'def double(x):\n    return 2 * x\n';
const ROMAN = 'def roman(n):\n    return "IV"\n';
const SLUGIFY = 'def slugify(text):\n    return text.lower().replace(" ", "-")\n';
const TEST_DOUBLE = 'def test_double():\n    assert double(5) == 10\n';

function write(name: string, text: string): void {
  place.write(join('project', name), text);
}

before(async () => {
  await ollama.start();
  ollama.models = ['llama3.2:3b', 'qwen2.5:1.5b'];
  ollama.answer = ({ messages }) => {
    const asked = messages.map(({ content }) => content).join('\n');
    return asked.includes('roman') ? ROMAN : asked.includes('slugify') ? SLUGIFY : DOUBLE;
  };
  // A project is never the home folder.
  for (const folder of ['src', 'tests']) mkdirSync(join(place.path, 'project', folder), { recursive: true });
  for (const name of ['task.md', 'tasks.yaml', 'script.yaml']) write(name, place.read(name));
  write('pyproject.toml', '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n');
  write('src/text.py', 'def slugify(text):\n    return text\n');
  write(
    'tests/test_text.py',
    'import sys\n\nsys.path.insert(0, "src")\nfrom text import slugify\n\n\ndef test_words():\n    assert slugify("A b") == "a-b"\n',
  );
  write('test_task.py', TEST_DOUBLE);
  write('candidate.py', DOUBLE);
  write('test_candidate.py', TEST_DOUBLE);
  write('checks.py', 'assert double(5) == 10\n');
  write('samples.jsonl', `${JSON.stringify({ task_id: 'double', solution: DOUBLE })}\n`);
  write(
    'answers.jsonl',
    `${JSON.stringify({ task_id: 'double', solution: `Sure:\n\`\`\`python\n${DOUBLE}\`\`\`` })}\n`,
  );
  const role = '{model: scripted/script.yaml}';
  write('my-pipeline.yaml', `name: mine\ngenerator: ${role}\nstages: [{iterations: 2, refiner: ${role}}]\n`);
});
after(() => ollama.stop());

/** Without what needs a download or an hour, serves until it is ended, wants a Redis, or is a program of somebody else. */
function runnable(): string[] {
  const lines = Object.entries(COMMAND_EXAMPLES).flatMap(([name, examples]) =>
    ['tune', 'pull', 'serve', 'mcp', 'view', 'worker', 'workers'].includes(name) ? [] : examples,
  );
  const here = lines.filter((line) => !/humaneval|mbpp|paper-results/.test(line));
  const isLast = (line: string) => line.includes(' runs rm ');
  return [...here.filter((line) => !isLast(line)), ...new Set(here.filter(isLast))];
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(1);
}

test('the examples of the help run as they are printed', async () => {
  const lines = runnable();
  assert.ok(lines.length >= 30);
  const options = { env: { OLLAMA_HOST: ollama.url }, cwd: 'project' };
  // Runs come before what is told of them.
  const firsts = lines.filter((line) => line.startsWith('greenloop bench'));
  for (const line of [...firsts, ...lines.filter((one) => !firsts.includes(one))]) {
    const { code, stderr } = await place.run(wordsOf(line), options);
    assert.equal(code, 0, `${line}\n${stderr}`);
  }
});

test('the examples of the help use options that exist', async () => {
  for (const [name, examples] of Object.entries(COMMAND_EXAMPLES)) {
    const { stdout } = await place.run([...name.split(' '), '--help']);
    for (const line of examples) {
      assert.ok(stdout.includes(`\n  ${line}\n`), line);
      for (const flag of wordsOf(line.replace(/^.* -- /, '')).filter((word) => /^--?[a-z]/.test(word))) {
        assert.match(stdout, new RegExp(`^ +(?:-., )?${flag}\\b`, 'm'), line);
      }
    }
  }
});

test('the help describes every preset', () => {
  const described = [...Object.keys(OWN_PRESETS), ...Object.keys(PAPER_PRESETS)];
  assert.deepEqual(
    described,
    presetNames().filter((name) => !name.startsWith('paper/')),
  );
});
