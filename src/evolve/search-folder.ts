import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { HEARTBEAT_MS, type Holder, holderSchema, holderText, holdingProcess, isHeld } from '../base/holder.ts';
import { fileErrorReason } from '../base/write-file.ts';

const FILE = 'holder.json';
/** A holder writes its file in far less; one that cannot be read after that was killed while it wrote. */
const WRITING_MS = 5_000;

/** A folder that this process alone writes a search into, until it is released. */
export class SearchFolder {
  readonly path: string;
  readonly #text: string;
  readonly #heartbeat: NodeJS.Timeout;

  /** Makes the folder where there is none; refuses one that another search is writing into. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true });
      this.#text = JSON.stringify(holdingProcess(path));
      holdFolder(path, this.#text);
    } catch (cause) {
      const error = cause as NodeJS.ErrnoException;
      if (error.code === undefined) throw cause;
      throw new Refusal(`cannot write to ${path}: ${fileErrorReason(error)}; choose another folder`, {
        choice: 'run-folder',
        cause,
      });
    }
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  /** Call it before each change of the folder: another process takes a folder whose holder was silent for long. */
  refuseLost(): void {
    if (this.#isOwn()) return;
    throw new Refusal(
      `another process has taken over the search in ${this.path}, so this one stops; its last checkpoint is kept`,
    );
  }

  release(): void {
    clearInterval(this.#heartbeat);
    if (this.#isOwn()) rmSync(join(this.path, FILE), { force: true });
  }

  #isOwn(): boolean {
    return readIfAny(join(this.path, FILE)) === this.#text;
  }

  #beat(): void {
    if (!this.#isOwn()) return;
    const now = new Date();
    utimesSync(join(this.path, FILE), now, now);
  }
}

/** Writes a holder into the folder; refuses where another one is at work. */
function holdFolder(folder: string, own: string): void {
  while (!isTaken(folder, own));
}

/**
 * Whether the folder is now held by `own`; false where another process changed the holder meanwhile. Only one process can follow a dead
 * holder: the file of its successor is named after it, and made only where there is none. A successor that died before it became
 * the holder is followed in the same way.
 */
function isTaken(folder: string, own: string): boolean {
  const path = join(folder, FILE);
  const first = made(path, own);
  if (first === null) return true;
  const left: string[] = [];
  let dead = first;
  for (;;) {
    refuseHeld(folder, dead);
    const successor = join(folder, `holder-after-${hashOf(dead.text).slice(0, 16)}.json`);
    const other = made(successor, own);
    if (other !== null) {
      left.push(successor);
      dead = other;
      continue;
    }
    const isUnchanged = readIfAny(path) === first.text;
    if (isUnchanged) renameSync(successor, path);
    else rmSync(successor);
    if (isUnchanged) for (const file of left) rmSync(file, { force: true });
    return isUnchanged;
  }
}

interface HolderFile {
  readonly text: string;
  /** When it was changed last, in milliseconds since 1970. */
  readonly heard: number;
}

/** Makes the file with this text where there is none, and returns null; else what the file holds. */
function made(path: string, text: string): HolderFile | null {
  for (;;) {
    try {
      writeFileSync(path, text, { flag: 'wx' });
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const heard = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    const other = readIfAny(path);
    if (heard !== undefined && other !== null) return { text: other, heard };
  }
}

function refuseHeld(folder: string, { text, heard }: HolderFile): void {
  const holder = parsed(text);
  const isAtWork = holder === null ? Date.now() - heard < WRITING_MS : isHeld(holder, heard, folder);
  if (!isAtWork) return;
  const who = holder === null ? 'another process' : holderText(holder);
  throw new Refusal(`${who} is searching in ${folder}; wait until it ends, or choose another folder`, {
    choice: 'run-folder',
  });
}

function parsed(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function readIfAny(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
