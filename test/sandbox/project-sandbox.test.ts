import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findProgram } from '../../src/base/find-program.ts';
import { expectedOf, whyNotWritable } from '../../src/sandbox/project/project-baseline.ts';
import { findProject } from '../../src/sandbox/project/project-folder.ts';
import { findProjectPython } from '../../src/sandbox/project/project-python.ts';
import { ProjectSandbox } from '../../src/sandbox/project-sandbox.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';
import { interpreter, runner, whyNotNative } from './native.ts';
import { descendantsOf, survivorsOf } from './process-tree.ts';
import { makeProject } from './project.ts';

const COMMAND = 'python -m unittest -q test_work';
const WORK = 'def work():\n    pass\n';
const STUB = 'def work():\n    __import__("greenloop_reach").called()\n';
const TESTS = `import unittest
from work import work


class Work(unittest.TestCase):
    def test_before(self):
        self.assertIs(True, True)

    def test_work(self):
        self.assertEqual(work(), "refused")
`;

const { root, remove } = makeProject({
  'pyproject.toml': '',
  'work.py': WORK,
  'test_work.py': TESTS,
  '.env': 'PASSWORD=secret\n',
  '.env.local': 'PASSWORD=secret\n',
  '.git/config': 'secret\n',
  'deploy/id_rsa': 'secret\n',
  'deploy/server.key': 'secret\n',
  '__pycache__/work.cpython-311.pyc': 'old',
});
const untouched = readdirSync(root).sort();
const secret = join(dirname(root), 'secret.txt');
let sandbox: ProjectSandbox;

async function open(mostBytes = 8 * 2 ** 30): Promise<ProjectSandbox> {
  const file = join(root, 'work.py');
  const project = findProject(root, '/home/nobody-at-all');
  const python = findProjectPython(root, interpreter(), null);
  const bubblewrap = findProgram(['bwrap'], process.env.PATH ?? '/usr/bin')!;
  const parts = {
    bubblewrap,
    interpreter: interpreter(),
    runner,
    project,
    python,
    file,
    mode: 0o644,
    folder: root,
    mostBytes,
  };
  return ProjectSandbox.open(parts);
}

async function baseline(command: string, from = sandbox) {
  const observe = (text: string, isStubbed: boolean) =>
    from.observe({ command, bytes: Buffer.from(text), limitSeconds: 20, isStubbed });
  return { asIs: await observe(WORK, false), stubbed: await observe(STUB, true), name: 'work' };
}

/** The verdict on a whole file. */
function judge(code: string, timeoutSeconds = 20, command = COMMAND): Promise<Verdict> {
  return sandbox.run({ code, context: '', entryPoint: 'work', tests: { command }, timeoutSeconds, report: 'all' });
}

/** A module whose function tries each of these and returns the names of those that were not refused. */
function attempting(attacks: Readonly<Record<string, string>>): string {
  const tries = Object.entries(attacks).map(([name, statements]) => {
    const lines = statements.split('\n').map((line) => `        ${line}`);
    return `    try:\n${lines.join('\n')}\n        done.append(${JSON.stringify(name)})\n    except (OSError, MemoryError, subprocess.SubprocessError):\n        pass`;
  });
  return `import ctypes, os, socket, subprocess\n\n\ndef work():\n    done = []\n${tries.join('\n')}\n    return done or "refused"\n`;
}

/** Whether root can start sandboxes as nobody: in a folder that only root can reach it cannot. */
function nobodyReadsGreenloop(): boolean {
  if (process.getuid?.() !== 0) return true;
  return spawnSync('ls', [runner], { uid: 65534, gid: 65534 }).status === 0;
}

