import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
    ['text.db', /cannot use \S+text\.db as the ledger \(.*\); choose a file that can be written with --ledger$/],
    ['.', /as the ledger \(.*\); choose a file that can be written with --ledger$/],
    ['newer.db', /newer\.db was written by a newer greenloop; update it, or choose another ledger with --ledger$/],
    ['/proc/none/ledger.db', /as the ledger \(.*\); choose a file that can be written with --ledger$/],
    [join('text.db', 'below.db'), /below\.db as the ledger \(.*\); choose a file that can be written with --ledger$/],
  ] as const;
  for (const [name, message] of cases) {
    assert.throws(() => new SqliteLedger(resolve(folder, name)), { name: 'Refusal', message });
  }
});

test('fresh, it uses nothing that was there, and replaces it', () => {
  const path = join(folder, 'fresh.db');
  const before = new SqliteLedger(path);
  before.saveCompletion('k', completion);
  const fresh = new SqliteLedger(path, { isFresh: true });
  assert.equal(fresh.completion('k'), null);
  fresh.saveCompletion('k', { ...completion, text: 'new' });
  assert.deepEqual([fresh.completion('k')?.text, before.completion('k')?.text], ['new', 'new']);
  fresh.close();
  before.close();
});

test('a row that is damaged, or of another shape, is as good as none', () => {
  const path = join(folder, 'damaged.db');
  const ledger = new SqliteLedger(path);
  const raw = new DatabaseSync(path);
  for (const [key, value] of Object.entries({
    a: '{',
    b: '{}',
    c: '{"kind":"passed"}',
    d: JSON.stringify({ ...completion, text: 1 }),
  })) {
    raw.prepare('INSERT INTO completions VALUES (?, ?)').run(key, value);
    raw.prepare('INSERT INTO verdicts VALUES (?, ?)').run(key, value);
    assert.deepEqual([ledger.completion(key), ledger.verdict(key)], [null, null], value);
  }
  raw.close();
  ledger.close();
});

test('a file that fails later ends nothing, and that is said once', () => {
  const path = join(folder, 'locked.db');
  const lines: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => lines.push(line) });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  ledger.saveCompletion('k', completion);
  ledger.saveCompletion('l', completion);
  other.exec('ROLLBACK');
  other.close();
  assert.equal(ledger.completion('k'), null);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^the ledger \S+locked\.db fails \(database is locked\): the run goes on, /);
  ledger.close();
});
