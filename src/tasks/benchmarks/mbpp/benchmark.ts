import { dataFileBenchmark } from '../../benchmark-source.ts';
import { readRows } from '../../parse-row.ts';
import { readMbppTask } from './mbpp.ts';

/** The sanitized part of MBPP (Austin et al. 2021), from its repository. */
export const mbpp = dataFileBenchmark(
  'mbpp',
  {
    path: 'mbpp/sanitized-mbpp.json',
    sha256: 'ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9',
    url: 'https://raw.githubusercontent.com/google-research/google-research/master/mbpp/sanitized-mbpp.json',
  },
  (text, path) => readRows(JSON.parse(text) as unknown[], path, readMbppTask),
);
