import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJsonLines } from '../../src/base/json-lines.ts';
import { readText } from '../../src/base/read-file.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import { definedFunctions } from '../../src/python/definitions.ts';
import { freeNames } from '../../src/python/imports.ts';
import { parses, readModule } from '../../src/python/python-module.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { descriptionPrompt, signaturePrompt } from './task-prompt.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const skip = existsSync(data) ? false : `benchmark data and recordings are not in ${data}`;
const ALL = new Set(REPAIR_NAMES);

interface HumanEvalRow {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly canonical_solution: string;
}

function readHumanEval(): Map<string, { prompt: TaskPrompt; solution: string }> {
  const rows = readJsonLines(join(data, 'benchmarks/humaneval/HumanEval.jsonl.gz')) as HumanEvalRow[];
  return new Map(
    rows.map((row) => {
      const prompt = signaturePrompt({ id: row.task_id, text: row.prompt, entryPoint: row.entry_point, context: '' });
      return [row.task_id, { prompt, solution: row.canonical_solution }];
    }),
  );
}

function withoutBlankLines(code: string): string {
  return code.replace(/^[ \t]*\n/gm, '').trimEnd();
}

test('no repair touches a reference solution of HumanEval, and its body alone becomes that solution', { skip }, () => {
  for (const { prompt, solution } of readHumanEval().values()) {
    const program = `${prompt.text}${solution}`;
    assert.deepEqual(repairCode(program, prompt, ALL), { code: program, applied: [] }, prompt.id);
    assert.deepEqual(freeNames(readModule(program)), [], prompt.id);
    const body = repairCode(extractCode(solution, prompt).code, prompt, ALL).code;
    assert.equal(withoutBlankLines(body), withoutBlankLines(program), prompt.id);
  }
});

test('every reference solution of MBPP parses and keeps its entry point through all repairs', { skip }, () => {
  const rows = JSON.parse(readText(join(data, 'benchmarks/mbpp/sanitized-mbpp.json'))) as { code: string }[];
  for (const { code } of rows) {
    const entryPoint = definedFunctions(readModule(code)).at(-1)?.name ?? '';
    const repaired = repairCode(code, descriptionPrompt({ entryPoint, examples: [] }), ALL).code;
    assert.ok(entryPoint !== '' && parses(code) && parses(repaired), code);
    assert.ok(
      definedFunctions(readModule(repaired)).some(({ name }) => name === entryPoint),
      code,
    );
  }
});

test('recorded answers give code that defines the entry point', { skip }, () => {
  const tasks = readHumanEval();
  const path = join(data, 'recordings/qwen3-0.6b-humaneval-10samples/samples.jsonl.gz');
  const all = readJsonLines(path) as { task_id: string; draw: number; completion: string }[];
  const rows = all.filter(({ draw }) => draw < 3);
  const found = rows.filter(({ task_id, completion }) => {
    const { prompt } = tasks.get(task_id)!;
    const { code } = repairCode(extractCode(completion, prompt).code, prompt, ALL);
    return parses(code) && readModule(code).statements.some(({ defines }) => defines.includes(prompt.entryPoint));
  });
  assert.ok(found.length >= rows.length * 0.99, `${found.length} of ${rows.length}`);
});
