import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Makes a project with these files in a folder of its own, which nobody can read too; gives back the project's folder. */
export function makeProject(files: Readonly<Record<string, string | Uint8Array>>): {
  root: string;
  remove: () => void;
} {
  const outer = mkdtempSync(join(tmpdir(), 'greenloop-project-'));
  chmodSync(outer, 0o755);
  const root = join(outer, 'project');
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { root, remove: () => rmSync(outer, { recursive: true, force: true }) };
}
