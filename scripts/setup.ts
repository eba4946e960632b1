// Makes sure that the sandbox can start: bubblewrap and Python, through apt where that is possible without asking; pytest where it can be had.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from '../src/sandbox/isolation.ts';

const searchPath = process.env.PATH ?? '/usr/bin:/bin';
const needed = [
  { program: 'bwrap', package: 'bubblewrap' },
  { program: '/usr/bin/python3', package: 'python3' },
];

/** Test files for pytest need it; everything else works without. */
const PYTEST = 'python3-pytest';

function lacksPytest(): boolean {
  return spawnSync('/usr/bin/python3', ['-I', '-c', 'import pytest']).status !== 0;
}

function missing(): typeof needed {
  return needed.filter(({ program }) => findProgram([program], searchPath) === null);
}

function install(packages: readonly string[]): void {
  process.stderr.write(`installing ${packages.join(' ')} with apt ...\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const run = spawnSync('apt-get', words, { env: environment, encoding: 'utf8' });
    if (run.status !== 0)
      process.stderr.write(`apt-get ${words.join(' ')} failed: ${run.stderr.trim().split('\n').at(-1)}\n`);
  }
}

const wanted = [...missing().map((item) => item.package), ...(lacksPytest() ? [PYTEST] : [])];
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) install(wanted);
const left = missing().map((item) => item.package);
if (left.length > 0) {
  process.stderr.write(`missing: ${left.join(', ')}; install with: sudo apt-get install ${left.join(' ')}\n`);
  process.exitCode = 1;
}
if (lacksPytest()) {
  process.stderr.write(
    `without pytest: test files that need it are refused; install it with: sudo apt-get install ${PYTEST}\n`,
  );
}
