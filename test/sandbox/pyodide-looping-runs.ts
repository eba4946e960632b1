// Fills a Pyodide sandbox with runs that do not end, and says `running`; a test kills it then.
import { openPyodide } from './pyodide.ts';
import { requestFor, run } from './runs.ts';

const sandbox = await openPyodide(1);
await run(sandbox, { code: 'def f(x): return x', checks: 'assert f(1) == 1' });
const runs = sandbox.run(requestFor({ code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 }));
process.stdout.write('running\n');
await runs;
