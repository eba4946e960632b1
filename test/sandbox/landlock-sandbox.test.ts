import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/wiring.ts';
import { openNative, runner, whyNotNative, workingCommands } from './native.ts';
import { assertPasses } from './runs.ts';

const hasLandlock = workingCommands().some(({ name }) => name === 'landlock');
const whyNotLandlock =
  whyNotNative || (!hasLandlock && 'this kernel has no Landlock, or nobody cannot read this checkout');

test('it works with the first version of Landlock too', { skip: whyNotLandlock }, async (t) => {
  const folder = mkdtempSync(join(packageRoot, '.greenloop-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  // Read by nobody, too.
  chmodSync(folder, 0o755);
  const copy = join(folder, 'runner');
  cpSync(runner, copy, { recursive: true });
  const text = readFileSync(join(copy, 'landlock.py'), 'utf8').replace(/^ +version = .*$/m, '    version = 1');
  writeFileSync(join(copy, 'landlock.py'), text);
  const isolation = workingCommands({ runner: copy }).find(({ name }) => name === 'landlock')!;
  const sandbox = openNative(1, { isolation });
  t.after(() => sandbox.close());
  const code = `import os, tempfile
def f(x):
    folder = tempfile.mkdtemp()
    os.makedirs(folder + "/in/side")
    open(folder + "/in/side/file", "w").close()
    return x
`;
  for (let time = 0; time < 2; time += 1) await assertPasses(sandbox, { code, checks: 'assert f(1) == 1' });
  await assertPasses(sandbox, { code: 'import os\ndef f(x):\n    return os.listdir()', checks: 'assert f(1) == []' });
});
