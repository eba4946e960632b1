import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, exceptionOf, onlyFailure } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const SUM = [
  ["'1 2\\n'", "'3'"],
  ["'10 -4\\n'", "'6'"],
] as const;

/** Ways to read two numbers and print their sum. */
const SUMS: Readonly<Record<string, string>> = {
  input: 'a, b = map(int, input().split())\nprint(a + b)\n',
  'sys.stdin.read': 'import sys\nprint(sum(map(int, sys.stdin.read().split())))\n',
  'sys.stdin, line by line': 'import sys\nfor line in sys.stdin:\n    print(sum(map(int, line.split())))\n',
  'sys.stdin.buffer, and sys.stdout.buffer':
    "import sys\ntotal = sum(map(int, sys.stdin.buffer.read().split()))\nsys.stdout.buffer.write(b'%d  \\n\\n' % total)\n",
  'open(0)': 'print(sum(map(int, open(0).read().split())))\n',
  fileinput: "import fileinput\nprint(sum(int(word) for line in fileinput.input('-') for word in line.split()))\n",
  'another name for readline': 'import sys\ninput = sys.stdin.readline\nprint(sum(map(int, input().split())))\n',
  'main() behind the guard, ended by sys.exit':
    "import sys\n\ndef main():\n    print(sum(int(word) for word in input().split()))\n    sys.exit(0)\n\nif __name__ == '__main__':\n    main()\n",
  'classes of its own, found by their module':
    'from dataclasses import dataclass\nimport pickle\n\n@dataclass\nclass Pair:\n    a: int\n    b: int\n\npair = pickle.loads(pickle.dumps(Pair(*map(int, input().split()))))\nprint(pair.a + pair.b)\n',
};

/** Scripts: text in, printed text out. */
export function testScripts(sandbox: Opened): void {
  for (const [name, code] of Object.entries(SUMS)) {
    test(`a script that reads by ${name} passes`, async () => {
      const { checksPassed } = await assertPasses(sandbox(), script(code, SUM));
      assert.equal(checksPassed, 2);
    });
  }

  test('each input meets a fresh script', async () => {
    const code = 'seen = globals().get("seen", 0) + 1\nprint(input(), seen)\n';
    await assertPasses(
      sandbox(),
      script(code, [
        ["'a\\n'", "'a 1'"],
        ["'b\\n'", "'b 1'"],
      ]),
    );
  });

  test('a script that prints something else fails with both texts', async () => {
    const code = 'a, b = map(int, input().split())\nprint(a - b)\n';
    const verdict = await assertKind(sandbox(), script(code, [SUM[0]]), 'failed');
    const { call, actual, expected } = onlyFailure(verdict);
    assert.deepEqual([call, actual, expected], ["__script__('1 2\\n')", "'-1'", "'3'"]);
  });

  test('a script that asks for more input than there is raises EOFError, in its own line', async () => {
    const verdict = await assertKind(sandbox(), script('a = input()\nb = input()\n', [SUM[0]]), 'raised');
    const { type, line } = exceptionOf(verdict);
    assert.deepEqual([type, line], ['EOFError', 2]);
  });

  test('a script that ends with another status than 0 fails', async () => {
    const verdict = await assertKind(sandbox(), script('import sys\nprint(3)\nsys.exit("no")\n', [SUM[0]]), 'raised');
    assert.equal(exceptionOf(verdict).type, 'SystemExit');
  });

  test('a script that is no Python is a syntax error, and one that never ends is timed out', async () => {
    await assertKind(sandbox(), script('print(1\n', SUM), 'syntax-error');
    await assertKind(sandbox(), { ...script('while True: pass\n', SUM), timeoutSeconds: 1 }, 'timed-out');
  });

  test('a script cannot answer for the judge: what it leaves in Python counts for nothing', async () => {
    const code = [
      'import builtins, sys',
      'class Any(str):',
      '    def __eq__(self, other): return True',
      'print(Any("x"))',
      'builtins.str.__eq__ if False else None',
      'sys.stdout.getvalue = lambda: "3"',
      'sys.stdout.close()',
    ].join('\n');
    const verdict = await assertKind(sandbox(), script(code, [SUM[0]]), 'failed');
    assert.equal(onlyFailure(verdict).actual, "'x'");
  });
}

function script(code: string, cases: readonly (readonly [string, string])[]) {
  const checks = cases.map(([input, output]) => `assert __script__(${input}) == ${output}\n`).join('');
  return { code, checks, entryPoint: '__script__' };
}
