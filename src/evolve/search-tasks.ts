import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { parseJson } from '../base/json-lines.ts';
import { readText } from '../base/read-file.ts';
import type { Benchmark } from '../tasks/task.ts';
import { championFile, reportFile } from './finding-files.ts';

const ids = z.array(z.string());

const reportSchema = z.object({
  benchmark: z.object({ name: z.string(), sha256: z.string() }),
  taskIds: z.object({ search: ids, selection: ids, heldOut: ids }),
});

/** Which tasks a search was made on, and which it held out, by their ids. */
export type SearchTasks = Readonly<z.infer<typeof reportSchema>>;

/** The held-out tasks of the search in a folder, in the order of their benchmark; refuses another benchmark, and a search that held none out. */
export function heldOutTasks(benchmark: Benchmark, folder: string): Benchmark {
  const search = readSearchTasks(folder);
  if (search.benchmark.sha256 !== benchmark.sha256)
    throw new Refusal(
      `the search in ${folder} used the benchmark ${search.benchmark.name}, which differs from this ${benchmark.name}`,
    );
  const chosen = new Set(search.taskIds.heldOut);
  const tasks = benchmark.tasks.filter(({ prompt }) => chosen.has(prompt.id));
  if (tasks.length > 0) return { ...benchmark, tasks };
  throw new Refusal(`the search in ${folder} has no held-out tasks; measure its champion on other tasks`);
}

/** How many of these tasks chose the pipeline in a file: those that the search which wrote it was made on; 0 where no search is known. */
export function tasksThatChose(file: string, { sha256, tasks }: Benchmark): number {
  const folder = dirname(resolve(file));
  if (basename(file) !== basename(championFile(folder)) || !existsSync(reportFile(folder))) return 0;
  const { benchmark, taskIds } = readSearchTasks(folder);
  if (benchmark.sha256 !== sha256) return 0;
  const chose = new Set([...taskIds.search, ...taskIds.selection]);
  return tasks.filter(({ prompt }) => chose.has(prompt.id)).length;
}

function readSearchTasks(folder: string): SearchTasks {
  const file = reportFile(folder);
  if (!existsSync(file))
    throw new Refusal(`${join(folder, basename(file))} does not exist; give the folder of a finished search`);
  const read = reportSchema.safeParse(parseJson(readText(file), file));
  if (read.success) return read.data;
  throw new Refusal(`${file} does not name the tasks of its search; another version of greenloop wrote it`);
}
