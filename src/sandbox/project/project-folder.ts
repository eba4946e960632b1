import { existsSync, opendirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../base/errors.ts';

/** A project as the sandbox shows it, read-only. */
export interface ProjectFolder {
  /** Its real path. */
  readonly root: string;
  /** Folders in it that are shown empty. */
  readonly hiddenFolders: readonly string[];
  /** Files in it that are shown empty. */
  readonly hiddenFiles: readonly string[];
}

const MARKS = ['.git', 'pyproject.toml', 'setup.cfg', 'setup.py'];
const MOST_ENTRIES = 200_000;
/** Shown as they are, whatever their files are called: what packages bring is no secret of the project. */
const OF_PACKAGES = new Set(['node_modules', 'site-packages', '__pycache__']);
const HIDDEN_FOLDERS = new Set(['.git', '.hg', '.svn', '.ssh', '.aws', '.gnupg', '.kube', '.docker', '.greenloop']);
const HIDDEN_FILES = new Set(['.git', '.envrc', '.netrc', '.pypirc', '.npmrc', '.git-credentials', '.htpasswd']);
const HIDDEN_ENDS = ['.pem', '.key', '.p12', '.pfx', '.jks', '.keystore', '.kdbx'];
const HIDDEN_STARTS = ['.env.', 'id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519'];

/**
 * The project of a folder: the nearest one from it upwards with a mark; else the folder where the user works, if that holds it and no home;
 * else the folder. Refuses a home, and what holds it.
 */
export function findProject(folder: string, home: string, working: string = folder): ProjectFolder {
  const isProject = isWithin(folder, working) && !isWithin(realOr(home), working);
  const root = markedRoot(folder) ?? (isProject ? working : folder);
  if (isWithin(realOr(home), root))
    throw new Refusal(
      `${folder} is not in a project: ${root} is your home folder or contains it, and generated code would see all of it; put a pyproject.toml into the project's own folder`,
    );
  return { root, ...findHidden(root) };
}

/** True for a folder, and for all that it holds. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** True where the sandbox shows nothing of what a path of the project holds. */
export function isHidden(path: string, { hiddenFolders, hiddenFiles }: ProjectFolder): boolean {
  return hiddenFiles.includes(path) || hiddenFolders.some((folder) => isWithin(path, folder));
}

function markedRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (MARKS.some((mark) => existsSync(join(at, mark)))) return at;
    if (dirname(at) === at) return null;
  }
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What may hold secrets by its name, and sockets and pipes, behind which programs of the host listen. */
function findHidden(root: string): Omit<ProjectFolder, 'root'> {
  const hiddenFolders: string[] = [];
  const hiddenFiles: string[] = [];
  const pending = [root];
  let entries = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of entriesOf(folder)) {
      entries += 1;
      if (entries > MOST_ENTRIES)
        throw new Refusal(`${root} holds more than ${MOST_ENTRIES} files; move the code into its own project folder`);
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (HIDDEN_FOLDERS.has(entry.name)) hiddenFolders.push(path);
        else if (!OF_PACKAGES.has(entry.name)) pending.push(path);
      } else if (entry.isSocket() || entry.isFIFO() || (entry.isFile() && isSecret(entry.name))) {
        hiddenFiles.push(path);
      }
    }
  }
  return { hiddenFolders, hiddenFiles };
}

function* entriesOf(folder: string) {
  let open: ReturnType<typeof opendirSync>;
  try {
    open = opendirSync(folder);
  } catch {
    // Nobody sees what the user cannot.
    return;
  }
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) yield entry;
  } finally {
    open.closeSync();
  }
}

function isSecret(name: string): boolean {
  if (name === '.env' || HIDDEN_FILES.has(name)) return true;
  return HIDDEN_STARTS.some((start) => name.startsWith(start)) || HIDDEN_ENDS.some((end) => name.endsWith(end));
}
