import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { CliHosts, type Ended } from './cli-hosts.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const COMPILE_CACHE = join(tmpdir(), 'greenloop-test-compile-cache');
/** No server ever listens there. */
export const NOWHERE = 'http://127.0.0.1:2';

export interface CliOptions {
  /** Over an environment in which there is no model server and no home of the user's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Below the folder. */
  readonly cwd?: string;
}

export interface AloneOptions extends CliOptions {
  /** File that standard output goes into. */
  readonly stdout?: number;
  readonly onStart?: (child: ChildProcess) => void;
}

/** A folder of its own with the files below, in which the real command line runs; it is removed after the tests. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'greenloop-cli-'));

  readonly #hosts = new CliHosts(this.environment());

  constructor() {
    after(async () => {
      await this.#hosts.close();
      rmSync(this.path, { recursive: true, force: true });
    });
    for (const [name, text] of Object.entries(FILES)) this.write(name, text);
  }

  write(name: string, text: string | Uint8Array): void {
    writeFileSync(join(this.path, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  rows(name: string): Record<string, unknown>[] {
    const lines = this.read(name).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Runs `greenloop WORDS` to its end, in a process that other commands have run in and will run in. */
  run(words: readonly string[], { env, input = '', cwd = '.' }: CliOptions = {}): Promise<Ended> {
    return this.#hosts.run({
      words,
      cwd: join(this.path, cwd),
      env: { ...this.environment(), ...env },
      input,
    });
  }

  /** Runs `greenloop WORDS` to its end in a process of its own, as users do. */
  runAlone(words: readonly string[], options: AloneOptions = {}): Promise<Ended> {
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd: join(this.path, options.cwd ?? '.'),
      env: { ...this.environment(), ...options.env },
      stdio: ['pipe', options.stdout ?? 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
    options.onStart?.(child);
    return ended(child);
  }

  environment(): Record<string, string | undefined> {
    return {
      PATH: process.env.PATH,
      HOME: this.path,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      OLLAMA_HOST: NOWHERE,
      OPENAI_BASE_URL: NOWHERE,
    };
  }
}

/** Asserts that text holds nothing that a terminal would obey: no control characters but line ends and tabs, no bidi marks. */
export function assertNoControls(text: string): void {
  assert.doesNotMatch(text.replaceAll(/[\n\t]/g, ' '), /[\p{Cc}\p{Cf}]/u);
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    stderr += bytes;
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  // As a shell has it: Node that ends already is ended by another signal without a code of its own.
  child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  return { code: await promise, stdout, stderr };
}

/** `double` needs one repair, `二倍/twice` is right at once and shows no example, `neg` stays wrong. */
const TASKS = `
- id: double
  prompt: |
    def double(x):
        """Return twice x.

        >>> double(2)
        4
        """
  entry_point: double
  tests: |
    assert double(2) == 4
    assert double(5) == 10
  reference: "def double(x):\\n    return 2 * x\\n"
- id: 二倍/twice
  prompt: Write a function twice(x) that returns two times x.
  entry_point: twice
  tests: assert twice(3) == 6
  reference: "def twice(x):\\n    return 2 * x\\n"
- id: neg
  prompt: |
    def neg(x):
        """Return minus x.

        >>> neg(2)
        -2
        """
  entry_point: neg
  tests: |
    def check(candidate):
        assert candidate(2) == -2
        assert candidate(0) == 0
  reference: "def neg(x):\\n    return -x\\n"
`;

const SCRIPT = `
- {task: double, attempt: 0, text: "def double(x):\\n    return x + 3\\n"}
- {task: double, text: "def double(x):\\n    return x * 2\\n"}
- {task: "*twice", text: "def twice(x):\\n    return x + x\\n"}
- {task: neg, text: "def neg(x):\\n    return x\\n"}
- {role: generator, text: "\`\`\`python\\ndef double(x):\\n    return x + 3\\n\`\`\`"}
- {role: analyzer, text: "It adds where it should double."}
- {role: refiner, text: "\`\`\`python\\ndef double(x):\\n    return x * 2\\n\`\`\`"}
`;

const FILES = {
  'tasks.yaml': TASKS,
  /** Answers for tasks.yaml, and for any task about \`double\`. */
  'script.yaml': SCRIPT,
  'task.md': 'Write a function `double(x)` that returns twice x.\n\n>>> double(2)\n4\n',
  'bare.md': 'Write a function `double(x)` that returns twice x.\n',
  'tests.py': 'assert double(5) == 10\nassert double(0) == 0\n',
  'check.py': 'def check(candidate):\n    assert candidate(1) == 2\n',
  'good.py': 'def double(x):\n    return 2 * x\n',
  'bad.py': 'def double(x):\n    return 3 * x\n',
  empty: '',
};

export const SCRIPTED = ['--model', 'scripted/script.yaml'] as const;
