import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { COMMAND_EXAMPLES } from '../../src/cli/command-examples.ts';
import { type AloneOptions, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();
const SOLVE = ['solve', 'task.md', ...SCRIPTED] as const;

/** Runs a command until it has printed an address, asks there, and ends it with Ctrl-C. */
async function visited<Value>(
  words: readonly string[],
  visit: (url: string) => Promise<Value>,
  options: AloneOptions = {},
) {
  let value: Value | undefined;
  const onStart = (child: ChildProcess) => {
    let said = '';
    let isVisited = false;
    const listen = (bytes: Buffer) => {
      said += bytes;
      const url = /http:\/\/127\.0\.0\.1:\d+[^\s"]*(?=["\s])/.exec(said)?.[0];
      if (url === undefined || isVisited) return;
      isVisited = true;
      void visit(url)
        .then((own) => {
          value = own;
        })
        .finally(() => child.kill('SIGINT'));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
  };
  const ended = await place.runAlone(words, { ...options, onStart });
  return { ...ended, value };
}

const textAt = async (url: string) => (await fetch(url)).text();

describe('view', { concurrency: 1 }, () => {
  let run = '';
  before(async () => {
    const { stdout } = await place.run(['bench', '-b', 'tasks.yaml', ...SCRIPTED, '--json']);
    run = JSON.parse(stdout).run;
  });

  test('serves the pages at the address that it prints, until Ctrl-C ends it quietly', async () => {
    const { code, stdout, stderr, value } = await visited(['view', '--port', '0'], textAt);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    assert.deepEqual([code, stderr], [130, 'Ctrl-C stops\n']);
    assert.match(value ?? '', new RegExp(`href="/runs/${run}"`));
  });

  test('begins with a run; --json has the address alone', async () => {
    const { stdout, stderr, value } = await visited(['view', 'last', '--port', '0', '--json'], textAt);
    assert.match(JSON.parse(stdout).url, new RegExp(`:\\d+/runs/${run}$`));
    assert.equal(stderr, '');
    assert.match(value ?? '', /二倍\/twice/);
  });

  test('--open opens the browser at the address, which nothing else does', async () => {
    mkdirSync(join(place.path, 'bin'), { recursive: true });
    for (const name of ['xdg-open', 'open']) {
      place.write(join('bin', name), '#!/bin/sh\necho "$1" > opened\n');
      chmodSync(join(place.path, 'bin', name), 0o755);
    }
    const env = { PATH: `${join(place.path, 'bin')}:${process.env.PATH}` };
    const opened = join(place.path, 'opened');
    await visited(['view', '--port', '0'], textAt, { env });
    assert.equal(existsSync(opened), false);
    const { stdout } = await visited(['view', '--port', '0', '--open'], untilThere(opened), { env });
    assert.equal(place.read('opened'), stdout);
    const { stderr } = await visited(['view', '--port', '0', '--open'], pause, { env: { PATH: '/nowhere' } });
    assert.match(stderr, /cannot open the browser \(.*\); open the address yourself/);
  });

  test('a port that is taken, an address that others reach, and a run that is not there are one line each', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    after(() => other.close());
    const { port } = other.address() as { port: number };
    for (const [words, line] of [
      [['--port', `${port}`], /^greenloop: port \d+ of 127\.0\.0\.1 is taken; choose another \(--port N\)\n$/],
      [['--host', '0.0.0.0'], /^greenloop: 0\.0\.0\.0 can be reached from other machines: [^\n]*\n$/],
      [['20200101'], /^greenloop: there is no run "20200101"[^\n]*\n$/],
      [['--ledger', 'none.db'], /^greenloop: there is no ledger none\.db[^\n]*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await place.run(['view', ...words]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, line);
    }
  });

  test('two viewers listen at once, each at a port of its own', async () => {
    const { code, value } = await visited(['view'], (url) => visited(['view'], async (other) => [url, other]));
    assert.deepEqual([code, value?.code, new Set(value?.value).size], [130, 130, 2]);
  });

  test('the examples of its help run as they are printed', async () => {
    const env = { PATH: `${join(place.path, 'bin')}:${process.env.PATH}` };
    for (const line of COMMAND_EXAMPLES.view ?? []) {
      const { code, value } = await visited(line.split(' ').slice(1), textAt, { env });
      assert.equal(code, 130, line);
      assert.match(value ?? '', /<title>Runs? /, line);
    }
  });
});

describe('solve shows its trace', () => {
  test('--html writes one file that needs nothing else, for code that fails too', async () => {
    const { code, stderr } = await place.run([...SOLVE, '--html', 'trace.html']);
    assert.equal(code, 0);
    assert.match(stderr, /^trace: trace\.html$/m);
    const page = place.read('trace.html');
    assert.match(page, /<style>/);
    assert.match(page, /Write a function `double\(x\)` that returns twice x\./);
    const failed = await place.run([
      'solve',
      'bare.md',
      '--tests',
      'check.py',
      ...SCRIPTED,
      '--attempts',
      '1',
      '--html',
      'failed.html',
    ]);
    assert.equal(failed.code, 1);
    assert.match(place.read('failed.html'), /<span class="badge failed">/);
  });

  test('--view serves that page until Ctrl-C; the exit code is that of the task', async () => {
    const { code, stdout, stderr, value } = await visited([...SOLVE, '--view'], async (url) => [
      await textAt(url),
      (await fetch(new URL('/style.css', url))).status,
      (await fetch(new URL('/runs/x', url))).status,
    ]);
    assert.match(stdout, /^def double/);
    assert.match(stderr, /trace: http:\/\/127\.0\.0\.1:\d+\/ \(Ctrl-C stops\)\n$/);
    assert.deepEqual([code, value?.slice(1)], [0, [200, 404]]);
    assert.match(String(value?.[0]), /Model calls/);
  });

  test('a file that cannot be written, and a page beside --json, are refused before anything is asked', async () => {
    for (const words of [
      ['--html', '.'],
      ['--view', '--json'],
    ]) {
      const { code, stderr } = await place.run([...SOLVE, ...words]);
      assert.equal(code, 2, words.join(' '));
      assert.doesNotMatch(stderr, /asking/);
    }
  });
});

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 300));

function untilThere(path: string) {
  return async () => {
    while (!existsSync(path)) await pause();
  };
}
