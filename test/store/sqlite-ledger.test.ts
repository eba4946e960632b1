import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import type { Completion } from '../../src/models/model.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';

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
    ['text.db', /cannot use \S+text\.db as the ledger \(.*\); choose a file that can be written$/],
    ['.', /as the ledger \(.*\); choose a file that can be written$/],
    ['newer.db', /newer\.db was written by a newer greenloop; update it, or choose another ledger$/],
    ['/proc/none/ledger.db', /as the ledger \(.*\); choose a file that can be written$/],
    [join('text.db', 'below.db'), /below\.db as the ledger \(.*\); choose a file that can be written$/],
  ] as const;
  for (const [name, message] of cases) {
    assert.throws(() => new SqliteLedger(resolve(folder, name)), { name: 'Refusal', message });
  }
});

/** Tables of a ledger that greenloop made, and what a stranger has put in besides. */
function strange(name: string, sql: string): string {
  const path = join(folder, name);
  new SqliteLedger(path).close();
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(sql);
  database.close();
  return path;
}

for (const [name, sql] of [
  [
    'a trigger',
    'CREATE TRIGGER grow AFTER INSERT ON completions BEGIN INSERT INTO verdicts SELECT * FROM verdicts; END',
  ],
  ['a trigger with a name of ours', 'CREATE TRIGGER trials_by_task AFTER INSERT ON runs BEGIN SELECT 1; END'],
  ['a view', 'CREATE VIEW more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'],
  ['a view in the place of a table', 'DROP TABLE verdicts; CREATE VIEW verdicts AS SELECT 1 AS key, 2 AS value'],
  ['a table of another form', 'DROP TABLE verdicts; CREATE TABLE verdicts (key, value)'],
  [
    'a column that is computed',
    'DROP TABLE verdicts; CREATE TABLE verdicts (key TEXT PRIMARY KEY, value AS (hex(zeroblob(1e9))))',
  ],
  ['a table more', 'CREATE TABLE "\u001b[2J\n" (a)'],
  ['a virtual table', 'CREATE VIRTUAL TABLE words USING fts5(a)'],
  ['an index on an expression', 'CREATE INDEX slow ON runs (abs(started))'],
  ['a table less', 'DROP TABLE trials'],
  ['no version', 'PRAGMA user_version = 0'],
  ['an old version', 'PRAGMA user_version = 1'],
  ['a negative version', 'PRAGMA user_version = -3'],
] as const) {
  test(`a ledger with ${name} is refused in one line, and not written to`, () => {
    const path = strange(`${name}.db`, sql);
    const before = readFileSync(path);
    assert.throws(
      () => new SqliteLedger(path),
      (error) => {
        assert.ok(error instanceof Refusal, String(error));
        assert.match(error.message, /^[^\p{Cc}]+, so it is not a greenloop ledger; choose another file$/u);
        return true;
      },
    );
    assert.deepEqual(readFileSync(path), before);
  });
}

test('a database of another program is left as it is', () => {
  const path = join(folder, 'other.db');
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE songs (title)');
  other.close();
  assert.throws(
    () => new SqliteLedger(path),
    /holds "table songs on songs: CREATE TABLE songs \(title\)", so it is no/,
  );
});

test('pipes, devices and sockets are refused', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero', '/dev/null']) {
    assert.throws(() => new SqliteLedger(path), /^Refusal: \S+ is not a file; choose another ledger$/);
  }
});

test('rows of odd types, sizes and contents are as good as none', () => {
  const deep = `'{"a":' || replace(hex(zeroblob(20000)), '0', '[')`;
  for (const value of [
    'zeroblob(90000000)',
    '7',
    '1e999',
    "''",
    "'null'",
    "x'ff00'",
    deep,
    '\'{"text":7}\'',
    `'"${'x'.repeat(99)}'`,
  ]) {
    const path = strange(`row${value.length}${value[0]}.db`, `INSERT INTO completions VALUES ('k', ${value})`);
    const told: string[] = [];
    const ledger = new SqliteLedger(path, { onTrouble: (line) => told.push(line) });
    assert.equal(ledger.completion('k'), null, value);
    assert.deepEqual(told, []);
    ledger.close();
  }
});

test('runs with ids that are paths, and rows of odd types, are passed over', async () => {
  const row = (id: string, plan = "'{}'") =>
    `INSERT INTO runs VALUES (${id}, ${id}, '2026-01-01T00:00:00.000Z', 'running', NULL, 1, ${plan}, NULL);`;
  const ids = ["'../../x'", "x'00'", '7', "'20260101-0000-a.b'", "'20260101-0000-abcd/../../x'"];
  const path = strange(
    'runs.db',
    `${ids.map((id) => row(id)).join('')}${row("'20260101-0000-abcd'")}${row("'20260101-0000-abce'", 'zeroblob(9)')}`,
  );
  const ledger = new SqliteLedger(path);
  assert.deepEqual(
    (await ledger.runs.list()).map(({ id, state }) => [id, state]),
    [['20260101-0000-abcd', 'stopped']],
  );
  await ledger.runs.compact();
  ledger.close();
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
  assert.match(lines[0] ?? '', /^the ledger \S+locked\.db fails \(database is locked\): the run continues, /);
  ledger.close();
});
