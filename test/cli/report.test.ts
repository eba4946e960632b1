import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();

before(async () => {
  const words = ['bench', '-b', 'tasks.yaml', ...SCRIPTED, '-p', 'solo', '-p', 'redraw-then-repair', '--repeats', '2'];
  const { code, stderr } = await place.run([...words, '--out', 'results']);
  assert.equal(code, 0, stderr);
});

test('a report of the last run is one HTML file that loads nothing', async () => {
  const { code, stdout, stderr } = await place.run(['report', 'last']);
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(stderr, /^report\.html: tasks\.yaml: 3 tasks x 2 repeats, 2 pipelines$/m);
  // An icon without content keeps browsers from asking for one.
  const page = place.read('report.html').replace('<link rel="icon" href="data:,">', '');
  assert.match(page, /^<!doctype html>/);
  assert.match(page, /<svg [^>]*aria-hidden="true"/);
  assert.match(page, /--benchmark tasks\.yaml /);
  assert.doesNotMatch(page, /<(?:script|link|iframe|img)\b/);
  assert.doesNotMatch(page, /\b(?:src|href)="(?!#)/);
});

test('a folder has the same numbers and methods as the run in the ledger', async () => {
  const read = async (run: string) => (await place.run(['report', run, '--format', 'md'])).stdout;
  const isOfLedger = (line: string) => /^\| (?:run|begun) \|/.test(line);
  const kept = (await read('last')).split('\n').filter((line) => !isOfLedger(line));
  assert.deepEqual((await read('results')).split('\n'), kept);
  assert.ok(kept.some((line) => line.startsWith('| sandbox and Python | ')));
});

test('every format is what it says', async () => {
  const read = async (format: string) => (await place.run(['report', 'results', '--format', format])).stdout;
  const charts = JSON.parse(await read('vega'));
  assert.ok(Object.keys(charts).includes('solved'));
  assert.match(charts.solved.$schema, /vega-lite/);
  const { analysis } = JSON.parse(await read('json'));
  assert.equal(analysis.results.length, 2);
  const [heading, first] = (await read('csv')).split('\n');
  assert.equal(heading, 'table,group,row,column,unit,value,low,high,sd,of');
  assert.match(first ?? '', /^Tasks solved \(of 3\),,solo,feedback,/);
  assertNoControls(await read('md'));
});

test('--against compares with another run, on the tasks that both have', async () => {
  const words = ['bench', '-b', 'tasks.yaml', ...SCRIPTED, '-p', 'solo', '--tasks', 'd*', '--out', 'other'];
  assert.equal((await place.run(words)).code, 0);
  const { stdout, code } = await place.run(['report', 'results', '--against', 'other', '--format', 'md']);
  assert.equal(code, 0);
  assert.match(stdout, /^## Compared with other$/m);
  assert.match(stdout, /Compared with solo \(other\)/);
});

test('what cannot be reported on is refused', async () => {
  mkdirSync(join(place.path, 'nothing'));
  const nothing = await place.run(['report', 'nothing']);
  assert.deepEqual([nothing.code, /nothing has no summary\.json/.test(nothing.stderr)], [2, true]);
  const unwritable = await place.run(['report', 'last', '--out', 'results']);
  assert.deepEqual([unwritable.code, /it is a folder/.test(unwritable.stderr)], [2, true]);
});

test('a search has a report of its own: the champion, the course and what it is worth', async () => {
  const words = ['evolve', '-b', 'starter-mini', '--models', 'starter/xs', '--budget-calls', '120', '--limit', '16'];
  const { code, stderr } = await place.run([...words, '--out', 'found']);
  assert.equal(code, 0, stderr);
  const { stdout } = await place.run(['report', 'found', '--format', 'md']);
  assert.match(stdout, /^# starter-mini: what a search of 120 calls found$/m);
  assert.match(stdout, /^## Champion$/m);
  assert.match(stdout, /\| SHA-256 of its tasks and tests \|/);
  assert.match(stdout, /name: champion/);
  const refused = await place.run(['report', 'found', '--against', 'last']);
  assert.deepEqual([refused.code, /a search has no trials to compare/.test(refused.stderr)], [2, true]);
});
