import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, run } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

/** Unusual source texts, output and traces that a run might leave. */
export function testEdges(sandbox: Opened): void {
  test('source with CRLF, tabs, a BOM, other scripts and no end of line', async () => {
    const code = '\ufeffdef f(x):\r\n\tgröße = "日本 😀"\r\n\treturn größe';
    await assertPasses(sandbox(), { code, checks: 'assert f(1) == "日本 😀"' });
  });

  test('source that is no text of Python is a syntax error', async () => {
    for (const code of [
      'def f(x): return 1\0',
      'x = "\ud800"',
      'def f(x):\n\treturn 1\n        return 2',
      '-'.repeat(200_000),
      `${'('.repeat(5000)}1`,
    ])
      assert.notEqual((await run(sandbox(), { code, checks: 'assert f(1) == 1' })).kind, 'passed');
    await assertKind(sandbox(), { code: 'def f(x): return 1\0', checks: 'assert f(1) == 1' }, 'syntax-error');
    await assertKind(sandbox(), { code: 'x = "\ud800"', checks: 'assert f(1) == 1' }, 'syntax-error');
  });

  test('very long source', async () => {
    const code = `${'x = 1  # filling\n'.repeat(20_000)}def f(x):\n    return x`;
    await assertPasses(sandbox(), { code, checks: 'assert f(1) == 1' });
  });

  test('printed output is captured in order, from both streams', async () => {
    const code =
      'import sys\nprint("loaded")\ndef f(x):\n    print("call", x, end=";", flush=True)\n    sys.stderr.write("err\\n")\n    return x';
    assert.equal((await assertPasses(sandbox(), { code, checks: 'assert f(1) == 1' })).output, 'loaded\ncall 1;err\n');
  });

  test('printed output is capped, and kept where the candidate fails', async () => {
    const code = 'def f(x):\n    for _ in range(100_000):\n        print("0123456789" * 10)\n    return x';
    const { output } = await assertPasses(sandbox(), {
      code,
      checks: 'assert f(1) == 1\nassert f(2) == 2',
    });
    assert.equal(output.length, 8192);
    const raised = await run(sandbox(), { code: 'print("before")\nraise ValueError', checks: 'assert f(1) == 1' });
    assert.equal(raised.output, 'before\n');
  });

  test('there is no input to read', async () => {
    const verdict = await run(sandbox(), { code: 'def f(x):\n    return input()', checks: 'assert f(1) == 1' });
    assert.equal(verdict.kind === 'raised' && verdict.exception.type, 'EOFError');
  });

  test('the usual modules are there, the module is not the main program', async () => {
    const code =
      'import re, math, json, itertools, functools, collections, typing, heapq, random, string, datetime, dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\ndef f(x):\n    return [__name__, P(x).x, json.dumps([x])]\nif __name__ == "__main__":\n    raise SystemExit';
    await assertPasses(sandbox(), { code, checks: 'assert f(1)[0] != "__main__" and f(1)[1:] == [1, "[1]"]' });
  });

  test('the order of sets is the same each time', async () => {
    const code = 'def f(x):\n    return "".join({"alpha", "beta", "gamma", "delta", "epsilon"}) + str(hash("x"))';
    const texts = new Set<string | null | undefined>();
    for (let time = 0; time < 4; time += 1)
      texts.add((await run(sandbox(), { code, checks: 'assert f(1) == 0' })).checks[0]?.actual);
    assert.equal(texts.size, 1);
  });

  test('a program finds what a program of its own finds', async () => {
    const code = `import inspect, sys
def g():
    return 5
def f(x):
    sys.stdout.buffer.write(b"bytes")
    sys.stdout.reconfigure(encoding="utf-8")
    main = sys.modules["__main__"]
    return [sys.argv, sys.stdin.buffer.readline(), __file__ != "", main.g is g, inspect.getsource(g)]
`;
    const checks = 'assert f(1) == [["candidate.py"], b"", True, True, "def g():\\n    return 5\\n"]';
    assert.equal((await assertPasses(sandbox(), { code, checks })).output, 'bytes');
  });

  test('nothing of a run is left for the next', async () => {
    const leave = `import builtins, math, os, sys, json
builtins.sorted = None
builtins.left = 1
math.pi = 3
json.left = 1
sys.path.append("/left")
os.environ["LEFT"] = "1"
sys.setrecursionlimit(100_000)
sys.modules["left"] = sys
open("left", "w").write("x")
os.makedirs("deep/er")
os.chdir("deep/er")
def f(x):
    return x
`;
    const look = `import builtins, json, math, os, sys, tempfile
def f(x):
    return [name for name, is_left in {
        "builtins": sorted is None or hasattr(builtins, "left"),
        "math": math.pi == 3, "json": hasattr(json, "left"), "path": "/left" in sys.path,
        "environment": "LEFT" in os.environ, "limit": sys.getrecursionlimit() > 10_000, "modules": "left" in sys.modules,
        "files": os.listdir(".") != [], "folder": os.getcwd() != tempfile.gettempdir(),
    }.items() if is_left]
`;
    for (let time = 0; time < 4; time += 1) {
      await assertPasses(sandbox(), { code: leave, checks: 'assert f(1) == 1' });
      await assertPasses(sandbox(), { code: look, checks: 'assert f(1) == []' });
    }
  });
}
