import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UnsupportedFault } from '../../src/base/errors.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Attack, attacksOnHold, RUNS_ALL, readAttacks } from './attacks.ts';
import { openPyodide } from './pyodide.ts';
import { assertStillJudges, run } from './runs.ts';

/** Probes that cannot be run to their end here; each with the verdict that they come to instead of `passed`. */
const ENDS_OTHERWISE: Readonly<Record<string, { kind: string; timeoutSeconds: number }>> = {
  // 2,000 folders in each other take Emscripten longer than any limit.
  'left files': { kind: 'timed-out', timeoutSeconds: 1 },
};

const ofPyodide = readAttacks(9, join(import.meta.dirname, 'attacks', 'pyodide'));
// The native sandbox runs them all; here the end of a process, which most of them come to, takes seconds.
const ofNative = attacksOnHold(readAttacks(9)).filter(({ name }) => RUNS_ALL || !/[13579]$/.test(name));
const attacks = [...ofNative, ...ofPyodide];

/** `unsupported` where there is no verdict because the program wanted what is not here. */
async function outcomeOf(sandbox: Sandbox, { name, program }: Attack): Promise<{ kind: string; checksPassed: number }> {
  const timeoutSeconds = ENDS_OTHERWISE[name]?.timeoutSeconds ?? program.timeoutSeconds ?? 2;
  try {
    return await run(sandbox, { ...program, timeoutSeconds });
  } catch (error) {
    if (!(error instanceof UnsupportedFault)) throw error;
    return { kind: 'unsupported', checksPassed: 0 };
  }
}

function heldBy({ name, held }: Attack): readonly string[] {
  return ['unsupported', ...(name in ENDS_OTHERWISE ? [ENDS_OTHERWISE[name]!.kind] : held)];
}

describe('attacks on Pyodide', { concurrency: 2 }, () => {
  const free: Sandbox[] = [];
  before(async () => {
    free.push(await openPyodide(1), await openPyodide(1));
  });
  after(() => Promise.all(free.map((sandbox) => sandbox.close())));
  for (const attack of attacks)
    test(`${attack.name}: ${attack.tries}`, async () => {
      const sandbox = free.pop()!;
      try {
        const { kind, checksPassed } = await outcomeOf(sandbox, attack);
        assert.ok(heldBy(attack).includes(kind), `${kind}, where ${heldBy(attack)} hold it`);
        if (!attack.held.includes('passed')) assert.equal(checksPassed, 0);
        await assertStillJudges(sandbox);
      } finally {
        free.push(sandbox);
      }
    });
});
