import assert from 'node:assert/strict';
import { Refusal } from '../../src/base/errors.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';

/** A candidate and a whole test file, which imports it as `solution` where nothing else is said. */
export interface FileRun {
  readonly code: string;
  readonly file: string;
  readonly moduleName?: string;
  readonly entryPoint?: string;
  readonly timeoutSeconds?: number;
  readonly report?: RunRequest['report'];
}

export function runFile(sandbox: Sandbox, run: FileRun): Promise<Verdict> {
  const { code, file: program, moduleName = 'solution', entryPoint = 'f', timeoutSeconds = 60, report = 'all' } = run;
  const tests = { program, moduleName };
  return sandbox.run({ code, context: '', entryPoint, tests, timeoutSeconds, report });
}

export async function assertFile<Kind extends Verdict['kind']>(
  sandbox: Sandbox,
  run: FileRun,
  kind: Kind,
): Promise<Extract<Verdict, { kind: Kind }>> {
  const verdict = await runFile(sandbox, run);
  assert.equal(verdict.kind, kind, JSON.stringify(verdict, null, 1).slice(0, 3000));
  return verdict as Extract<Verdict, { kind: Kind }>;
}

export async function assertFileRefused(sandbox: Sandbox, run: FileRun, message: RegExp): Promise<void> {
  await assert.rejects(runFile(sandbox, run), (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.match(error.message, message);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
}

/** Test, source, actual and expected value of each failed check. */
export function failuresOf({ checks }: Verdict): (string | null)[][] {
  return checks
    .filter(({ passed }) => !passed)
    .map(({ test, source, actual, expected }) => [test, source, actual, expected]);
}
