// Begins the run of a plan in the ledger that it is given, says its id, and then stores the trial that each line of its input is and says `stored`,
// or why it could not; it holds the run until it is killed, or its input ends.
import { createInterface } from 'node:readline';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { beginningOf } from './stored-trials.ts';

const [path = '', plan = ''] = process.argv.slice(2);
const ledger = new SqliteLedger(path);
const writer = await ledger.runs.begin(beginningOf(JSON.parse(plan)));
const say = (line: string) => process.stdout.write(`${line}\n`);
say(writer?.id ?? 'none');
for await (const line of createInterface({ input: process.stdin })) {
  const said = await writer?.append(JSON.parse(line)).then(() => 'stored', String);
  say(said ?? 'none');
}
ledger.close();
