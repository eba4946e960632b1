import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { UnsupportedFault } from '../../src/base/errors.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { RUNS_ALL } from './attacks.ts';
import { openPyodide } from './pyodide.ts';
import { assertKind, assertPasses, assertStillJudges, run } from './runs.ts';
import { testSandboxContract } from './sandbox-contract.ts';

const capabilities = {
  tooManyBytes: '10 ** 9',
  tooDeep: 10_000,
  tooLarge: '140_000_000',
  startsSlowly: true,
  hasEventLoops: false,
};
testSandboxContract('Pyodide sandbox', () => openPyodide(2), {
  capabilities,
  withoutPytest: 'Pyodide has no pytest',
  runner: 'judging',
});

/** What a run changes, and an expression of the next one that is true only where nothing of it is left. */
const TRACES = [
  ['import builtins\nbuiltins.sorted = None', 'sorted([2, 1]) == [1, 2]'],
  ['import sys, types\nsys.modules["json"] = types.ModuleType("json")', '__import__("json").dumps([1]) == "[1]"'],
  ['import math\nmath.floor = math.ceil', '__import__("math").floor(1.5) == 1'],
  ['open("/tmp/left", "w").write("x")', '__import__("os").listdir("/tmp") == []'],
  ['import os\nos.chdir("/")', '__import__("os").getcwd() == "/tmp"'],
  ['import sys\nsys.settrace(lambda *a: 1 / 0)', '__import__("sys").gettrace() is None'],
  ['import sys\nsys.setprofile(print)', '__import__("sys").getprofile() is None'],
  ['import atexit\nfor _ in range(50):\n    atexit.register(len, 1)', '__import__("atexit")._ncallbacks() < 50'],
  ['import warnings\nwarnings.simplefilter("error")', 'all(f[0] != "error" for f in __import__("warnings").filters)'],
  [
    'import gc\ngc.callbacks.append(print)\ngc.disable()',
    '__import__("gc").callbacks == [] and __import__("gc").isenabled()',
  ],
  ['import sys\nsys.addaudithook(lambda *a: 1 / 0)', '__import__("os").getcwd() == "/tmp"'],
  ['import sys\nsys.setrecursionlimit(60)', '__import__("sys").getrecursionlimit() == 1000'],
  ['import sys\nsys.meta_path.clear()\nsys.path.clear()', '__import__("wave").__name__ == "wave"'],
  [
    'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)',
    '__import__("signal").getsignal(2) is not __import__("signal").SIG_IGN',
  ],
  [
    'import os\nfor d in range(3, 9):\n    os.open("/lib/python314.zip", os.O_RDONLY)',
    '__import__("os").open("/lib/python314.zip", 0) == 4',
  ],
  ['import locale, decimal\ndecimal.getcontext().prec = 2', '__import__("decimal").getcontext().prec == 28'],
  ['kept = [bytes(1000) for _ in range(100_000)]', 'len(bytes(1000)) == 1000'],
  ['class Last:\n    def __del__(self):\n        1 / 0\nlast = Last()\nlast.me = last', 'True'],
] as const;

/** What a program changes as it ends, after its verdict; the next one, whoever's, must not suffer. */
const POISONS = [
  'fcntl.fcntl(3, fcntl.F_SETFL, os.O_APPEND)',
  'fcntl.fcntl(0, fcntl.F_SETFL, 0xffff)',
  'os.set_blocking(3, False)',
  'fcntl.fcntl(3, fcntl.F_DUPFD, 9)',
  'os.lseek(1, 5, 0)',
  'os.close(3)',
  'os.dup2(0, 3)',
  'os.dup(3)',
  'os.pipe()',
  'fcntl.ioctl(1, 0x5402, bytes(60))',
  'fcntl.ioctl(3, 0x5421, bytes(8))',
  'os.umask(0o777)',
  'os.chdir("/lib")',
  'os.mkdir("/tmp/d")',
  'os.utime("/tmp", (1, 1))',
  'os.environ.update(TZ="Asia/Tokyo", PYTHONPATH="/x"); time.tzset()',
  'signal.signal(signal.SIGINT, signal.SIG_IGN)',
  'random.seed(1)',
  'mmap.mmap(-1, 100)',
];

/** What lies in JavaScript's memory, and how much of it a program gets: an expression of Python, and its value. */
const BOUNDED = [
  [
    'files made longer',
    'for i in range(500):\n            d = os.open(f"f{i}", os.O_CREAT | os.O_RDWR)\n            os.ftruncate(d, 1 << 20)\n            os.close(d)\n            n += 1',
    64,
  ],
  [
    'bytes written',
    'for i in range(500):\n            open(f"f{i}", "wb").write(bytes(1 << 20))\n            n += 1',
    64,
  ],
  [
    'pipes',
    'r, w = os.pipe()\n        for i in range(500):\n            os.write(w, bytes(1 << 20))\n            n += 1',
    64,
  ],
] as const;

