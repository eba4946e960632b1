import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnsupportedFault } from '../../../src/base/errors.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { assertFile, failuresOf, runFile } from '../test-file-runs.ts';

const FETCH = `import asyncio

async def f(n):
    await asyncio.sleep(0)
    if n < 0:
        raise ValueError("negative")
    return n + 1

async def count(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
`;

/** Asynchronous code tested in every way that needs no pytest; each makes one check or more. */
const FILES: Readonly<Record<string, string>> = {
  'a plain assert': 'import asyncio\nassert asyncio.run(f(1)) == 2\n',
  'an assert of what is awaited': `import asyncio
async def main():
    assert await f(1) == 2
    assert [x async for x in count(3)] == [0, 1, 2]
    assert (await asyncio.gather(f(1), f(2))) == [2, 3]
    try:
        await f(-1)
        assert False
    except ValueError:
        pass
if __name__ == "__main__":
    asyncio.run(main())
`,
  'an await outside of functions': 'assert await f(1) == 2\n',
  'a loop of its own': `import asyncio
loop = asyncio.new_event_loop()
assert loop.run_until_complete(f(1)) == 2
assert loop.run_until_complete(asyncio.wait_for(f(2), 5)) == 3
loop.close()
`,
  'threads of an executor': `import asyncio, time
async def work():
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(None, time.sleep, 0.01) for _ in range(3)), asyncio.to_thread(len, "ab"))
assert asyncio.run(work()) == [None, None, None, 2]
`,
  'queues, locks, events, time-outs and tasks': `import asyncio
async def main():
    queue, lock, event = asyncio.Queue(), asyncio.Lock(), asyncio.Event()
    async def produce():
        async with lock:
            for n in range(3):
                await queue.put(await f(n))
        event.set()
    task = asyncio.create_task(produce())
    await event.wait()
    assert [queue.get_nowait() for _ in range(3)] == [1, 2, 3]
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
        assert False
    except asyncio.TimeoutError:
        pass
    await task
asyncio.run(main())
`,
  'an asynchronous check(candidate)': 'async def check(candidate):\n    assert await candidate(1) == 2\n',
  'a test of unittest': `import unittest
from solution import f
class A(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.one = await f(0)
    async def test_a(self):
        self.assertEqual(await f(self.one), 2)
        with self.assertRaises(ValueError):
            await f(-1)
`,
  'test functions and methods': `async def test_a():
    assert await f(1) == 2
class TestB:
    async def test_b(self):
        assert await f(2) == 3
`,
};

const OF_PYTEST: Readonly<Record<string, string>> = {
  'marks of plugins': `import pytest
from solution import f
@pytest.mark.asyncio
async def test_a():
    assert await f(1) == 2
@pytest.mark.anyio
@pytest.mark.parametrize("n", [1, 2])
async def test_b(n):
    assert await f(n) == n + 1
`,
  'asynchronous fixtures of every scope': `import asyncio, pytest, pytest_asyncio
from solution import f
ended = []
@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared():
    lock = asyncio.Lock()
    async with lock:
        yield lock
    ended.append("shared")
@pytest.fixture
async def two():
    return await f(1)
@pytest.fixture
async def three(two):
    task = asyncio.ensure_future(asyncio.sleep(60))
    yield two + 1
    task.cancel()
    ended.append("three")
@pytest.fixture(autouse=True)
async def always():
    await asyncio.sleep(0)
class TestMethods:
    @pytest.fixture
    async def own(self, two):
        self.seen = two
        return self.seen
    async def test_own(self, own):
        assert own == self.seen == 2
async def test_a(two, three, shared):
    assert (two, three, await f(2)) == (2, 3, 3)
    assert shared.locked()
def test_b(three):
    assert three == 3 and ended == ["three"]
async def test_c(shared):
    async with asyncio.Lock():
        assert await f(1) == 2
`,
};

/** Asynchronous code and tests, where event loops can run; elsewhere they are a fault and never a verdict. */
export function testEventLoops(sandbox: Opened, withoutPytest: string | false, { hasEventLoops }: Capabilities): void {
  const files = Object.entries({ ...FILES, ...(withoutPytest ? {} : OF_PYTEST) });
  for (const [name, file] of files.filter((_, index) => hasEventLoops || index % 3 === 0))
    test(`event loops: ${name}`, async () => {
      const run = { code: FETCH, file };
      if (!hasEventLoops) return assert.rejects(runFile(sandbox(), run), UnsupportedFault);
      const verdict = await assertFile(sandbox(), run, 'passed');
      assert.ok(verdict.checksPassed > 0);
      const wrong = await runFile(sandbox(), { code: FETCH.replace('n + 1', 'n + 2'), file });
      assert.equal(wrong.kind === 'failed' || wrong.kind === 'passed', true, JSON.stringify(wrong));
      assert.equal(wrong.kind, name.startsWith('threads') ? 'passed' : 'failed');
    });

  test('event loops: what fails is told as ever', { skip: !hasEventLoops && 'there are none' }, async () => {
    const file = `import asyncio
async def main():
    assert await f(1) == 3
    assert await f(-1) == 0
asyncio.run(main())
`;
    const verdict = await assertFile(sandbox(), { code: FETCH, file }, 'failed');
    assert.deepEqual(failuresOf(verdict), [
      [null, 'await f(1) == 3', '2', '3'],
      [null, 'await f(-1) == 0', null, null],
    ]);
    assert.equal(verdict.checks[1]?.exception?.line, 6);
  });

  test('event loops: skips on the word of the code are no passes', {
    skip: !hasEventLoops && 'there are none',
  }, async () => {
    const code = 'import unittest\nasync def f(n):\n    raise unittest.SkipTest("no")\n';
    for (const file of [FILES['a test of unittest']!, FILES['test functions and methods']!])
      assert.notEqual((await runFile(sandbox(), { code, file })).kind, 'passed');
  });
}
