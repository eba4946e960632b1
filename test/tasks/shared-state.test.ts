import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSharedState } from '../../src/tasks/shared-state.ts';

/** Tests that share state of the process with the code, and what their line is said to do. */
const SHARED: readonly (readonly [string, string])[] = [
  [
    'import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as out:\n    shout("hi")\nassert out.getvalue() == "HI\\n"',
    'line 3 calls contextlib.redirect_stdout',
  ],
  [
    'import contextlib as c, io\nwith c.redirect_stderr(io.StringIO()) as out: f()\nassert out',
    'line 2 calls contextlib.redirect_stderr',
  ],
  ['import random\nrandom.seed(7)\nassert f() == 1', 'line 2 calls random.seed'],
  ['from random import seed as start\nassert f() == 1\nstart(7)\nassert f() == 2', 'line 3 calls random.seed'],
  ['import numpy as np\nnp.random.seed(0)\nassert f() == 1', 'line 2 calls numpy.random.seed'],
  ['np.random.seed(0)\nassert f() == 1', 'line 1 calls numpy.random.seed'],
  ['random.seed(0)\nassert f() == 1', 'line 1 calls random.seed'],
  ['from random import *\nseed(3)\nassert f() == 1', 'line 2 calls random.seed'],
  [
    'def check(candidate):\n    import random\n    random.seed(3)\n    assert candidate() == 1',
    'line 3 calls random.seed',
  ],
  ['import os\nos.environ["X"] = "1"\nassert f() == 1', 'line 2 sets an item of os.environ'],
  ['from os import environ\nenviron.update(X="1")\nassert f() == 1', 'line 2 changes os.environ'],
  ['import os\nenv = os.environ\nenv.pop("X", None)\nassert f() == 1', 'line 3 changes os.environ'],
  ['import os\ndel os.environ["X"]\nassert f() == 1', 'line 2 sets an item of os.environ'],
  ['import os\nos.putenv("X", "1")\nassert f() == 1', 'line 2 calls os.putenv'],
  ['import os\nos.chdir("/tmp")\nassert f() == 1', 'line 2 calls os.chdir'],
  ['from decimal import getcontext\ngetcontext().prec = 5\nassert f() == 1', 'line 2 calls decimal.getcontext'],
  [
    'import decimal\nwith decimal.localcontext() as now:\n    now.prec = 3\n    assert f() == 1',
    'line 2 calls decimal.localcontext',
  ],
  [
    'import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter("always")\n    f()\nassert seen',
    'line 2 calls warnings.catch_warnings',
  ],
  ['import warnings\nwarnings.filterwarnings("error")\nassert f() == 1', 'line 2 calls warnings.filterwarnings'],
  ['import io, sys\nsys.stdin = io.StringIO("1\\n2\\n")\nassert f() == 3', 'line 2 sets an attribute of sys'],
  ['import io, sys\nsys.stdin, kept = io.StringIO("1"), sys.stdin\nassert f() == 3', 'line 2 sets an attribute of sys'],
  ['import sys\nsys.argv[:] = ["f", "-x"]\nassert f() == 3', 'line 2 sets an item of sys.argv'],
  ['import sys\nsys.argv += ["-x"]\nassert f() == 3', 'line 2 sets an attribute of sys'],
  ['import sys\nsys.path.insert(0, "/x")\nassert f() == 3', 'line 2 changes sys.path'],
  ['import sys\nsys.setrecursionlimit(50)\nassert f() == 3', 'line 2 calls sys.setrecursionlimit'],
  ['import sys\nsys.modules["fast"] = None\nassert f() == 3', 'line 2 sets an item of sys.modules'],
  ['import sys\nsys.modules["time"].time = lambda: 0\nassert f() == 3', 'line 2 sets an attribute of time'],
  ['import time\ntime.time = lambda: 0\nassert f() == 0', 'line 2 sets an attribute of time'],
  [
    'import time\nreal = time.time\ntry:\n    setattr(time, "time", lambda: 0)\n    assert f() == 0\nfinally:\n    time.time = real',
    'line 4 sets an attribute of time',
  ],
  ['import builtins\nbuiltins.input = lambda *given: "1"\nassert f() == 1', 'line 2 sets an attribute of builtins'],
  ['__import__("builtins").input = lambda *given: "1"\nassert f() == 1', 'line 1 sets an attribute of builtins'],
  [
    'import builtins\nvars(builtins)["input"] = lambda *given: "1"\nassert f() == 1',
    'line 2 sets an item of builtins.__dict__',
  ],
  ['import time\nfor time.sleep in [print]:\n    assert f() == 1', 'line 2 sets an attribute of time'],
  ['import locale\nlocale.setlocale(locale.LC_ALL, "C")\nassert f() == 1', 'line 2 calls locale.setlocale'],
  ['import logging\nlogging.getLogger("app").addHandler(h)\nassert f() == 1', 'line 2 calls logging.getLogger'],
  [
    'import logging, io\nlogging.basicConfig(stream=io.StringIO())\nassert f() == 1',
    'line 2 calls logging.basicConfig',
  ],
  ['import signal\nsignal.signal(signal.SIGALRM, print)\nassert f() == 1', 'line 2 calls signal.signal'],
  ['with open("data.txt", "w") as file:\n    file.write("a")\nassert f("data.txt") == 1', 'line 1 calls builtins.open'],
  ['f("out.txt")\nassert open("out.txt").read() == "a"', 'line 2 calls builtins.open'],
  [
    'from pathlib import Path\n(Path("a") / "b").write_text("x")\nassert f("a/b") == 1',
    'line 2 calls pathlib.Path().write_text',
  ],
  [
    'import pathlib\np = pathlib.Path("x")\np.write_bytes(b"1")\nassert f("x") == 1',
    'line 3 calls pathlib.Path().write_bytes',
  ],
  [
    'import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n    assert f(folder) == []',
    'line 2 calls tempfile.TemporaryDirectory',
  ],
  ['import contextvars\nuser = contextvars.ContextVar("user")\nassert f() == 1', 'line 2 calls contextvars.ContextVar'],
  ['import asyncio\nassert asyncio.run(fetch(1)) == 2', 'line 2 calls asyncio.run'],
  ['asyncio.run(fetch(1))\nassert True', 'line 1 calls asyncio.run'],
  ['async def main():\n    assert await fetch(1) == 2\n', 'line 1 waits for asynchronous code'],
  [
    'from asyncio import new_event_loop\nloop = new_event_loop()\nassert loop.run_until_complete(fetch(1)) == 2',
    'line 2 calls asyncio.new_event_loop',
  ],
  ['import inspect\nassert inspect.iscoroutinefunction(fetch)', 'line 2 calls inspect.iscoroutinefunction'],
  [
    'import threading\nthreads = [threading.Thread(target=f) for _ in range(3)]\nassert f() == 1',
    'line 2 calls threading.Thread',
  ],
  ['f.calls = 0\nf()\nassert f.calls == 1', 'line 1 sets an attribute of f'],
  ['LIMITS["x"] = 3\nassert f() == 3', 'line 1 sets an item of LIMITS'],
  ['ITEMS.append(3)\nassert f() == [3]', 'line 1 changes ITEMS'],
  ['p = Point(1)\np.x = 5\nassert p.norm() == 5', 'line 2 sets an attribute of Point()'],
];

