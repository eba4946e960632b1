import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, onlyFailure } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const NODE = `class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
    def __len__(self):
        return 1 + (len(self.next) if self.next else 0)
    def __getitem__(self, index):
        return [self.value, self.next][index]
    def __call__(self, extra):
        return self.value + extra
    def __iter__(self):
        node = self
        while node:
            yield node.value
            node = node.next
    def __repr__(self):
        return f"Node({self.value})"
    def grow(self, into):
        into.append(self.value)

class Empty:
    def __bool__(self):
        return False
`;

/** Objects that stay with the candidate. */
export function testHandles(sandbox: Opened): void {
  test('can be called, indexed, iterated, measured and asked for attributes', async () => {
    const code = `${NODE}\ndef f(x):\n    return Node(x, Node(x + 1))`;
    const checks = [
      'n = f(3)',
      'assert n.value == 3 and n.next.value == 4 and n.next.next is None',
      'assert len(n) == 2 and n[0] == 3 and n[1].value == 4',
      'assert n(10) == 13 and list(n) == [3, 4] and sum(x for x in n) == 7',
      'assert bool(n) and not Empty() and n and hasattr(n, "value") and not hasattr(n, "nothing")',
      'assert repr(n) == "Node(3)" and str(n) == "Node(3)"',
      'into = []\nn.grow(into)\nassert into == [3]',
    ].join('\n');
    await assertPasses(sandbox(), { code, checks });
  });

  test('made by the test from the candidate’s class and given back', async () => {
    const code = `${NODE}\ndef f(node):\n    return node.value if isinstance(node, Node) else None\ndef same(node):\n    return node`;
    const checks =
      'n = Node(5, Node(6))\nassert f(n) == 5 and f(n.next) == 6\nassert f(same([n])[0]) == 5 and same(n) is n\nrow = [n]\nsame(row)\nassert row[0] is n';
    await assertPasses(sandbox(), { code, checks });
  });

  test('are equal to themselves and to nothing else', async () => {
    const code = `${NODE}\nnode = Node(1)\ndef f(x):\n    return node if x else Node(1)`;
    const checks =
      'assert f(1) == f(1)\nassert f(0) != f(0)\nassert f(1) != 1 and f(1) not in [1, "Node(1)", None]\nassert len({f(1), f(1)}) == 1';
    await assertPasses(sandbox(), { code, checks });
    await assertKind(sandbox(), { code, checks: 'assert f(0) == f(0)' }, 'failed');
  });

  test('are shown by their representation, which may raise or be endless', async () => {
    const code =
      'class A:\n    def __repr__(self):\n        raise ValueError\nclass B:\n    def __repr__(self):\n        return "b" * 10 ** 6\ndef f(x):\n    return A() if x else B()';
    const raising = await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'failed');
    assert.match(onlyFailure(raising).actual ?? '', /^<A .*>$/);
    const long = await assertKind(sandbox(), { code, checks: 'assert f(0) == 1' }, 'failed');
    assert.match(onlyFailure(long).actual ?? '', /^b{50,400}/);
  });

  test('inside containers', async () => {
    const code = `${NODE}\ndef f(x):\n    return {"k": [Node(1), (Node(2), 3)]}`;
    await assertPasses(sandbox(), {
      code,
      checks: 'r = f(0)\nassert r["k"][0].value == 1 and r["k"][1][0].value == 2 and r["k"][1][1] == 3',
    });
  });

  test('generators are taken from as the test takes from them', async () => {
    const code =
      'taken = []\ndef f(n):\n    for i in range(n):\n        taken.append(i)\n        yield i\ndef count():\n    return len(taken)';
    const checks = [
      'g = f(5)',
      'assert next(g) == 0 and count() == 1',
      'assert list(zip(g, "ab")) == [(1, "a"), (2, "b")]',
      'assert list(g) == [4]',
      'assert list(f(0)) == [] and next(f(0), None) is None',
      'try:\n    next(f(0))\n    assert False\nexcept StopIteration:\n    assert True',
      'assert list(f(2_500)) == list(range(2_500))',
    ].join('\n');
    await assertPasses(sandbox(), { code, checks });
  });

  test('endless ones end where the test ends', async () => {
    const code = 'import itertools\ndef f(x):\n    return itertools.count(x)';
    await assertPasses(sandbox(), {
      code,
      checks: 'import itertools\nassert list(itertools.islice(f(3), 4)) == [3, 4, 5, 6]',
    });
    await assertKind(sandbox(), { code, checks: 'assert list(f(3)) == 1', timeoutSeconds: 1 }, 'timed-out');
  });

  test('other iterables are read whole, and afresh each time', async () => {
    const code =
      'class Rows:\n    def __iter__(self):\n        return iter(range(2500))\ndef f(x):\n    return [Rows(), {1: 2}.items(), map(str, [1, 2]), dict(a=1).keys()]';
    const checks =
      'rows, items, strings, keys = f(1)\nassert list(rows) == list(range(2500)) == list(rows)\nassert list(items) == [(1, 2)] and list(strings) == ["1", "2"] and set(keys) == {"a"}';
    await assertPasses(sandbox(), { code, checks });
  });

  test('an iteration that the candidate ends with an error raises it', async () => {
    const code = 'def f(x):\n    yield 1\n    raise LookupError("gone")';
    const verdict = await assertKind(sandbox(), { code, checks: 'assert list(f(1)) == [1]' }, 'raised');
    assert.deepEqual([verdict.exception.type, verdict.exception.line], ['LookupError', 3]);
  });
}
