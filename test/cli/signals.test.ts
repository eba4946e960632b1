import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { Workplace } from './cli.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const place = new Workplace();
const server = new OllamaStub();
let asked = false;

before(async () => {
  await server.start();
  server.beforeAnswer = () => {
    asked = true;
    return new Promise(() => {});
  };
  execFileSync('mkfifo', [join(place.path, 'pipe.jsonl')]);
  mkdirSync(join(place.path, 'results'));
  execFileSync('mkfifo', [join(place.path, 'results', 'good_results.jsonl')]);
  place.write('python', `#!/bin/sh\ntrap '' TERM INT HUP\ntouch ${place.path}/began\nwhile :; do sleep 1; done\n`);
  chmodSync(join(place.path, 'python'), 0o755);
  const solution = place.read('good.py');
  place.write('good.jsonl', `${JSON.stringify({ task_id: 'double', solution })}\n`);
  server.models = Array.from({ length: 5000 }, (_, number) => `model-of-a-long-name-${number}:latest`);
});
after(() => server.stop());

let writer: number | null = null;

/** True as soon as somebody has opened the pipe to read it; nothing is ever written. */
function isRead(pipe: string): boolean {
  try {
    writer ??= openSync(join(place.path, pipe), constants.O_WRONLY | constants.O_NONBLOCK);
    return true;
  } catch {
    return false;
  }
}

/** True where a pipe takes no more: what a try puts into it is never read. */
function isFull(pipe: string): boolean {
  const file = openSync(join(place.path, pipe), constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return writeSync(file, ' ') === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  } finally {
    closeSync(file);
  }
}

/** What is under way, and how to see that it is; null where it cannot be seen. */
const situations: readonly (readonly [string, readonly string[], (() => boolean) | null])[] = [
  ['a read that never comes back', ['score', 'pipe.jsonl', '-b', 'tasks.yaml'], () => isRead('pipe.jsonl')],
  ['a server that never answers', ['solve', 'task.md', '--model', 'ollama/model-of-a-long-name-0'], () => asked],
  ['a program that ignores signals', ['--python', './python', 'doctor'], () => existsSync(join(place.path, 'began'))],
  ['a full pipe', ['models'], () => isFull('output')],
  ['a write that never comes back', ['score', 'good.jsonl', '-b', 'tasks.yaml', '--out', 'results'], null],
];

/** Whether a process has begun to listen to SIGTERM: before that it would die of it, as any other. */
function catchesSignals({ pid }: ChildProcess): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & (1n << BigInt(system.signals.SIGTERM - 1))) !== 0n;
}

/** Waits for what is under way; what cannot be seen has five seconds to get there. */
async function untilUnderWay(child: ChildProcess, isUnderWay: (() => boolean) | null): Promise<void> {
  while (child.exitCode === null && !catchesSignals(child)) await setTimeout(50);
  if (isUnderWay === null) await setTimeout(5000);
  else while (child.exitCode === null && !isUnderWay()) await setTimeout(50);
  await setTimeout(100);
}

for (const [what, words, isUnderWay] of situations) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal} ends ${what}`, async () => {
      asked = false;
      for (const name of ['began', 'output']) rmSync(join(place.path, name), { force: true });
      execFileSync('mkfifo', [join(place.path, 'output')]);
      const output = openSync(join(place.path, 'output'), constants.O_RDWR);
      // Nobody reads what it prints.
      const child = spawn(process.execPath, [MAIN, ...words], {
        cwd: place.path,
        env: { ...place.environment(), OLLAMA_HOST: server.url },
        stdio: ['ignore', output, 'ignore'],
      });
      const ended = once(child, 'exit');
      await untilUnderWay(child, isUnderWay);
      assert.equal(child.exitCode, null, 'it ended before');
      child.kill(signal);
      const [code, killedBy] = await ended;
      assert.ok(code === 130 || killedBy === 'SIGKILL', `${code} ${killedBy}`);
      for (const file of [output, writer]) if (file !== null) closeSync(file);
      writer = null;
    });
  }
}
