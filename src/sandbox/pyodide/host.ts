// A child process of greenloop with one Python: `node host.ts '{"role": "judge", ...}'`. Roles: judge, candidate, and snapshot,
// which writes the memory of a Python that has prepared one of the other two to standard output.
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BlockingChannel } from './blocking-channel.ts';
import { CandidateHost } from './candidate-host.ts';
import type { DeviceOperations, EmscriptenFiles, EmscriptenModule } from './emscripten.ts';
import { type Interpreter, startInterpreter } from './interpreter.ts';
import { JudgeHost } from './judge-host.ts';
import { takeNodeRights } from './node-rights.ts';
import type { Role } from './role.ts';

export interface HostOptions {
  readonly role: 'judge' | 'candidate';
  /** Writes a snapshot to standard output instead of serving. */
  readonly makesSnapshot?: boolean;
  /** Folders, each with a slash at its end. */
  readonly pyodide: string;
  readonly runner: string;
  /** A file with the memory of a Python that has prepared this role; null starts without. */
  readonly snapshot: string | null;
}

const RUNNER = '/runner';
const READ_ONLY = 0o555;
/** Looking at one of these loads Node's whole HTTP client. */
const LOADED_AT_FIRST_USE = [
  ...['fetch', 'WebSocket', 'EventSource', 'FormData', 'Headers', 'Request', 'Response', 'MessageEvent', 'CloseEvent'],
];

async function start(options: HostOptions): Promise<void> {
  const rights = takeNodeRights();
  const channel = new BlockingChannel(() => rights.leave(0));
  const role: Role = options.role === 'judge' ? new JudgeHost(channel, rights) : new CandidateHost(channel, rights);
  const snapshot = options.snapshot === null ? null : readFileSync(options.snapshot);
  const interpreter = await startInterpreter({
    pyodide: options.pyodide,
    snapshot,
    keepsSnapshot: options.makesSnapshot ?? false,
    mostBytes: role.mostBytes,
    replaceImports: (imports) => role.lock.replaceImports(imports),
  });
  copyRunner(interpreter.module, options.runner);
  if (snapshot === null) prepare(interpreter, options);
  if (options.makesSnapshot) return writeSnapshot(interpreter.python.makeMemorySnapshot());
  serve(role, interpreter);
}

/** Files are in no snapshot, and test files need some of these later. */
function copyRunner({ FS }: EmscriptenModule, runner: string): void {
  FS.mkdirTree(RUNNER);
  for (const name of readdirSync(runner).filter((file) => file.endsWith('.py')))
    FS.writeFile(`${RUNNER}/${name}`, readFileSync(join(runner, name), 'utf8'));
}

/** Loads the runner's modules, which stay as `role` in the main module. */
function prepare({ python }: Interpreter, { role }: HostOptions): void {
  python.runPython(
    `import sys; sys.path.insert(0, ${JSON.stringify(RUNNER)}); import pyodide_${role} as role; sys.path.pop(0); role.prepare()`,
  );
}

function writeSnapshot(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; ) start += writeSync(1, bytes, start);
}

function serve(role: Role, { python, module }: Interpreter): never {
  bareFileSystem(module);
  role.addDevices(module);
  // Makes Python ask for signals now and then; the lock answers.
  python.setInterruptBuffer(new Uint8Array(1));
  python.runPython('role.lock()');
  const address = module.stringToNewUTF8('role.serve()');
  silence(module);
  makeReadOnly(module);
  bareNode();
  role.lock.close();
  return role.serve(module, () => module._PyRun_SimpleString(address));
}

/** Leaves /lib, /dev and an empty /tmp, in which programs start; nothing else can be written to. */
function bareFileSystem({ FS }: EmscriptenModule): void {
  FS.chdir('/tmp');
  FS.hashRemoveNode(FS.lookupPath('/proc').node);
  delete FS.root.contents.proc;
  for (const folder of ['/dev/shm/tmp', '/dev/shm', '/home/web_user', '/home/pyodide', '/home'])
    removeQuietly(() => FS.rmdir(folder));
  for (const device of ['tty', 'tty1', 'stdin', 'stdout', 'stderr']) removeQuietly(() => FS.unlink(`/dev/${device}`));
}

/** What is written to standard output and error by their numbers goes nowhere, and at once. */
function silence({ FS }: EmscriptenModule): void {
  for (const stream of FS.streams.slice(0, 3)) {
    const { stream_ops: operations } = stream as { stream_ops: DeviceOperations };
    (stream as { stream_ops: DeviceOperations }).stream_ops = {
      ...operations,
      write: (_s, _heap, _offset, length) => length,
    };
  }
}

/** Emscripten looks at these bits when a program opens, makes, moves or removes something. */
function makeReadOnly({ FS }: EmscriptenModule): void {
  for (const path of ['/', '/dev', ...everythingIn(FS, '/lib'), ...everythingIn(FS, RUNNER)]) FS.chmod(path, READ_ONLY);
}

function everythingIn(files: EmscriptenFiles, path: string): string[] {
  const names = files.isDir(files.stat(path).mode) ? files.readdir(path).filter((name) => !/^\.\.?$/.test(name)) : [];
  return [path, ...names.flatMap((name) => everythingIn(files, `${path}/${name}`))];
}

function removeQuietly(remove: () => void): void {
  try {
    remove();
  } catch {
    // A version of Pyodide that lacks it.
  }
}

/** Takes away what JavaScript could do, in case that a program finds a way to it. */
function bareNode(): void {
  const globals = globalThis as Record<string, unknown>;
  for (const name of ['require', 'process', 'navigator', ...LOADED_AT_FIRST_USE]) delete globals[name];
  // Those behind a getter are made at their first use, and are gone or harmless.
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(globalThis))) freezeIntrinsic(value);
}

function freezeIntrinsic(value: unknown): void {
  if (typeof value !== 'function') return;
  if (typeof value.prototype === 'object' && value.prototype !== null) Object.freeze(value.prototype);
  Object.freeze(value);
}

await start(JSON.parse(process.argv[2] ?? '{}') as HostOptions);
