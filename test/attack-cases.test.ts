import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readJsonLines } from '../src/base/json-lines.ts';
import { gradeCode } from '../src/runs/grade.ts';
import { readTaskFile } from '../src/tasks/benchmarks/own-file/task-file.ts';
import { openSandbox } from '../src/wiring/sandbox.ts';
import { readSettings } from '../src/wiring/settings.ts';

const cases = join(import.meta.dirname, '../../shared/cases/redteam');
const skip = existsSync(cases) ? false : `the cases are not in ${cases}`;
const sandbox = await openSandbox(readSettings(), 1);
after(() => sandbox.close());

const folders = globSync('*/samples.jsonl', { cwd: cases }).map(dirname).sort();

describe('attacks and wrong code, honest code and references', { skip }, () => {
  for (const folder of folders) {
    test(folder, async () => {
      const { tasks } = readTaskFile(join(cases, folder, 'tasks.jsonl'));
      const byId = new Map(tasks.map((task) => [task.prompt.id, task]));
      const samples = readJsonLines(join(cases, folder, 'samples.jsonl')) as { task_id: string; solution: string }[];
      for (const { task_id: id, solution } of samples) {
        const task = byId.get(id)!;
        const grade = (code: string) => gradeCode(task, code, { sandbox, timeoutSeconds: 20, report: 'all' });
        const isHonest = id.split('/').at(-1)!.startsWith('ok_');
        assert.equal((await grade(solution)).passed, isHonest, id);
        assert.equal((await grade(task.reference!)).passed, true, `the reference of ${id}`);
      }
    });
  }
});
