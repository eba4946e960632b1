import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SandboxFault } from '../../src/base/errors.ts';
import { readInterpreter } from '../../src/sandbox/native/interpreter.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-python-'));
after(() => rmSync(folder, { recursive: true }));

for (const [what, script] of [
  ['prints nothing', ''],
  ['prints words', 'echo hello'],
  ['prints terminal escapes', "printf '\\033[2J\\007'"],
  ['prints without an end', 'yes'],
  ['prints bytes that are no text', 'head -c 100000 /dev/urandom'],
  ['prints a number', 'echo 5'],
  ['prints null', 'echo null'],
  ['prints a shorter list', 'echo \'["/usr/bin/python3"]\''],
  ['prints a list of other things', "echo '[1, 2, 3]'"],
  ['prints a version that is none', 'echo \'["/usr/bin/python3", "3.12.1; rm", []]\''],
  ['prints a folder that is not whole', 'echo \'["/usr/bin/python3", "3.12.1", ["lib"]]\''],
  ['prints a path that is not there', 'echo \'["/nowhere", "3.12.1", []]\''],
  ['prints deep lists', 'head -c 100000 /dev/zero | tr "\\0" "["'],
  ['is too old', 'echo \'["/usr/bin/python3", "3.9.1", []]\''],
  ['is Python 4', 'echo \'["/usr/bin/python3", "4.0.0", []]\''],
  ['exits with an error', 'echo no >&2; exit 1'],
  ['kills itself', 'kill -9 $$'],
] as const) {
  test(`a --python that ${what} is a fault of one line`, () => {
    const path = join(folder, `${what.replaceAll(' ', '-')}.sh`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    assert.throws(
      () => readInterpreter(path),
      (error) => {
        assert.ok(error instanceof SandboxFault, String(error));
        assert.match(error.message, /^[^\p{Cc}]{10,500}$/u);
        return true;
      },
    );
  });
}

test('a --python that is a folder, a device or nothing at all is a fault too', () => {
  for (const path of [folder, '/dev/null', join(folder, 'none'), '/etc/passwd'])
    assert.throws(() => readInterpreter(path), SandboxFault);
});
