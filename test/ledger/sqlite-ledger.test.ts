import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { SqliteLedger } from '../../src/ledger/sqlite-ledger.ts';
import type { Completion } from '../../src/models/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-ledger-'));
after(() => rmSync(folder, { recursive: true }));

const completion: Completion = {
  text: "'); DROP TABLE completions; --\u0000\u{1F600}",
  finishReason: 'stop',
  usage: { promptTokens: 3, completionTokens: 4 },
  seconds: 0.1 + 0.2,
  timings: null,
};

test('what was saved is there in the next process, to the last bit', () => {
  const path = join(folder, 'new', 'ledger.db');
  const first = new SqliteLedger(path);
  assert.equal(first.completion("k'"), null);
  first.saveCompletion("k'", completion);
  // A reader beside the writer, and no close: as after kill -9.
  const second = new SqliteLedger(path);
  assert.deepEqual(second.completion("k'"), completion);
  assert.equal(second.verdict("k'"), null);
  second.close();
  first.close();
});

test('the first answer under a key stays', () => {
  const ledger = new SqliteLedger(':memory:');
  ledger.saveCompletion('k', completion);
  ledger.saveCompletion('k', { ...completion, text: 'other' });
  assert.equal(ledger.completion('k')?.text, completion.text);
  ledger.close();
});

test('a file that is no ledger, a folder, and one of a newer version are refused with what to do', () => {
  writeFileSync(join(folder, 'text.db'), 'not a database, and longer than a header of one '.repeat(10));
  const newer = new DatabaseSync(join(folder, 'newer.db'));
  newer.exec('PRAGMA user_version = 1000');
  newer.close();
  const cases = [
    ['text.db', /cannot use \S+text\.db as the ledger \(.*\); choose another with --ledger$/],
    ['.', /as the ledger \(.*\); choose another with --ledger$/],
    ['newer.db', /newer\.db was written by a newer greenloop; update it, or choose another ledger with --ledger$/],
    [join('text.db', 'below.db'), /below\.db as the ledger \(.*\); choose another with --ledger$/],
  ] as const;
  for (const [name, message] of cases) {
    assert.throws(() => new SqliteLedger(join(folder, name)), { name: 'Refusal', message });
  }
});
