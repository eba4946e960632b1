// Says `starting`, fills a sandbox with runs that do not end, and says `running`; a test kills it then.
import { openNative } from './native.ts';
import { requestFor, run } from './runs.ts';

process.stdout.write('starting\n');
const sandbox = openNative(2);
const same = { code: 'def f(x): return x', checks: 'assert f(1) == 1' };
await Promise.all([run(sandbox, same), run(sandbox, same)]);
const loop = requestFor({ code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 600 });
const runs = Promise.all([1, 2, 3].map(() => sandbox.run(loop)));
process.stdout.write('running\n');
await runs;
