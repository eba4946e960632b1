import { join } from 'node:path';
import { packageRoot } from '../../../base/package-root.ts';
import type { BenchmarkSource } from '../../benchmark-source.ts';
import { readTaskFile } from '../own-file/task-file.ts';

/** The tasks that ship with greenloop. */
export const starter = shipped('starter', 'tasks.jsonl');

/** The first of them. */
export const starterMini = shipped('starter-mini', 'tasks-mini.jsonl');

function shipped(name: string, file: string): BenchmarkSource {
  return { name, load: async () => readTaskFile(join(packageRoot, 'starter', file)) };
}
