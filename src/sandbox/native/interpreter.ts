import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SandboxFault } from '../../base/errors.ts';

/** A Python interpreter to run candidates with. */
export interface Interpreter {
  /** The real program: neither a version manager's stand-in nor a virtual environment's link. */
  readonly path: string;
  readonly version: string;
  /** Folders of its installed packages, in the order of the search. */
  readonly packages: readonly string[];
}

// Asked of the interpreter as it was named, so that a virtual environment answers for itself.
const QUESTION = `
import json, os, sys, sysconfig
standard = sysconfig.get_path("stdlib")
packages = [path for path in sys.path if os.path.isdir(path)
            and (not path.startswith(standard) or "-packages" in path)]
print(json.dumps([getattr(sys, "_base_executable", sys.executable), "%d.%d.%d" % sys.version_info[:3], packages]))
`;
const OLDEST = [3, 10];
const TIMEOUT = '/usr/bin/timeout';
const ANSWER_SECONDS = 10;
/** Bytes; the usual answer has some hundred. */
const MOST_ANSWER = 256 * 1024;

/** Reads what an interpreter, or the one of a virtual environment's folder, is. Throws SandboxFault where it does not run. */
export function readInterpreter(name: string): Interpreter {
  const [path, version, packages] = ask(isFolder(name) ? join(name, 'bin', 'python3') : name);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== OLDEST[0] || minor < OLDEST[1]!)
    throw new SandboxFault(`${name} is Python ${version}; the sandbox needs ${OLDEST.join('.')} or newer`);
  const interpreter = { path: realPath(path, name), version, packages };
  const hidden = filesOf(interpreter).find((file) => file.startsWith('/tmp/'));
  if (hidden !== undefined)
    throw new SandboxFault(`${hidden} cannot be used, because the sandbox has its own /tmp; move it out of /tmp`);
  return interpreter;
}

/** Files and folders outside of /usr that an interpreter needs to see; what else lies beside it may be somebody's home. */
export function filesOf({ path, packages }: Pick<Interpreter, 'path' | 'packages'>): string[] {
  const prefix = dirname(dirname(path));
  const own = path.startsWith('/usr/') ? [] : [path, join(prefix, 'lib'), join(prefix, 'lib64')];
  return [...own, ...packages.filter((folder) => !folder.startsWith('/usr/'))].filter((file) => existsSync(file));
}

const folder = z.string().regex(/^\/[^\p{Cc}]{0,4000}$/u);
const answerSchema = z.tuple([folder, z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/), z.array(folder).max(200)]);

function ask(program: string): z.infer<typeof answerSchema> {
  // A program that ignores signals, or outlives greenloop, is ended all the same.
  const command = existsSync(TIMEOUT) ? [TIMEOUT, '--signal=KILL', String(ANSWER_SECONDS), program] : [program];
  const options = { timeout: 1000 * (ANSWER_SECONDS + 1), killSignal: 'SIGKILL', maxBuffer: MOST_ANSWER } as const;
  try {
    const [first = program, ...words] = [...command, '-I', '-c', QUESTION];
    const text = execFileSync(first, words, { ...options, encoding: 'utf8', stdio: 'pipe' });
    return answerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SandboxFault(`${program} does not run as Python; install 3.10 or newer (Debian: apt install python3)`, {
      cause,
    });
  }
}

/** Resolves a version manager's links. */
function realPath(path: string, name: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new SandboxFault(`${name} names ${path} as its program, which does not exist`, { cause });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
