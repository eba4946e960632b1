import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';

const QUESTION = 'import json, sys; print(json.dumps([p for p in sys.path if p.endswith("-packages")]))';

/** The folders of installed packages (pytest, numpy) that an interpreter looks in by itself; none where it does not answer. */
export function packageFoldersOf(python: string): readonly string[] {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    };
    return JSON.parse(execFileSync(python, ['-I', '-c', QUESTION], options)) as string[];
  } catch {
    return [];
  }
}
