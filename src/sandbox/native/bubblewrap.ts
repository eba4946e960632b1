import { DEVICES, shown, systemFiles } from '../bubblewrap-files.ts';
import { filesOf, type Interpreter } from './interpreter.ts';
import { type IsolatedCommand, type IsolationParts, isRoot, NOBODY } from './isolated-command.ts';
import { sharedThreads } from './threads.ts';
import { ENVIRONMENT, zygoteCommand } from './zygote-command.ts';

const SCRATCH_BYTES = 64 << 20;
const MOST_THREADS = 64;
const RUNNER = '/runner';

const USER_NAMESPACE = ['--unshare-user', '--uid', String(NOBODY), '--gid', String(NOBODY), '--cap-drop', 'ALL'];
const TO_BECOME_NOBODY = ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'];

/**
 * The ways to isolate with bubblewrap: no network, no other processes, nothing to see but the interpreter, nothing writable but a
 * small /tmp. Root is exempt from the limit on threads, inside too, so it starts bubblewrap as nobody; where nobody cannot
 * read the interpreter it needs no user namespace, and the zygote becomes nobody inside.
 */
export function bubblewrapCommands(parts: IsolationParts): IsolatedCommand[] {
  const { bubblewrap } = parts;
  if (bubblewrap === null) return [];
  const asUser = commandOf(bubblewrap, parts, USER_NAMESPACE, { user: null });
  if (!isRoot()) return [asUser];
  const inside = commandOf(bubblewrap, parts, TO_BECOME_NOBODY, { user: NOBODY });
  return [
    { ...asUser, user: NOBODY },
    { ...inside, lacks: ['a separate limit on threads'] },
  ];
}

function commandOf(
  bubblewrap: string,
  { python, visiblePackages: packages, runner }: IsolationParts,
  rights: readonly string[],
  { user }: { user: number | null },
): IsolatedCommand {
  const shared = user === null ? null : sharedThreads(user);
  const zygote = zygoteCommand(python, RUNNER, {
    packages,
    threads: shared?.limit ?? MOST_THREADS,
    user,
    readable: null,
  });
  return {
    name: 'bwrap',
    lacks: [],
    file: bubblewrap,
    arguments: [...rights, ...namespaces(), ...files(python, runner), ...zygote],
    environment: {},
    user: null,
    needsScratch: false,
    sharedThreads: shared,
  };
}

function namespaces(): string[] {
  const environment = Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]);
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'sandbox', '--new-session', '--clearenv', ...environment],
  ];
}

function files(python: Interpreter, runner: string): string[] {
  return [
    ...systemFiles(),
    // A numeric library may be a link into the first; the second says where libraries lie.
    ...['/etc/alternatives', '/etc/ld.so.cache', ...filesOf(python)].flatMap(shown),
    ...DEVICES,
    ...['--ro-bind', runner, RUNNER, '--perms', '1777', '--size', String(SCRATCH_BYTES), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/tmp'],
  ];
}
