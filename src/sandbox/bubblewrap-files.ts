import { existsSync } from 'node:fs';

/** Options of bubblewrap that show the system's programs and libraries, read-only. */
export function systemFiles(): string[] {
  return [
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/bin', '/bin'],
    ...(existsSync('/lib64') ? ['--symlink', 'usr/lib64', '/lib64'] : []),
  ];
}

/** Options of bubblewrap for the only devices that there are inside. */
export const DEVICES = [
  ...['--dir', '/dev', '--dev-bind', '/dev/null', '/dev/null', '--dev-bind', '/dev/urandom', '/dev/urandom'],
];

/** Options that show a file or folder where it exists, read-only. bubblewrap alone would make the folders above it for their owner only. */
export function shown(path: string): string[] {
  const above = path.split('/').map((_, depth, names) => names.slice(0, depth).join('/'));
  return [...above.slice(2).flatMap((folder) => ['--perms', '0755', '--dir', folder]), '--ro-bind-try', path, path];
}
