import { parseJsonLines } from '../../../base/json-lines.ts';
import { dataFileBenchmark } from '../../benchmark-source.ts';
import { readRows } from '../../parse-row.ts';
import { readHumanEvalTask } from './humaneval.ts';

/** HumanEval (Chen et al. 2021), from its repository. */
export const humaneval = dataFileBenchmark(
  'humaneval',
  {
    path: 'humaneval/HumanEval.jsonl.gz',
    sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
    url: 'https://raw.githubusercontent.com/openai/human-eval/6d43fb980f9fee3c892a914eda09951f772ad10d/data/HumanEval.jsonl.gz',
  },
  (text, path) => readRows(parseJsonLines(text, path), path, readHumanEvalTask),
);
