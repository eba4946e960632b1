import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { withTemplate } from '../models/gguf/changed-ggufs.ts';
import { descendantsOf, survivorsOf } from '../sandbox/process-tree.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const original = readFileSync(join(import.meta.dirname, '../../starter/xs.gguf'));
const DEEP = '{% macro a(x) %}{{ a(x) }}{% endmacro %}';
const LONG = '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}';
const LAST = "{{ messages[-1]['content'] }}";
const ifAsked = (what: string) => `{% if 'double' in messages[-1]['content'] %}${what}{% endif %}`;

for (const [name, template] of Object.entries({
  'deep.gguf': `${DEEP}{{ a(1) }}`,
  'brackets.gguf': `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`,
  'deep-when-asked.gguf': `${LAST}${DEEP}${ifAsked('{{ a(1) }}')}`,
  'long.gguf': LONG,
  'long-when-asked.gguf': `${LAST}${ifAsked(LONG)}`,
}))
  place.write(name, withTemplate(original, template).bytes);

test('solve with a file that crashes llama.cpp says so in a line and ends with exit code 2', async () => {
  for (const [name, says] of [
    ['deep.gguf', /^greenloop: llama\.cpp crashed \(SIG\w+\) while it tried the chat template of \S+deep\.gguf; .*$/m],
    ['brackets.gguf', /^greenloop: the chat template of brackets\.gguf nests deeper than 200 levels, .*$/m],
    [
      'deep-when-asked.gguf',
      /^fault: llama\.cpp crashed \(SIG\w+\) while it wrote a conversation .*when-asked\.gguf; .*$/m,
    ],
  ] as const) {
    const { code, stdout, stderr } = await place.run(['solve', 'task.md', '--model', `gguf/${name}`]);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, says);
  }
});

test('bench goes on after a crash: its trial is a fault, the others are run', async () => {
  const words = ['bench', '-b', 'tasks.yaml', '--model', 'gguf/deep-when-asked.gguf', '--json', '--out', 'crashes'];
  const { code, stdout, stderr } = await place.run(words);
  const [{ trials, faults }] = JSON.parse(stdout).pipelines;
  assert.deepEqual([code, trials, faults], [2, 3, 1], stderr);
  assert.equal(place.rows('crashes/samples.jsonl').length, 2);
});

const signals = ['SIGINT', 'SIGTERM'] as const;
for (const [index, name] of ['long.gguf', 'long-when-asked.gguf'].entries()) {
  const signal = signals[index];
  test(`${signal} ends solve while the template of ${name} loops, and nothing is left`, {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, async () => {
    let children: ReturnType<typeof descendantsOf> = [];
    const onStart = async (greenloop: ChildProcess) => {
      const isLooping = () => {
        children = descendantsOf(greenloop.pid as number);
        return children.some(({ pid }) => cpuTicks(pid) > 150);
      };
      while (greenloop.exitCode === null && !isLooping()) await setTimeout(20);
      greenloop.kill(signal);
    };
    const { code, stderr } = await place.runAlone(['solve', 'task.md', '--model', `gguf/${name}`], { onStart });
    assert.equal(code, 130, stderr);
    assert.match(stderr, /stopped\n$/);
    assert.deepEqual(await survivorsOf(children), []);
  });
}

/** Hundredths of a second that a process has computed. */
function cpuTicks(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[11]);
  } catch {
    return 0;
  }
}
