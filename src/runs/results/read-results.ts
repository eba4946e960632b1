import { basename } from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { parseJson, parseJsonLines } from '../../base/json-lines.ts';
import { readBytes, readRecords } from '../../base/read-file.ts';
import { inspectRows, isZip } from './inspect-log.ts';
import { evalPlusRows, humanEvalRows } from './judged-samples.ts';
import { promptfooRows } from './promptfoo.ts';
import { type Result, resultsOf } from './result.ts';

/** Reads somebody's results: of EvalPlus, human-eval, promptfoo (JSON) or inspect_ai (`.eval`); a Refusal lists what can be read. */
export function readResults(path: string): Result[] {
  const bytes = readBytes(path);
  if (isZip(bytes)) return resultsOf(inspectRows(bytes, path));
  const text = readRecords(path);
  const name = basename(path).replace(/(?:[._](?:eval_)?results)?\.jsonl?(?:\.gz)?$/, '');
  const isLines = /\.jsonl(?:\.gz)?$/.test(path);
  const data = isLines ? null : parseJson(text, path);
  const rows = isLines
    ? humanEvalRows(parseJsonLines(text, path), name)
    : (evalPlusRows(data, name) ?? promptfooRows(data));
  if (rows !== null) return resultsOf(rows);
  throw new Refusal(
    `${path} has no results that can be compared; expected those of EvalPlus, human-eval ("passed" in each line), promptfoo (JSON) or inspect_ai (.eval)`,
  );
}
