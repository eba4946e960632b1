import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { whyNoPytest, whyNotNative } from '../sandbox/native.ts';
import { descendantsOf, survivorsOf } from '../sandbox/process-tree.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const server = new OllamaStub();

const TEXT = `import re


def slugify(text: str) -> str:
    """Lower-case words joined by dashes."""
    return text


def count(text):
    return len(text)
`;
const RIGHT = 'def slugify(text: str) -> str:\n    return re.sub(" +", "-", text.lower())\n';
const WRONG = 'def slugify(text: str) -> str:\n    return text.upper()\n';
const UNITTEST = `import unittest
from src.text import count, slugify


class Text(unittest.TestCase):
    def test_words(self):
        self.assertEqual(slugify("Hello  World"), "hello-world")

    def test_count(self):
        self.assertEqual(count("abc"), 3)
`;
const COMMAND = 'python -m unittest -q tests.test_text';

/** Makes a project below the workplace; gives back its folder. */
function project(name: string, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = join(place.path, name);
  const all = { 'pyproject.toml': '', 'src/text.py': TEXT, 'tests/test_text.py': UNITTEST, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** All files of a folder with their bytes. */
function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'latin1')]),
  );
}

function script(name: string, ...answers: readonly string[]): string {
  const last = answers.at(-1)!;
  const rules = answers.map((text, attempt) => ({ attempt, text }));
  place.write(name, JSON.stringify([...rules, { text: last }]));
  return `scripted/${join(place.path, name)}`;
}

function solve(cwd: string, words: readonly string[], model = script('right.yaml', WRONG, RIGHT)) {
  return place.run(['solve', ...words, '--model', model], { cwd });
}

