import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '../../src/base/json-lines.ts';
import { isSameProgram } from '../../src/python/same-program.ts';

const SUFFIX = '__results.jsonl.gz';

/** The repairs of one task, each of the program before it; the visible tests of all programs but perhaps the last one failed. */
export interface RepairLog {
  readonly repairs: readonly LoggedRepair[];
}

export interface LoggedRepair {
  /** What it gives back: the very text it was given, the same but for comments and layout, or another program. */
  readonly change: 'none' | 'layout' | 'program';
  /** By the visible tests. */
  readonly isPassing: boolean;
}

interface Row {
  readonly implementations: readonly string[];
  readonly is_passing: boolean;
}

/** The logs that a data folder has: `humaneval starcoder`, ... */
export function logsIn(data: string): string[] {
  const files = readdirSync(folderOf(data)).filter((name) => name.startsWith('results__') && name.endsWith(SUFFIX));
  return files.map((name) => name.slice('results__'.length, -SUFFIX.length).replace('__', ' ')).toSorted();
}

/** The tasks of a log in which the first program was repaired. */
export function readLog(data: string, name: string): RepairLog[] {
  const rows = readJsonLines(join(folderOf(data), `results__${name.replace(' ', '__')}${SUFFIX}`)) as Row[];
  return rows.filter(({ implementations }) => implementations.length > 1).map(logOf);
}

function folderOf(data: string): string {
  return join(data, 'recordings/ldb-repair-logs');
}

function logOf({ implementations: programs, is_passing }: Row): RepairLog {
  const repairs = programs.slice(1).map((program, index) => ({
    change: changeOf(programs[index]!, program),
    isPassing: is_passing && index === programs.length - 2,
  }));
  return { repairs };
}

function changeOf(before: string, after: string): LoggedRepair['change'] {
  if (before.trim() === after.trim()) return 'none';
  return isSameProgram(before, after) ? 'layout' : 'program';
}
