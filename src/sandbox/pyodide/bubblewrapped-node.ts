import { execFileSync } from 'node:child_process';
import { DEVICES, systemFiles } from '../bubblewrap-files.ts';
import type { HostCommand } from './host-process.ts';

const NOBODY = '65534';

/** A command that runs Node in bubblewrap, where there is one: no network, no other processes, only these files, nothing to write to. */
export function readOnlyNode(
  bubblewrap: string | null,
  node: string,
  words: readonly string[],
  files: readonly string[],
): HostCommand {
  if (bubblewrap === null) return { file: node, arguments: words };
  const options = [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--die-with-parent', '--new-session', '--clearenv', '--uid', NOBODY, '--gid', NOBODY],
    ...['--hostname', 'sandbox', '--cap-drop', 'ALL'],
    ...systemFiles(),
    ...(node.startsWith('/usr/') ? [] : ['--ro-bind', node, node]),
    ...files.flatMap((path) => ['--ro-bind', path, path]),
    ...DEVICES,
    ...['--remount-ro', '/', '--chdir', '/'],
  ];
  return { file: bubblewrap, arguments: [...options, node, ...words] };
}

/** Whether bubblewrap really makes namespaces here. */
export function makesNamespaces(bubblewrap: string): boolean {
  const options = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', 'true'];
  try {
    execFileSync(bubblewrap, options, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
