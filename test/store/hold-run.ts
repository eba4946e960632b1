// Begins a run in the ledger that it is given, says its id, and holds it until it is killed.
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';

const [path = '', hash = '', text = ''] = process.argv.slice(2);
const ledger = new SqliteLedger(path);
process.stdout.write(`${ledger.runs.begin({ hash, text }, { keepTrials: true })}\n`);
setInterval(() => ledger, 60_000);
