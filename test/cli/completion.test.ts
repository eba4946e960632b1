import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const ollama = new OllamaStub();
const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
let env: NodeJS.ProcessEnv = {};

before(async () => {
  await ollama.start();
  ollama.models = ['llama3.2:3b', 'evil$(touch hacked)', 'evil`touch hacked`'];
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await place.run(['completion', shell]);
    assert.equal(code, 0);
    place.write(`greenloop.${shell}`, stdout);
  }
  mkdirSync(join(place.path, 'bin'));
  place.write('bin/greenloop', `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`);
  chmodSync(join(place.path, 'bin', 'greenloop'), 0o755);
  const PATH = `${join(place.path, 'bin')}:${process.env.PATH}`;
  env = { ...place.environment(), PATH, OLLAMA_HOST: ollama.url, HOME: place.path };
  await place.run(['bench', '-b', 'tasks.yaml', '--tasks', 'double', '-m', 'scripted/script.yaml']);
});
after(() => ollama.stop());

/** What bash offers for the last of some words. */
async function bash(...words: string[]): Promise<string[]> {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `. ./greenloop.bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _greenloop; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script], { cwd: place.path, env });
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash completes commands, options, and what they take', async () => {
  assert.deepEqual(await bash('greenloop', 'so'), ['solve']);
  assert.deepEqual(await bash('greenloop', 'runs', 'sh'), ['show']);
  assert.ok((await bash('greenloop', 'solve', '--te')).includes('--tests'));
  assert.deepEqual(await bash('greenloop', 'bench', '-p', 'redraw-'), ['redraw-then-repair']);
  assert.deepEqual(await bash('greenloop', 'bench', '-b', 'humaneval+'), ['humaneval+']);
  assert.deepEqual(await bash('greenloop', '--sandbox', 'p'), ['pyodide']);
  assert.deepEqual(await bash('greenloop', 'solve', '--out', 'x'), []);
  const { runs } = JSON.parse((await place.run(['runs', '--json'])).stdout);
  assert.deepEqual(await bash('greenloop', 'analyze', ''), [runs[0].id]);
  assert.deepEqual(await bash('greenloop', 'runs', 'show', ''), [runs[0].id]);
});

test('names of models come from the servers, and those that a shell would obey are left out', async () => {
  const models = await bash('greenloop', 'solve', '-m', 'ollama');
  assert.deepEqual(models, ['ollama/llama3.2:3b']);
  assert.equal(spawnSync('ls', ['hacked'], { cwd: place.path }).status, 2);
});

for (const [shell, words] of [
  ['zsh', ['-f', '-c', 'autoload -U compinit && compinit -u; . ./greenloop.zsh; print $_comps[greenloop]']],
  ['fish', ['--no-config', '-c', 'source greenloop.fish; complete -C "greenloop bench -p redraw-"']],
] as const) {
  test(`${shell} takes its script`, {
    skip: spawnSync(shell, ['--version']).error !== undefined && `${shell} is not installed`,
  }, () => {
    const { stdout, stderr, status } = spawnSync(shell, words, { cwd: place.path, env, encoding: 'utf8' });
    assert.deepEqual([stderr, status], ['', 0]);
    assert.match(stdout, shell === 'zsh' ? /_bash_complete/ : /^redraw-then-repair/);
  });
}
