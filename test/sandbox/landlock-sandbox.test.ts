import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { packageRoot } from '../../src/base/package-root.ts';
import { isCrowded } from '../../src/sandbox/native/threads.ts';
import { openNative, runner, whyNotNative, workingCommands } from './native.ts';
import { assertPasses, run } from './runs.ts';

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

/** Starts as many threads as it can, by machine code and all on one stack, and keeps them for a second. */
const BOMB = `import ctypes, mmap, time
memory = mmap.mmap(-1, 1 << 16, prot=7)
memory.write(bytes.fromhex("b8380000000f0585c07401c3b8230000004889e731f60f05ebf2"))
stack = ctypes.addressof(ctypes.c_char.from_buffer(memory)) + (1 << 15)
ctypes.memmove(stack, (ctypes.c_long * 2)(1, 0), 16)
clone = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_long, ctypes.c_long)(stack - (1 << 15))
def f(x):
    while clone(0x10F00, stack) >= 0:
        pass
    time.sleep(1)
    return 0
`;

const skipThreads = whyNotLandlock || (process.arch !== 'x64' && 'its machine code is of x86-64');

test('threads that a neighbour has used up are no failure of a program', { skip: skipThreads }, async (t) => {
  const isolation = workingCommands().find(({ name }) => name === 'landlock')!;
  const sandbox = openNative(2, { isolation });
  t.after(() => sandbox.close());
  const bomb = run(sandbox, { code: BOMB, checks: 'assert f(1) == 1' });
  while (!isCrowded(isolation.sharedThreads!)) await setTimeout(20);
  const starts =
    'import threading\ndef f(x):\n    out = []\n    threads = [threading.Thread(target=lambda: out.append(x)) for _ in range(9)]\n    for one in threads: one.start()\n    for one in threads: one.join()\n    return sum(out)\n';
  const catches = `${starts.replace('def f', 'def g')}\ndef f(x):\n    try:\n        return g(x)\n    except RuntimeError:\n        return None\n`;
  for (const code of [starts, catches]) await assertPasses(sandbox, { code, checks: 'assert f(2) == 18' });
  await bomb;
});
