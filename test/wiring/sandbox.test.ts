import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findProgram } from '../../src/base/find-program.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Workplace } from '../cli/cli.ts';
import { cacheFolder, cacheHome } from '../sandbox/pyodide.ts';
import { assertStillJudges } from '../sandbox/runs.ts';

const bubblewrap = findProgram(['bwrap'], readSettings().searchPath);
const whyNoOtherMachine = process.platform === 'linux' && bubblewrap !== null ? false : 'bubblewrap is not installed';

const place = new Workplace();

/** Runs greenloop on this machine as it would be without Python. */
function runWithoutPython(...words: string[]) {
  const hidden = ['--dev-bind', '/', '/', '--ro-bind', '/dev/null', '/usr/bin/python3', '--setenv', 'PATH', '/nowhere'];
  const cache = ['--setenv', 'XDG_CACHE_HOME', cacheHome];
  const main = join(packageRoot, 'src', 'cli', 'main.ts');
  const options = { encoding: 'utf8', cwd: place.path } as const;
  return spawnSync(bubblewrap!, [...hidden, ...cache, process.execPath, main, ...words], options);
}

describe('the sandbox of this machine', () => {
  test('is Pyodide where there is no Python, and says so in one line', { skip: whyNoOtherMachine }, () => {
    place.write('double.py', 'def double(x):\n    return 2 * x\n');
    const { stdout, stderr, status } = runWithoutPython('check', 'double.py', '--tests', 'tests.py');
    assert.match(stderr, /^greenloop: Python 3\.10 or newer is missing; install it.*; until then .* Pyodide.*\n$/);
    assert.match(stdout, /^passed: double\n/);
    assert.equal(status, 0);
    const json = runWithoutPython('doctor', '--json');
    assert.equal(json.stderr, '');
    assert.match(json.stdout, /"detail":"pyodide/);
  });

  test('that was asked for is not replaced by another', { skip: whyNoOtherMachine }, async () => {
    const { stderr, status } = runWithoutPython('doctor', '--sandbox', 'native');
    assert.equal(status, 1, stderr);
    const lines: string[] = [];
    const settings = { ...readSettings(), cacheFolder, sandbox: 'pyodide' } as const;
    const sandbox = await openSandbox(settings, 1, (line) => lines.push(line));
    assert.match((await sandbox.isolation()).name, /^pyodide/);
    await assertStillJudges(sandbox);
    await sandbox.close();
    assert.deepEqual(lines, []);
  });
});
