// Makes sure that the sandbox can start: it needs bubblewrap and Python. As root on Debian or Ubuntu it installs them with apt-get, and says so
// before; --no-install or GREENLOOP_NO_INSTALL=1 refuses that. With --tests also the packages without which some tests are skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from '../src/base/find-program.ts';

interface Need {
  readonly package: string;
  readonly isThere: () => boolean;
}

const PYTHON = '/usr/bin/python3';
const searchPath = process.env.PATH ?? '/usr/bin:/bin';
const needed = [program('bubblewrap', 'bwrap'), program('python3', PYTHON)];
const optional = process.argv.includes('--tests')
  ? [
      module('pytest'),
      module('numpy'),
      ...testSuite(),
      program('chromium', 'chromium'),
      program('redis-server', 'redis-server'),
    ]
  : [];

function program(name: string, file: string): Need {
  return { package: name, isThere: () => findProgram([file], searchPath) !== null };
}

function module(name: string): Need {
  const isThere = () => spawnSync(PYTHON, ['-I', '-c', `import ${name}`]).status === 0;
  return { package: `python3-${name}`, isThere };
}

/** CPython's own tests, which Debian keeps apart for each version of Python. */
function testSuite(): Need[] {
  const name = spawnSync(PYTHON, ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const version = (name.stdout ?? '').trim();
  const isThere = () => spawnSync(PYTHON, ['-I', '-c', 'import test.test_grammar']).status === 0;
  return version === '' ? [] : [{ package: `libpython${version}-testsuite`, isThere }];
}

function missing(needs: readonly Need[]): string[] {
  return needs.filter(({ isThere }) => !isThere()).map((need) => need.package);
}

function install(packages: readonly string[]): void {
  process.stderr.write(
    `installing ${packages.join(' ')} with apt-get, as you are root; GREENLOOP_NO_INSTALL=1 refuses that\n`,
  );
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

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== '0';
}

function say(start: string, packages: readonly string[]): void {
  if (packages.length === 0) return;
  const names = packages.join(' ');
  process.stderr.write(`${start}: ${names}; install with: sudo apt-get install ${names}\n`);
}

const wanted = missing([...needed, ...optional]);
const mayInstall = !process.argv.includes('--no-install') && !isSet(process.env.GREENLOOP_NO_INSTALL);
const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
if (wanted.length > 0 && mayInstall && canInstall) install(wanted);
const left = process.platform === 'linux' ? missing(needed) : [];
say('missing, so code will run in Pyodide, which is slower', left);
say('some tests will be skipped without', missing(optional));
