// Runs in the children.

/** What a host needs of Node, taken before everything is taken away. */
export interface NodeRights {
  readonly leave: (code: number) => never;
  readonly cpuSeconds: () => number;
  readonly parent: () => number;
  readonly now: () => number;
}

/** What a program wanted that used up the stack of WebAssembly. */
export const TOO_DEEP = 'nesting or recursion this deep';

const MILLISECONDS_BETWEEN_LOOKS = 500;

export function takeNodeRights(): NodeRights {
  const node = process as typeof process & { reallyExit(code: number): never };
  const leave = node.reallyExit.bind(node);
  const usage = node.cpuUsage.bind(node);
  return {
    leave,
    cpuSeconds: () => {
      const { user, system } = usage();
      return (user + system) / 1e6;
    },
    parent: () => node.ppid,
    now: performance.now.bind(performance),
  };
}

/** Tells, asked often, whether the process that started this one is gone. */
export function isOrphan({ parent, now }: NodeRights): () => boolean {
  const first = parent();
  let next = now();
  return () => {
    if (now() < next) return false;
    next = now() + MILLISECONDS_BETWEEN_LOOKS;
    return parent() !== first;
  };
}