const UNSUPPORTED = [
  ['import numpy', /import numpy/],
  ['try:\n    import pandas\nexcept ImportError:\n    pass', /import pandas/],
  ['import importlib\ntry:\n    importlib.import_module("scipy")\nexcept BaseException:\n    pass', /import scipy/],
  ['import pwd', /import pwd/],
  ['import ctypes', /import ctypes/],
  [
    'import threading\ntry:\n    threading.Thread(target=print).start()\nexcept BaseException:\n    pass',
    /starting a thread/,
  ],
  ['import os\ntry:\n    os.fork()\nexcept BaseException:\n    pass', /starting a process/],
  ['import posix\nposix.system("true")', /starting a process/],
  ['import subprocess\nsubprocess.run(["true"])', /starting a process/],
  ['import signal\nsignal.alarm(9)', /a timer/],
  ['import asyncio\nasync def g():\n    pass\nasyncio.run(g())', /asyncio/],
  ['len(range(10 ** 12))', /2 GB/],
  ['v = []\nfor _ in range(200_000):\n    v = [v]\ndel v', /this deep/],
] as const;

describe('Pyodide, one candidate process for many runs', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await openPyodide(1);
  });
  after(() => sandbox.close());

  for (const [leave, look] of TRACES)
    test(`nothing is left of: ${leave.split('\n').at(-1)}`, async () => {
      const leaving = `${leave}\ndef f(x):\n    return x`;
      assert.equal((await run(sandbox, { code: leaving, checks: 'assert f(1) == 1' })).kind !== 'timed-out', true);
      await assertPasses(sandbox, { code: `def f(x):\n    return ${look}`, checks: 'assert f(1) is True' });
    });

  test('what a program changes as it ends does not reach the next one', async () => {
    // Every process that it makes unfit is replaced, which takes a second.
    for (const poison of POISONS.filter((_, index) => RUNS_ALL || index % 3 === 0)) {
      const code = `import fcntl, mmap, os, random, signal, time\nleave = os._exit\ndef late(code):\n    try:\n        ${poison}\n    except OSError:\n        pass\n    leave(code)\nos._exit = late\ndef f(x):\n    return x * x`;
      for (const next of [code, 'def f(x):\n    return x * x'])
        await assertPasses(sandbox, { code: next, checks: 'assert f(3) == 9' });
    }
  });

  for (const [what, statement, most] of BOUNDED)
    test(`memory of JavaScript is bounded: ${what}`, async () => {
      const code = `import os\ndef f(x):\n    n = 0\n    try:\n        ${statement}\n    except OSError:\n        pass\n    return n`;
      await assertPasses(sandbox, { code, checks: `assert f(1) == ${most}` });
    });

  test('however much a program writes to the judge, it is answered', async () => {
    const code = 'import os\ndef f(x):\n    for _ in range(20):\n        os.write(3, bytes(1 << 26))\n    return x';
    assert.notEqual((await run(sandbox, { code, checks: 'assert f(1) == 1' })).kind, 'passed');
    await assertStillJudges(sandbox);
  });

  test('a module of the standard library that looks for a missing one is no end', async () => {
    const code = 'import os\ndef f(x):\n    return os.path.expanduser("~nobody/a")';
    await assertPasses(sandbox, { code, checks: 'assert f(1) == "~nobody/a"' });
  });

  test('random numbers differ from run to run, and a seed does not last', async () => {
    const draw = 'import random\ndef f(x):\n    first = random.random()\n    random.seed(1)\n    return first';
    const seen = new Set<string | null | undefined>();
    for (let time = 0; time < 3; time += 1)
      seen.add((await run(sandbox, { code: draw, checks: 'assert f(1) == 0' })).checks[0]?.actual);
    assert.equal(seen.size, 3);
  });

  for (const [code, message] of UNSUPPORTED)
    test(`unsupported, whatever is caught: ${code.split('\n').at(-1)}`, async () => {
      const program = { code: `${code}\ndef f(x):\n    return x`, checks: 'assert f(1) == 1' };
      await assert.rejects(run(sandbox, program), (error) => {
        assert.ok(error instanceof UnsupportedFault && !error.isTransient, String(error));
        assert.match(error.message, message);
        assert.match(error.message, /^[^\n]*install Python[^\n]*$/);
        return true;
      });
    });

  test('unsupported in the tests, which say so', async () => {
    const code = 'def f(x):\n    return x';
    const setup = 'try:\n    import numpy\nexcept ImportError:\n    pass';
    for (const tests of [
      { checks: 'import numpy\nassert f(1) == 1' },
      { checks: 'assert f(1) == 1', setup },
      { checks: 'assert f(1) == 1', setup },
    ])
      await assert.rejects(run(sandbox, { code, ...tests }), UnsupportedFault);
    await assertStillJudges(sandbox);
  });

  test('modules that use what is missing only where it is there are imported', async () => {
    const code =
      'import tarfile, shutil, getpass, uuid, hmac, pdb, logging, tempfile, hashlib\ndef f(x):\n    return x';
    await assertPasses(sandbox, { code, checks: 'assert f(1) == 1' });
  });

  test('sys.maxsize is that of a 64-bit Python, sleep sleeps', async () => {
    const code = 'import sys, time\ndef f(x):\n    time.sleep(0.01)\n    return min(sys.maxsize, 2 ** 40)';
    await assertPasses(sandbox, { code, checks: 'assert f(1) == 2 ** 40\nassert sys.maxsize == 2 ** 63 - 1' });
  });

  test('there is no JavaScript to import', async () => {
    for (const name of ['js', 'pyodide', 'pyodide_js', '_pyodide_core', 'pyodide.ffi', 'pyodide.http', 'micropip']) {
      const verdict = await assertKind(sandbox, { code: `import ${name}`, checks: 'assert f(1)' }, 'raised');
      assert.equal(verdict.exception.type, 'ModuleNotFoundError');
    }
  });
});