describe('solve in place', { skip: whyNotNative }, () => {
  before(() => server.start());
  after(() => server.stop());

  test('repairs a function until the tests of its project pass, prints the change, and writes nothing', async () => {
    const root = project('plain');
    const untouched = contents(root);
    const { code, stdout, stderr } = await solve('plain', ['src/text.py:slugify', '--test', COMMAND]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^project .*\/plain: 1 of 2 tests failed$/m);
    assert.match(stderr, /^draft by .*tests\.test_text\.Text\.test_words: .*'HELLO {2}WORLD' != 'hello-world'/m);
    assert.match(
      stderr,
      /^passed: 2 of 2 tests of the project passed, tested by unittest, in the process of the code itself \(/m,
    );
    assert.match(stderr, /nothing was written/);
    assert.deepEqual(contents(root), untouched);
    const patched = spawnSync('patch', ['-p1', '--dry-run'], { cwd: root, input: stdout });
    if (patched.error === undefined) assert.equal(patched.status, 0, stdout);
    assert.match(stdout, /^--- a\/src\/text\.py\n\+\+\+ b\/src\/text\.py\n@@ -3,7 \+3,7 @@\n/);
  });

  test('--write changes that one file, its rights and docstring kept', async () => {
    const root = project('written');
    chmodSync(join(root, 'src/text.py'), 0o754);
    const untouched = contents(root);
    const { code, stderr } = await solve('written/tests', [
      '../src/text.py::slugify',
      '-t',
      `cd .. && ${COMMAND}`,
      '--write',
    ]);
    assert.equal(code, 0, stderr);
    const file = join(root, 'src/text.py');
    const expected = TEXT.replace('    return text\n', '    return re.sub(" +", "-", text.lower())\n');
    assert.deepEqual(contents(root), { ...untouched, [file]: expected });
    assert.equal(statSync(file).mode & 0o7777, 0o754);
    assert.match(stderr, /^written: .*src\/text\.py$/m);
  });

  test('pytest: parameters, fixtures of a conftest, and its own configuration', { skip: whyNoPytest }, async () => {
    const tests = `import pytest
from text import slugify


@pytest.mark.parametrize("given, expected", [("A b", "a-b"), ("c", "c")])
def test_words(given, expected, mark):
    assert slugify(given) == expected


class TestMore:
    def test_more(self):
        assert slugify("X  Y") == "x-y"
`;
    const root = project('pytest', {
      'pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["src"]\n',
      'tests/test_text.py': tests,
      'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef mark():\n    return 1\n',
    });
    const untouched = contents(root);
    const model = `ollama/llama3.2:3b`;
    const prompts: string[] = [];
    server.answer = ({ messages }: { messages: readonly { content: string }[] }) => {
      prompts.push(messages.map(({ content }) => content).join('\n'));
      return `\`\`\`python\n${prompts.length === 1 ? WRONG : RIGHT}\`\`\``;
    };
    const words = ['solve', 'src/text.py:slugify', '-t', 'pytest -q', '--model', model, '--iterations', '3', '--json'];
    const { code, stdout, stderr } = await place.run(words, { cwd: 'pytest', env: { OLLAMA_HOST: server.url } });
    assert.equal(code, 0, stderr);
    const { passed, written, verified, diff, attempts } = JSON.parse(stdout);
    assert.deepEqual([passed, written, attempts.length], [true, false, 2]);
    assert.match(verified, /3 of 3 tests of the project passed, tested by pytest, in the process of the code itself/);
    assert.match(diff, /^\+ {4}return re\.sub/m);
    assert.match(prompts[0]!, /def count\(text\)/);
    assert.match(prompts[0]!, /slugify\(given\) gave 'A b', expected 'a-b'/);
    assert.match(prompts[0]!, /class TestMore|def test_more\(self\):\n {8}assert slugify\("X {2}Y"\) == "x-y"/);
    assert.match(prompts[1]!, /gave 'A B', expected 'a-b'/);
    assert.deepEqual(contents(root), untouched);
    assert.equal(stderr, '');
  });

  test('methods, async functions, tabs, CRLF and Latin-1 stay what they are', async () => {
    const source = Buffer.from(
      '# -*- coding: latin-1 -*-\r\nNAME = "\xe9"\r\n\r\nclass Outer:\r\n\tclass Inner:\r\n\t\t@staticmethod\r\n\t\tasync def twice(x):\r\n\t\t\treturn x\r\n\r\nEND = 1',
      'latin1',
    );
    const tests =
      'import asyncio, unittest\nfrom src.text import Outer, NAME\n\n\nclass T(unittest.TestCase):\n    def test_twice(self):\n        self.assertEqual(asyncio.run(Outer.Inner.twice(NAME)), NAME * 2)\n';
    const root = project('odd', { 'src/text.py': source, 'tests/test_text.py': tests });
    const model = script('twice.yaml', 'async def twice(x):\n    y = x  # so\n    return y + x\n');
    const { code, stderr } = await solve('odd', ['src/text.py:Outer.Inner.twice', '-t', COMMAND, '--write'], model);
    assert.equal(code, 0, stderr);
    const expected = source.toString('latin1').replace('\t\t\treturn x', '\t\t\ty = x  # so\r\n\t\t\treturn y + x');
    assert.equal(readFileSync(join(root, 'src/text.py'), 'latin1'), expected);
  });

  test('a link within the project stays a link; one that leads out of it is refused', async () => {
    const root = project('linked', { 'real/text.py': TEXT });
    rmSync(join(root, 'src/text.py'));
    symlinkSync('../real/text.py', join(root, 'src/text.py'));
    const { code, stderr } = await solve('linked', ['src/text.py:slugify', '-t', COMMAND, '--write']);
    assert.equal(code, 0, stderr);
    assert.ok(lstatSync(join(root, 'src/text.py')).isSymbolicLink());
    assert.match(readFileSync(join(root, 'real/text.py'), 'utf8'), /re\.sub/);
    symlinkSync(join(place.path, 'good.py'), join(root, 'out.py'));
    const out = await solve('linked', ['out.py:double', '-t', COMMAND]);
    assert.match(out.stderr, /^greenloop: out\.py is a link to .*good\.py, outside of the project .*linked\n$/);
    assert.equal(out.code, 2);
  });

  const REFUSALS: readonly (readonly [
    name: string,
    place: string,
    command: string,
    message: RegExp,
    files?: Record<string, string>,
  ])[] = [
    [
      'tests that pass already',
      'src/text.py:count',
      'python -m unittest tests.test_count',
      /src\/text\.py: the tests pass already\n$/,
      {
        'tests/test_count.py': UNITTEST.replace(/ {4}def test_words[\s\S]*?\n\n/, ''),
      },
    ],
    [
      'a test that fails for another reason',
      'src/text.py:slugify',
      COMMAND,
      /test_other fails and never calls slugify: ZeroDivisionError/,
      {
        'tests/test_text.py': `${UNITTEST}\n    def test_other(self):\n        1 / 0\n`,
      },
    ],
    [
      'a file of tests that cannot be imported',
      'src/text.py:slugify',
      COMMAND,
      /test_text fails and never calls slugify: ModuleNotFoundError: .*no_such_module/,
      {
        'tests/test_text.py': `import no_such_module\n${UNITTEST}`,
      },
    ],
    [
      'a command that is not there',
      'src/text.py:slugify',
      'no-such-runner -q',
      /the command does not run: .*no-such-runner.*not found\n$/,
    ],
    [
      'a command that fails by itself',
      'src/text.py:slugify',
      'python -c "1/0"',
      /the command fails \(exit code 1\) and never calls slugify: ZeroDivisionError/,
    ],
    ['no test at all', 'src/text.py:slugify', 'python -m unittest discover -s src', /no test ran/],
    [
      'a function that is not there',
      'src/text.py:slugfy',
      COMMAND,
      /does not define slugfy; did you mean slugify\?\n$/,
    ],
    ['a file that is not there', 'src/none.py:f', COMMAND, /src\/none\.py does not exist\n$/],
    [
      'a file with a syntax error',
      'src/text.py:f',
      COMMAND,
      /src\/text\.py is not valid Python 3: see line 2\n$/,
      { 'src/text.py': 'def f():\n    return (\n' },
    ],
    [
      'an ambiguous name',
      'src/text.py:f',
      COMMAND,
      /src\/text\.py:f is defined 2 times \(lines 1, 3\)/,
      { 'src/text.py': 'def f():\n    pass\ndef f():\n    pass\n' },
    ],
    [
      'tests that do not end',
      'src/text.py:slugify',
      `sleep 30; ${COMMAND}`,
      /the command does not end within 2 s and never calls slugify \(--timeout SECONDS\)\n$/,
    ],
  ];
  for (const [index, [name, where, command, message, files]] of REFUSALS.entries()) {
    test(`${name}: refused in one line, before any model is asked`, async () => {
      const root = project(`refused${index}`, files);
      const untouched = contents(root);
      const { code, stdout, stderr } = await solve(`refused${index}`, [
        where,
        '-t',
        command,
        '--timeout',
        command.startsWith('sleep') ? '2' : '20',
      ]);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.deepEqual([code, stdout], [2, '']);
      assert.deepEqual(contents(root), untouched);
    });
  }

  test('what is missing or does not go together is said', async () => {
    project('words');
    const said = async (...words: string[]) => (await solve('words', words)).stderr;
    assert.match(await said('src/text.py:slugify'), /say how the project is tested: --test "pytest -q/);
    assert.match(await said('src/text.py', '-t', COMMAND), /--test goes with a function in a file: FILE\.py:NAME/);
    assert.match(await said('src/text.py', '--write'), /--write goes with a function in a file/);
    assert.match(
      await said('src/text.py:slugify', '-t', COMMAND, '--out', 'x.py'),
      /--out does not go with FILE\.py:NAME/,
    );
    assert.match(await said('src/text.py:slugify', '-t', COMMAND, '--agreement', '1'), /leave out --agreement/);
    assert.match(await said('src/text.py:slugify', '-t', COMMAND, '--feedback', 'none'), /repaired by its tests/);
    assert.match(
      await said('src/text.py:slugify', '-t', COMMAND, '--sandbox', 'pyodide'),
      /only in the native sandbox/,
    );
  });

  test('what did not pass is never written, and no change of it is printed', async () => {
    const root = project('wrong');
    const untouched = contents(root);
    const { code, stdout, stderr } = await solve(
      'wrong',
      ['src/text.py:slugify', '-t', COMMAND, '--write'],
      script('wrong.yaml', WRONG),
    );
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^failed: 1 of 2 tests of the project passed, .*; nothing was written \(/m);
    assert.deepEqual(contents(root), untouched);
  });

  test('an answer that does not define the function is told so', async () => {
    project('other');
    const model = script('other.yaml', 'x = 1\n', RIGHT);
    const { code, stderr } = await solve('other', ['src/text.py:slugify', '-t', COMMAND], model);
    assert.match(stderr, /draft by .*: The code does not define slugify\./);
    assert.equal(code, 0);
  });

  test('a file that changed meanwhile is left as it is, and the change is not lost', async () => {
    const root = project('changed');
    const file = join(root, 'src/text.py');
    server.answer = () => {
      appendFileSync(file, '# changed\n');
      return RIGHT;
    };
    const words = ['solve', 'src/text.py:slugify', '-t', COMMAND, '--write', '--model', 'ollama/llama3.2:3b'];
    const { code, stdout, stderr } = await place.run(words, { cwd: 'changed', env: { OLLAMA_HOST: server.url } });
    assert.match(
      stderr,
      /greenloop: .*text\.py has changed meanwhile and is left as it is; run the command again on the new file\n$/,
    );
    assert.match(stdout, /^\+ {4}return re\.sub/m);
    assert.equal(code, 2);
    assert.equal(readFileSync(file, 'utf8'), `${TEXT}# changed\n`);
    assert.deepEqual(readdirSync(dirname(file)), ['text.py']);
  });

  test('code of a model sees no secret of the project, and leaves it as it is', async () => {
    const root = project('hostile', { '.env': 'KEY=secret', '.git/config': 'secret' });
    const untouched = contents(root);
    const hostile = `def slugify(text):
    import os, shutil
    seen = open(".env").read() + str(os.listdir(".git"))
    shutil.rmtree("tests", ignore_errors=True)
    try:
        open("src/text.py", "w").write("x")
    except OSError:
        pass
    return seen
`;
    const { code, stderr } = await solve(
      'hostile',
      ['src/text.py:slugify', '-t', COMMAND, '--write'],
      script('hostile.yaml', hostile),
    );
    assert.match(stderr, /draft by .*'\[\]' != 'hello-world'/);
    assert.doesNotMatch(stderr, /secret/);
    assert.equal(code, 1);
    assert.deepEqual(contents(root), untouched);
  });

  test('a fixture that many tests share, and a call as the tests are read, count as calls', {
    skip: whyNoPytest,
  }, async () => {
    const tests = `import pytest
from src.text import slugify

TITLE = slugify("A b")


@pytest.fixture(scope="session")
def slug():
    return slugify("C d")


def test_title():
    assert TITLE == "a-b"


def test_slug(slug):
    assert slug == "c-d"


def test_same(slug):
    assert slug == "c-d"
`;
    for (const [name, text] of [
      ['read', tests],
      ['shared', tests.replace(/TITLE = .*/, 'TITLE = "a-b"')],
    ] as const) {
      project(name, { 'tests/test_text.py': text, 'conftest.py': '' });
      const { code, stderr } = await solve(name, ['src/text.py:slugify', '-t', 'pytest -q']);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /passed: 3 of 3 tests/);
    }
  });

  test('the environment of a project, or the one that is chosen, brings its packages', async () => {
    const root = project('venv', {
      'tests/test_text.py': UNITTEST.replace('import unittest\n', 'import unittest\nimport of_environment\n'),
    });
    const made = spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', '.venv'], { cwd: root });
    assert.equal(made.status, 0, String(made.stderr));
    const [library = ''] = readdirSync(join(root, '.venv/lib'));
    writeFileSync(join(root, '.venv/lib', library, 'site-packages/of_environment.py'), '');
    const own = await solve('venv', ['src/text.py:slugify', '-t', COMMAND]);
    assert.equal(own.code, 0, own.stderr);
    const without = project('without', { 'tests/test_text.py': readFileSync(join(root, 'tests/test_text.py')) });
    const refused = await solve('without', ['src/text.py:slugify', '-t', COMMAND]);
    assert.match(refused.stderr, /never calls slugify: .*of_environment/, without);
    const chosen = await solve('without', ['src/text.py:slugify', '-t', COMMAND, '--python', join(root, '.venv')]);
    assert.match(chosen.stderr, /passed: 2 of 2|move it out of \/tmp/);
  });

  test('a greenloop that is killed leaves no process of a run', async () => {
    const root = project('killed');
    const model = script('sleep.yaml', 'def slugify(text):\n    import time\n    time.sleep(600)\n');
    let started: ReturnType<typeof descendantsOf> = [];
    const words = ['solve', 'src/text.py:slugify', '-t', COMMAND, '--timeout', '900', '--model', model];
    await place.runAlone(words, {
      cwd: 'killed',
      onStart: (child) => {
        child.stderr?.on('data', async (bytes: Buffer) => {
          if (!String(bytes).includes('asking')) return;
          while (started.length < 4) {
            await new Promise((resolve) => setTimeout(resolve, 50));
            started = descendantsOf(child.pid!);
          }
          child.kill('SIGKILL');
        });
      },
    });
    assert.deepEqual(await survivorsOf(started), []);
    assert.equal(readFileSync(join(root, 'src/text.py'), 'utf8'), TEXT);
  });

  test('Ctrl-C in a run of the tests writes nothing and leaves nothing', async () => {
    const root = project('stopped');
    const untouched = contents(root);
    const model = script('loop.yaml', 'def slugify(text):\n    while True:\n        pass\n');
    let started: ReturnType<typeof descendantsOf> = [];
    const words = ['solve', 'src/text.py:slugify', '-t', COMMAND, '--timeout', '60', '--write', '--model', model];
    const { code, stdout, stderr } = await place.runAlone(words, {
      cwd: 'stopped',
      onStart: (child) => {
        child.stderr?.on('data', async (bytes: Buffer) => {
          if (!String(bytes).includes('asking')) return;
          while (started.length < 4) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            started = descendantsOf(child.pid!);
          }
          await new Promise((resolve) => setTimeout(resolve, 300));
          started = descendantsOf(child.pid!);
          child.kill('SIGINT');
        });
      },
    });
    assert.deepEqual([code, stdout], [130, '']);
    assert.match(stderr, /stopped; nothing was written\n$/);
    assert.deepEqual(await survivorsOf(started), []);
    assert.deepEqual(contents(root), untouched);
  });

  test('at a terminal it asks, and writes where the answer is yes', async () => {
    const root = project('asked');
    const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
    const words = [
      process.execPath,
      main,
      'solve',
      'src/text.py:slugify',
      '-t',
      COMMAND,
      '--model',
      script('right.yaml', RIGHT),
    ];
    const ask = (answer: string) =>
      spawnSync('python3', ['-c', TERMINAL, answer, ...words], {
        cwd: root,
        env: { ...process.env, ...place.environment() },
        encoding: 'utf8',
      });
    const no = ask('n');
    assert.match(no.stdout, /\+ {4}return re\.sub[\s\S]*apply\? \[y\/N\]/, no.stderr);
    assert.equal(readFileSync(join(root, 'src/text.py'), 'utf8'), TEXT);
    const yes = ask('y');
    assert.match(yes.stdout, /written: /, yes.stderr);
    assert.match(readFileSync(join(root, 'src/text.py'), 'utf8'), /re\.sub/);
  });
});

/** Runs a command at a terminal of its own, answers its question, and prints what it printed. */
const TERMINAL = `
import os, pty, select, sys
answer, words = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(words[0], words)
seen, answered = b"", False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if not answered and b"[y/N]" in seen:
        os.write(terminal, answer.encode() + b"\\n")
        answered = True
sys.stdout.write(seen.decode(errors="replace").replace("\\r\\n", "\\n"))
os.waitpid(pid, 0)
`;
