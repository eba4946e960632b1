import { dataFileBenchmark } from '../../benchmark-source.ts';
import { readRows } from '../../parse-row.ts';
import type { Task } from '../../task.ts';
import { readEvalPlusTask } from './evalplus.ts';

const EVALPLUS = 'https://github.com/evalplus';

/** HumanEval+ (Liu et al. 2023), as EvalPlus released it. */
export const humanevalPlus = dataFileBenchmark(
  'humaneval+',
  {
    path: 'humanevalplus/HumanEvalPlus-v0.1.10.jsonl.gz',
    sha256: '272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101',
    url: `${EVALPLUS}/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz`,
  },
  readLines,
);

/** MBPP+ (Liu et al. 2023), as EvalPlus released it. */
export const mbppPlus = dataFileBenchmark(
  'mbpp+',
  {
    path: 'mbppplus/MbppPlus-v0.2.0.jsonl.gz',
    sha256: 'af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63',
    url: `${EVALPLUS}/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz`,
  },
  readLines,
);

function readLines(text: string, path: string): readonly Task[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return readRows(lines, path, readEvalPlusTask);
}
