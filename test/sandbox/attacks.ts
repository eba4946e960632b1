import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';
import { assertStillJudges, type Program, run } from './runs.ts';

/** A hostile program of attacks/*.py, whose first lines say what it tries, what holds it and under which tests. */
export interface Attack {
  readonly name: string;
  readonly tries: string;
  /** Kinds of verdict that hold it. A program that looks for open ways itself is held when it finds none, and passes. */
  readonly held: readonly string[];
  readonly program: Program;
  /** It is a further variant of an attack on what the judge reads, which any sandbox reads alike. */
  readonly isFurther: boolean;
}

export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict | null;
  /** What went wrong, with the attack or with the run after it. */
  readonly faults: readonly string[];
}

const ALL = join(import.meta.dirname, 'attacks');
/** Whether attacks that any sandbox holds alike are run in every one; GREENLOOP_TEST_ATTACKS=all says so. */
export const RUNS_ALL = process.env.GREENLOOP_TEST_ATTACKS === 'all';

const SECRET = `WANTED = "tangerine-7261-quietly"
def check(candidate):
    for number in range(16):
        assert candidate(number) == WANTED
    assert WANTED == candidate(17)
    assert candidate(18) in [WANTED]
    assert {WANTED: 1}.get(candidate(19)) == 1
    assert isinstance(candidate(20), str) and candidate(20) == WANTED
    assert sorted([candidate(21)]) == [WANTED]
    assert str(candidate(22)) == WANTED
`;

const TESTS: Readonly<Record<string, (port: number) => Pick<Program, 'checks' | 'context'>>> = {
  secret: () => ({ checks: SECRET }),
  nothing: () => ({ checks: 'assert f() == []' }),
  port: (port) => ({ checks: `assert f(${port}) == []` }),
  sum: () => ({
    checks: 'xs = [1, 2]\nassert f(xs) == sum(xs)\nfor ys in ([3], [4, 5]):\n    assert f(ys) == sum(ys)',
  }),
  all: () => ({
    checks: 'assert all(x == 1 for x in map(f, [1, 2]))\nassert all(map(f, [1]))\nassert list(map(f, [1])) == []',
  }),
  library: () => ({
    checks: 'assert Counter(f([1])) == Counter([1, 1])\nassert deepcopy(f(1)) == deepcopy([2])',
  }),
  helper: () => ({
    context: 'import math\ndef poly(xs, x):\n    return sum(c * math.pow(x, i) for i, c in enumerate(xs))',
    checks: 'assert abs(poly([-4, 2], f([-4, 2]))) < 1e-6',
  }),
};

/** Every attack of a folder, each variant as one; `port` is that of a listener outside. */
export function readAttacks(port: number, folder = ALL): Attack[] {
  return globSync('*.py', { cwd: folder })
    .sort()
    .flatMap((file) => attacksIn(join(folder, file), port));
}

function attacksIn(file: string, port: number): Attack[] {
  const text = readFileSync(file, 'utf8');
  const header = (key: string) => text.match(new RegExp(`^# ${key}: (.*)$`, 'm'))?.[1];
  const variants = header('Variants');
  const part = header('With');
  const prelude = part === undefined ? '' : readFileSync(join(ALL, 'parts', `${part}.py`), 'utf8');
  const tests = TESTS[header('Tests') ?? 'secret']!(port);
  const held = (header('Held') ?? '').split(' ');
  // No other one comes near the limit, but a machine that is short of memory takes long to give out a gigabyte.
  const timeoutSeconds = held.includes('timed-out') ? 1 : 60;
  return Array.from({ length: Number(variants ?? 1) }, (_, variant) => ({
    name: basename(file, '.py').replaceAll('_', ' ') + (variants === undefined ? '' : ` ${variant}`),
    tries: header('Tries') ?? '',
    held,
    program: { code: `VARIANT = ${variant}\n${prelude}\n${text}`, ...tests, timeoutSeconds },
    isFurther: part === 'channel' && variant > 0,
  }));
}

/** What tries whether a sandbox holds, where another one goes through all: every attack on the system, and one of each kind on the judge. */
export function attacksOnHold(attacks: readonly Attack[]): Attack[] {
  return attacks.filter(({ isFurther }) => RUNS_ALL || !isFurther);
}

/** Runs an attack, then sees whether the same sandbox still judges right. */
export async function runAttack(sandbox: Sandbox, { name, held, program }: Attack): Promise<Outcome> {
  const faults: string[] = [];
  const isProbe = held.includes('passed');
  const verdict = await run(sandbox, program).catch((error) => {
    faults.push(`no verdict: ${error}`);
    return null;
  });
  if (verdict !== null && !held.includes(verdict.kind))
    faults.push(`not held: ${JSON.stringify(verdict).slice(0, 1500)}`);
  if (verdict !== null && !isProbe && verdict.checksPassed > 0) faults.push(`${verdict.checksPassed} checks passed`);
  await assertStillJudges(sandbox).catch((error) => faults.push(`the next run: ${error}`));
  return { name, verdict, faults };
}

/** Runs all attacks, one after another on each sandbox. */
export async function runAttacks(sandboxes: readonly Sandbox[], attacks: readonly Attack[]): Promise<Outcome[]> {
  const left = [...attacks];
  const outcomes: Outcome[] = [];
  await Promise.all(
    sandboxes.map(async (sandbox) => {
      for (let attack = left.shift(); attack !== undefined; attack = left.shift())
        outcomes.push(await runAttack(sandbox, attack));
    }),
  );
  return outcomes;
}