/** Tests that share nothing, some of which look as if they did. */
const OWN = [
  'import random, os, decimal, warnings, logging, sys, time, locale, signal, threading, contextlib\nassert f(1) == 2',
  'import asyncio\nassert f(1) == 2',
  'import random\nrng = random.Random(42)\nrng.seed(1)\nrng.shuffle(xs := [1, 2])\nassert f(xs) == xs',
  'import random\nfor _ in range(9):\n    n = random.randint(1, 9)\n    assert f(n) == n\nxs = list(range(5))\nrandom.shuffle(xs)\nassert f(xs)',
  'from decimal import Decimal, Context\nassert f(Decimal("0.1")) == Context(prec=5).divide(Decimal(1), Decimal(3))',
  'import os\nassert f("a" + os.sep + "b") == os.path.join("a", "b")\nassert f(os.environ.get("X")) is None',
  'import sys\nassert f(sys.maxsize) == 1 and sys.argv and sys.version_info >= (3, 10)',
  'import time\nbefore = time.time()\nassert f(1) == 2 and time.time() >= before',
  'random = Generator()\nrandom.seed(1)\nassert f(random) == 1',
  'def helper(time, random, sys):\n    time.x = 1\n    random.seed(3)\n    sys.argv = []\nassert f(1) == 2',
  'import random\nrandom = random.Random(3)\nrandom.seed(4)\nassert f(1) == 2',
  'def check(candidate):\n    os = {}\n    os["environ"] = 1\n    environ = []\n    environ.append(1)\n    assert candidate(os) == 1',
  'xs = [3, 1]\nxs.sort()\nxs[0] = 5\ndel xs[0]\nseen = {}\nseen.update(a=1)\nassert f(xs) == seen',
  'xs = f(3)\nxs[0] = 1\nxs.append(2)\nassert xs == [1, 2]',
  'class Node:\n    def __init__(self, value):\n        self.value = value\n        self.next = None\nn = Node(1)\nn.next = Node(2)\nassert f(n) == 2',
  's = Stack()\ns.append(1)\ns.pop()\ns.clear()\nassert len(s) == 0',
  'assert Stack.pop and list.append and "abc".replace("a", "b") == f("abc")',
  'from collections import Counter, deque\nc = Counter("ab")\nc.update("b")\nd = deque()\nd.append(1)\nassert f(c) == d',
  'import io\nout = io.StringIO()\nf(out.write)\nassert out.getvalue() == "1"',
  'import math, itertools, string\nassert f(math.pi) == string.digits.replace("0", "1")',
  'import numpy as np\na = np.zeros(3)\na[0] = 1\na.sort()\nrng = np.random.default_rng(0)\nassert f(a).sum() == 1',
  'import functools\nassert functools.reduce(lambda a, b: a + b, f([1])) == 1',
  '"""random.seed(1); os.environ["X"] = "1"; await x"""\nassert f("sys.stdin = 1") == 2  # open("x")',
  'METADATA = {}\nMETADATA["author"] = "jt"\ndef check(candidate):\n    assert candidate(1) == 2',
  'x: int = 3\ny: "os.environ" = f(1)\nassert x == y',
  'import sys\nprint("to", file=sys.stderr)\nsys.stdout.write("x")\nassert f(1) == 2',
  'import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\np = P(1)\np.x = 2\nassert f(p) == 2',
];

for (const [source, what] of SHARED)
  test(`shared: ${what}`, () => {
    const found = findSharedState(source);
    assert.equal(found && `line ${found.line} ${found.what}`, what, source);
  });

test('what tests have to themselves is not shared', () => {
  for (const source of OWN) assert.equal(findSharedState(source), null, source);
});
