import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '../src/sandbox/isolation.ts';
import { packageRoot, readSettings } from '../src/wiring.ts';
import { whyNotNative } from './sandbox/native.ts';
import { cacheFolder } from './sandbox/pyodide.ts';

test('on a machine without Python, code runs in Pyodide, and one line says so', { skip: whyNotNative }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-fallback-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'code.py'), 'def f(x):\n    return x\n');
  writeFileSync(join(folder, 'tests.py'), 'assert f(1) == 1\n');
  const { searchPath } = readSettings();
  const hidden = ['--bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--ro-bind', '/dev/null', '/usr/bin/python3'];
  const command = [
    process.execPath,
    join(packageRoot, 'src', 'cli', 'main.ts'),
    'check',
    'code.py',
    '--tests',
    'tests.py',
  ];
  const { stdout, stderr } = await promisify(execFile)(findProgram(['bwrap'], searchPath)!, [...hidden, ...command], {
    cwd: folder,
    env: { PATH: '/usr/bin', HOME: folder, XDG_CACHE_HOME: cacheFolder },
  });
  assert.match(stdout, /^passed: f$/m);
  assert.match(stderr, /^greenloop: \/usr\/bin\/python3 .*install .*Pyodide[^\n]*\n$/);
});
