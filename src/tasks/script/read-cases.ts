import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { fileIssueText } from '../../base/issue-text.ts';
import { parseJson, parseJsonLines } from '../../base/json-lines.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import type { ScriptCase } from './script-case.ts';

/** A case in a file: numbers may stand for their text. */
export const scriptCaseSchema = z.strictObject({ input: textOrNumber(), output: textOrNumber() });
const cases = z.array(scriptCaseSchema).min(1, 'expected at least one case');

function textOrNumber() {
  return z.union([z.string(), z.number()]).transform(String);
}

const READERS: Readonly<Record<string, (text: string, path: string) => unknown>> = {
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.json': parseJson,
  '.jsonl': parseJsonLines,
};

/** True for a path that holds cases of a script, not Python: a folder, or a file of YAML or JSON. */
export function holdsCases(path: string): boolean {
  return extname(path).toLowerCase() in READERS || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** The cases of a file (a list of `input` and `output`), or of a folder with `NAME.in` and `NAME.out` in it. Throws a Refusal. */
export function readCases(path: string): ScriptCase[] {
  const read = READERS[extname(path).toLowerCase()];
  if (read === undefined) return readFolder(path);
  const value = read(readText(path), path);
  const result = cases.safeParse(value);
  if (!result.success) throw new Refusal(fileIssueText(result.error, path, value), { cause: result.error });
  return result.data;
}

function readFolder(folder: string): ScriptCase[] {
  const files = new Set(readdirSync(folder));
  const inputs = [...files].filter((name) => name.endsWith('.in')).sort();
  const found = inputs.map((name) => {
    const stem = name.slice(0, -'.in'.length);
    const output = [`${stem}.out`, `${stem}.ans`].find((one) => files.has(one));
    if (output === undefined) throw new Refusal(`${join(folder, name)} has no ${stem}.out beside it`);
    return { input: readText(join(folder, name)), output: readText(join(folder, output)) };
  });
  if (found.length === 0) throw new Refusal(`${folder} holds no cases: expected files such as 1.in and 1.out`);
  return found;
}
