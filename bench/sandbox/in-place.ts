// Judges functions that change a long list in place, and runs the same in one plain Python: node bench/sandbox/in-place.ts
import { execFileSync } from 'node:child_process';
import { openNative } from '../../test/sandbox/native.ts';
import { formatTable } from '../format-table.ts';

const ITEMS = 500_000;
const CALLS = 20;
const WAYS: Readonly<Record<string, string>> = {
  'nothing is changed': 'pass',
  'the ends are swapped': 'xs[0], xs[-1] = xs[-1], xs[0]',
  'one in the middle is set': 'xs[len(xs) // 2] += 1',
  'one is appended': 'xs.append(1)',
  reversed: 'xs.reverse()',
  'sorted, then turned': 'xs.sort(reverse=xs[0] < xs[-1])',
  'each is increased': 'for i in range(len(xs)): xs[i] += 1',
};
const MADE = `import random\nxs = list(range(${ITEMS}))\nrandom.Random(1).shuffle(xs)\n`;

function plainSeconds(code: string): number {
  const program = `${code}\nimport time\n${MADE}start = time.perf_counter()\nfor _ in range(${CALLS}): f(xs)\nprint(time.perf_counter() - start)`;
  return Number(execFileSync('/usr/bin/python3', ['-I', '-S', '-c', program], { encoding: 'utf8' }));
}

async function judgedSeconds(code: string): Promise<number> {
  const checks = `import time\n${MADE}start = time.perf_counter()\nfor _ in range(${CALLS}): f(xs)\nassert time.perf_counter() - start == f`;
  const request = { code, context: '', entryPoint: 'f', tests: { setup: '', checks }, timeoutSeconds: 300 } as const;
  const { checks: found } = await sandbox.run({ ...request, report: 'all' });
  return Number(found[0]?.actual);
}

const sandbox = openNative(1);
const rows: string[][] = [];
for (const [way, body] of Object.entries(WAYS)) {
  const code = `def f(xs):\n    ${body}`;
  const [plain, judged] = [plainSeconds(code), await judgedSeconds(code)];
  const inMilliseconds = (seconds: number) => ((seconds / CALLS) * 1000).toFixed(2);
  rows.push([way, inMilliseconds(plain), inMilliseconds(judged), (judged / plain).toFixed(1)]);
}
await sandbox.close();
console.log(formatTable([`a call, ${ITEMS} items`, 'plain ms', 'judged ms', 'ratio'], rows));
