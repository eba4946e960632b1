import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEVICES, shown, systemFiles } from '../bubblewrap-files.ts';
import { filesOf, type Interpreter } from '../native/interpreter.ts';
import { isRoot, NOBODY } from '../native/isolated-command.ts';
import { sharedThreads } from '../native/threads.ts';
import { ENVIRONMENT } from '../native/zygote-command.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectPython } from './project-python.ts';

/** What a run of a project's tests is made of. */
export interface ProjectParts {
  readonly bubblewrap: string;
  /** Runs what watches over the tests; nothing of the project. */
  readonly interpreter: Interpreter;
  /** Folder of the Python runner. */
  readonly runner: string;
  readonly project: ProjectFolder;
  readonly python: ProjectPython;
  /** The file that is replaced, by its real path. */
  readonly file: string;
  /** Rights of that file. */
  readonly mode: number;
  /** Memory of all processes of a run together. */
  readonly mostBytes: number;
  /** Folder that the command runs in. */
  readonly folder: string;
}

/** How root's rights are given up: before bubblewrap starts, or within it where nobody could not read the project. */
export interface ProjectUser {
  readonly outside: number | null;
  readonly inside: number | null;
}

/** What one run does. */
export interface ProjectTask {
  readonly command: string;
  readonly limitSeconds: number;
  /** Whether the function is replaced by one that tells of its calls. */
  readonly isStubbed: boolean;
}

/** The descriptor from which bubblewrap reads the file. */
export const FILE_DESCRIPTOR = 4;

const RUNNER = '/runner';
const REPORTING = `${RUNNER}/project`;
const LINKS = '/opt/greenloop';
const HOME = '/tmp/home';
const REPORT = '/tmp/greenloop/report';
const SCRATCH_BYTES = 256 << 20;
const SHARED_BYTES = 64 << 20;
const MOST_THREADS = 64;

/** The ways to give up root's rights, the strongest first; one that gives up nothing for any other user. */
export function projectUsers(): ProjectUser[] {
  const isOwn = { outside: null, inside: null };
  return isRoot()
    ? [
        { ...isOwn, outside: NOBODY },
        { ...isOwn, inside: NOBODY },
      ]
    : [isOwn];
}

/** The words after `bwrap` that run a task: the project read-only with one file replaced, no network, nothing else of the machine. */
export function projectWords(parts: ProjectParts, user: ProjectUser, task: ProjectTask): string[] {
  const { interpreter } = parts;
  return [
    ...rights(user),
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'sandbox', '--new-session', '--as-pid-1', '--clearenv'],
    ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
    ...machineFiles(parts),
    ...projectFiles(parts),
    ...['--remount-ro', '/', '--chdir', parts.folder],
    ...[interpreter.path, '-s', '-S', '-B', `${RUNNER}/project_run.py`, JSON.stringify(taskOf(parts, user, task))],
  ];
}

function rights({ inside }: ProjectUser): string[] {
  if (inside !== null) return ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'];
  return ['--unshare-user', '--uid', String(NOBODY), '--gid', String(NOBODY), '--cap-drop', 'ALL'];
}

function machineFiles({ interpreter, runner, python }: ProjectParts): string[] {
  const own = ['/etc/alternatives', '/etc/ld.so.cache', ...filesOf(interpreter)];
  const links = python.interpreter === null ? [] : ['python', 'python3'].map((name) => join(LINKS, name));
  return [
    ...systemFiles(),
    ...own.flatMap(shown),
    ...DEVICES,
    ...['--ro-bind', runner, RUNNER, '--perms', '1777', '--size', String(SCRATCH_BYTES), '--tmpfs', '/tmp'],
    ...['--perms', '1777', '--size', String(SHARED_BYTES), '--tmpfs', '/dev/shm'],
    ...['/opt', LINKS].flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...links.flatMap((link) => ['--symlink', python.interpreter!, link]),
    ...python.files.flatMap(shown),
  ];
}

function projectFiles({ project, runner, file, mode }: ProjectParts): string[] {
  const { root, hiddenFolders, hiddenFiles } = project;
  const nothing = join(runner, 'project', 'hidden');
  // What Python keeps of the file as it was may pass for what it is now.
  const compiled = [join(dirname(file), '__pycache__')].filter((path) => existsSync(path));
  return [
    ...shown(root),
    ...[...hiddenFolders, ...compiled].flatMap((path) => ['--perms', '0555', '--tmpfs', path, '--remount-ro', path]),
    ...hiddenFiles.flatMap((path) => ['--ro-bind', nothing, path]),
    ...['--perms', (mode | 0o444).toString(8).padStart(4, '0'), '--ro-bind-data', String(FILE_DESCRIPTOR), file],
  ];
}

function taskOf(parts: ProjectParts, user: ProjectUser, { command, limitSeconds, isStubbed }: ProjectTask): object {
  const threads = user.inside === null ? MOST_THREADS : sharedThreads(user.inside).limit;
  const words = adapted(command, parts.python);
  const environment = { ...environmentOf(parts), ...(isStubbed && { GREENLOOP_STUBBED: '1' }) };
  return { command: words, limitSeconds, threads, user: user.inside, environment, folders: [HOME, '/tmp/greenloop'] };
}

function environmentOf({ python, project, file }: ProjectParts): Record<string, string> {
  return {
    ...ENVIRONMENT,
    PATH: [...(python.interpreter === null ? [] : [LINKS]), ...python.searchPath].join(':'),
    HOME,
    TMPDIR: '/tmp',
    ...(python.environment !== null && { VIRTUAL_ENV: python.environment }),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
    PYTHONPATH: REPORTING,
    PYTEST_ADDOPTS: '-p greenloop_pytest -o cache_dir=/tmp/pytest-cache',
    GREENLOOP_REPORT: REPORT,
    GREENLOOP_TARGET: file,
    GREENLOOP_PROJECT: project.root,
  };
}

/** The command with what reports each test in the place of unittest's own runner, and pytest as a module where it is no program. */
function adapted(command: string, { searchPath }: ProjectPython): string {
  const hasPytest = searchPath.some((folder) => existsSync(join(folder, 'pytest')));
  const withPytest = hasPytest ? command : command.replace(/^\s*(?:pytest|py\.test)(?=\s|$)/, 'python -m pytest');
  return withPytest.replace(/(\s-m\s+)unittest(?=\s|$)/g, '$1greenloop_unittest');
}
