import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { describeRunStore } from './run-store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-run-store-'));
after(() => rmSync(folder, { recursive: true }));

describeRunStore('SQLite in memory', () => {
  const ledger = new SqliteLedger(':memory:');
  return { writing: ledger.runs, reading: ledger.runs, close: () => ledger.close() };
});

let files = 0;

describeRunStore('SQLite in a file, read through another connection', () => {
  files += 1;
  const path = join(folder, `${files}.db`);
  const [writing, reading] = [new SqliteLedger(path), new SqliteLedger(path)];
  const close = () => {
    writing.close();
    reading.close();
  };
  return { writing: writing.runs, reading: reading.runs, close };
});