describe('a project in the sandbox', { skip: whyNotNative }, () => {
  before(async () => {
    writeFileSync(secret, 'secret');
    sandbox = await open();
    sandbox.judgeBy(
      (code) => ({ bytes: Buffer.from(code), lines: { offset: 0, count: 1000 } }),
      await baseline(COMMAND),
    );
  });
  after(async () => {
    await sandbox.close();
    remove();
  });

  test('its own tests judge a file that is put in the place of the old one', async () => {
    const right = await judge('def work():\n    return "refused"\n');
    assert.deepEqual([right.kind, right.testedBy, right.checksPassed], ['passed', 'unittest', 2]);
    const wrong = await judge('def work():\n    return 1\n');
    assert.deepEqual([wrong.kind, wrong.checksPassed, wrong.checksFailed], ['failed', 1, 1]);
    assert.match(wrong.checks[0]?.exception?.message ?? '', /^1 != 'refused'/);
    const raising = await judge('def work():\n    return {}[1]\n');
    assert.equal(raising.kind === 'raised' && raising.exception.type, 'KeyError');
    assert.equal(raising.kind === 'raised' && raising.exception.line, 2);
    assert.equal(readFileSync(join(root, 'work.py'), 'utf8'), WORK);
  });

  test('a failing test that never calls the function is named', async () => {
    const { asIs, stubbed } = await baseline(COMMAND);
    assert.equal(whyNotWritable({ asIs, stubbed, name: 'work' }), null);
    assert.deepEqual([...expectedOf({ asIs, stubbed, name: 'work' }).tests].sort(), [
      'test_work.Work.test_before',
      'test_work.Work.test_work',
    ]);
    assert.match(whyNotWritable({ asIs, stubbed: asIs, name: 'work' }) ?? '', /test_work fails and never calls work: /);
    const missing = await baseline('no-such-program --now');
    assert.match(whyNotWritable(missing) ?? '', /^the command does not run: .*no-such-program/);
    const other = await baseline('exit 3');
    assert.match(whyNotWritable(other) ?? '', /^the command fails \(exit code 3\) and never calls work/);
    const command = await baseline('python -c "import work; assert work.work() == 1"');
    assert.equal(whyNotWritable(command), null);
    assert.equal(expectedOf(command).runner, null);
  });

  const ATTACKS: Readonly<Record<string, string>> = {
    'writes a file into the project': `open(${JSON.stringify(join(root, 'new.txt'))}, "w").write("x")`,
    'writes over its own file': 'open("work.py", "w").write("x")',
    'deletes the tests': 'os.remove("test_work.py")',
    'renames a folder': 'os.rename("deploy", "gone")',
    'changes rights': 'os.chmod("test_work.py", 0o777)',
    'makes a folder elsewhere': 'os.mkdir("/elsewhere")',
    'reads beside the project': `open(${JSON.stringify(secret)}).read()`,
    'reads the home of root': 'os.listdir("/root")',
    'reads the password file': 'open("/etc/passwd").read()',
    'reads other processes': 'open("/proc/1/environ").read()',
    'connects to the network': 'socket.create_connection(("1.1.1.1", 80), 2)',
    'opens a named socket': 'socket.socket(socket.AF_UNIX).connect("door")',
    'sends to a named socket': 'socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", "door")',
    'makes a namespace': 'ctypes.CDLL(None, use_errno=True).unshare(0x10000000) and (_ for _ in ()).throw(OSError())',
    'traces the first process':
      'ctypes.CDLL(None, use_errno=True).ptrace(16, 1, 0, 0) and (_ for _ in ()).throw(OSError())',
    'takes ten gigabytes': 'bytearray(10 << 30)',
    'writes a large file':
      'with open("/tmp/large", "wb") as file:\n    [file.write(bytes(1 << 20)) for _ in range(1000)]',
    'starts ever more processes': '[subprocess.Popen(["sleep", "60"]) for _ in range(200)]',
  };
  /** All sandboxes of a root who gives up its rights inside share a limit on processes, a far higher one. */
  const { 'starts ever more processes': _, ...OTHER_ATTACKS } = ATTACKS;

  test('code is refused what leads out of the project, changes it, or takes too much', async () => {
    const verdict = await judge(attempting(nobodyReadsGreenloop() ? ATTACKS : OTHER_ATTACKS));
    assert.equal(verdict.kind, 'passed', JSON.stringify(verdict));
    assert.equal(readFileSync(secret, 'utf8'), 'secret');
    assert.deepEqual(readdirSync(root).sort(), untouched);
  });

  test('the same where only the user can reach the project, so that root gives up its rights inside', async () => {
    chmodSync(dirname(root), 0o700);
    const closed = await open();
    try {
      closed.judgeBy(
        (code) => ({ bytes: Buffer.from(code), lines: { offset: 0, count: 1000 } }),
        await baseline(COMMAND, closed),
      );
      const request = {
        context: '',
        entryPoint: 'work',
        tests: { command: COMMAND },
        timeoutSeconds: 20,
        report: 'all',
      } as const;
      const verdict = await closed.run({ ...request, code: attempting(OTHER_ATTACKS) });
      assert.equal(verdict.kind, 'passed', JSON.stringify(verdict));
      assert.deepEqual(readdirSync(root).sort(), untouched);
      const asking =
        'import os\n\n\ndef work():\n    return "refused" if 0 not in os.getresuid() + os.getresgid() + tuple(os.getgroups()) else "root"\n';
      assert.equal((await closed.run({ ...request, code: asking })).kind, 'passed');
    } finally {
      chmodSync(dirname(root), 0o755);
      await closed.close();
    }
  });

  test('secrets of the project are shown empty', async () => {
    const names = ['.env', '.env.local', 'deploy/id_rsa', 'deploy/server.key'];
    const code = `import os\n\n\ndef work():\n    read = [open(name).read() for name in ${JSON.stringify(names)}]\n    return "refused" if read == ["", "", "", ""] and os.listdir(".git") == [] else read\n`;
    assert.equal((await judge(code)).kind, 'passed');
  });

  test('a server of the host on loopback is out of reach', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as { port: number };
      assert.equal(
        (await judge(attempting({ connects: `socket.create_connection(("127.0.0.1", ${port}), 2)` }))).kind,
        'passed',
      );
    } finally {
      server.close();
    }
  });

  const LEAVERS = {
    'leaves the process with exit code 0': '__import__("os")._exit(0)',
    'ends Python with exit code 0': 'raise SystemExit(0)',
    'kills all that it can': '__import__("os").kill(-1, 9)',
    'kills its group': '__import__("os").killpg(0, 9)',
    'skips the test': 'raise __import__("unittest").SkipTest("no")',
    'becomes another program': '__import__("os").execv("/bin/true", ["true"])',
  };
  for (const [name, statement] of Object.entries(LEAVERS)) {
    test(`code that ${name} does not pass`, async () => {
      const verdict = await judge(`def work():\n    ${statement}\n`);
      assert.notEqual(verdict.kind, 'passed');
      const atImport = await judge(`${statement}\n\n\ndef work():\n    return "refused"\n`);
      assert.notEqual(atImport.kind, 'passed');
    });
  }

  test('loops, floods and daemons end with their time, and nothing is left', async () => {
    const before = descendantsOf(process.pid);
    const loop = await judge('def work():\n    while True:\n        pass\n', 2);
    assert.deepEqual([loop.kind, 'source' in loop && loop.source], ['timed-out', 'test_work.Work.test_work']);
    const flood = await judge('import os\n\n\ndef work():\n    while True:\n        os.write(1, b"x" * 65536)\n', 2);
    assert.equal(flood.kind, 'timed-out');
    assert.ok(JSON.stringify(flood).length < 100_000);
    const daemon =
      'import os, time\n\n\ndef work():\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n    return "refused"\n';
    assert.equal((await judge(daemon)).kind, 'passed');
    const started = descendantsOf(process.pid).filter(({ pid }) => !before.some((entry) => entry.pid === pid));
    assert.deepEqual(await survivorsOf(started), []);
  });

  test('a run that is given up ends at once and leaves nothing', async () => {
    const before = descendantsOf(process.pid);
    const ending = new AbortController();
    const request = { command: 'sleep 60', bytes: Buffer.from(WORK), limitSeconds: 60, isStubbed: false };
    const run = sandbox.observe(request, ending.signal);
    while (descendantsOf(process.pid).length < before.length + 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const started = descendantsOf(process.pid).filter(({ pid }) => !before.some((entry) => entry.pid === pid));
    ending.abort(new Error('enough'));
    await assert.rejects(run, /enough/);
    assert.deepEqual(await survivorsOf(started), []);
  });

  test('processes that take too much memory together are ended', async () => {
    const hungry =
      'import os, time\n\n\nif os.fork() == 0:\n    held = b"x" * (200 << 20)\n    time.sleep(60)\nheld = b"x" * (200 << 20)\ntime.sleep(60)\n';
    const small = await open(300 << 20);
    small.judgeBy((code) => ({ bytes: Buffer.from(code), lines: { offset: 0, count: 10 } }), await baseline(COMMAND));
    const request = { code: hungry, context: '', entryPoint: 'work', timeoutSeconds: 60, report: 'all' } as const;
    assert.equal((await small.run({ ...request, tests: { command: COMMAND } })).kind, 'out-of-memory');
    await small.close();
  });

  test('tests may start programs and talk over loopback among themselves', async () => {
    const code = `import socket, subprocess, sys\n\n\ndef work():\n    server = socket.create_server(("127.0.0.1", 0))\n    socket.create_connection(server.getsockname(), 5)\n    return subprocess.run([sys.executable, "-c", "print('refused', end='')"], capture_output=True, text=True).stdout\n`;
    const verdict = await judge(code);
    assert.equal(verdict.kind, 'passed', JSON.stringify(verdict));
  });

  test('a command of which only the exit code is known is judged by it', async () => {
    const command = 'python -c "import work; print(work.work()); assert work.work() == 1"';
    const other = await open();
    other.judgeBy(
      (code) => ({ bytes: Buffer.from(code), lines: { offset: 0, count: 100 } }),
      await baseline(command, other),
    );
    const run = (code: string) =>
      other.run({ code, context: '', entryPoint: 'work', tests: { command }, timeoutSeconds: 20, report: 'all' });
    const right = await run('def work():\n    return 1\n');
    assert.deepEqual([right.kind, right.testedBy], ['passed', 'command']);
    const wrong = await run('def work():\n    return 2\n');
    assert.equal(wrong.kind === 'crashed' && wrong.reason, 'ended with exit code 1');
    assert.match(wrong.output, /AssertionError/);
    await other.close();
  });
});

test('without a mark the project is the folder where the user works, if that holds the file', () => {
  const { root, remove } = makeProject({ 'src/app.py': '', 'tests/test_app.py': '' });
  try {
    const src = join(root, 'src');
    assert.equal(findProject(src, '/elsewhere', root).root, root);
    assert.equal(findProject(src, '/elsewhere', join(root, 'tests')).root, src);
    assert.equal(findProject(src, '/elsewhere').root, src);
  } finally {
    remove();
  }
});

test('a project that is a home, or holds one, is refused', () => {
  const home = makeProject({ '.git/config': '', 'code/app.py': '' });
  try {
    assert.throws(() => findProject(join(home.root, 'code'), home.root), /is your home folder or contains it/);
    assert.throws(() => findProject(join(home.root, 'code'), join(home.root, 'code')), /is your home folder/);
    assert.equal(findProject(join(home.root, 'code'), '/elsewhere').root, home.root);
    rmSync(join(home.root, '.git'), { recursive: true });
    assert.equal(findProject(join(home.root, 'code'), home.root, home.root).root, join(home.root, 'code'));
    mkdirSync(join(home.root, 'alone'));
    assert.ok(existsSync(home.root));
  } finally {
    home.remove();
  }
});
