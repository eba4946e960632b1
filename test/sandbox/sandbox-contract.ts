import { after, before, describe } from 'node:test';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { RUNS_ALL } from './attacks.ts';
import { testBigIntegers } from './contract/big-integers.ts';
import { testBlamedTests } from './contract/blamed-tests.ts';
import { testEdges } from './contract/edges.ts';
import { testEventLoops } from './contract/event-loops.ts';
import { testExceptions } from './contract/exceptions.ts';
import { testGivenModules } from './contract/given-modules.ts';
import { testHandles } from './contract/handles.ts';
import { testHonestFiles } from './contract/honest-files.ts';
import { testIdentity } from './contract/identity.ts';
import { testLifecycle } from './contract/lifecycle.ts';
import { testOwnPatches } from './contract/own-patches.ts';
import { testOwnSkips } from './contract/own-skips.ts';
import { testPlainFiles } from './contract/plain-files.ts';
import { testPlainPatches } from './contract/plain-patches.ts';
import { testProgramAttacks } from './contract/program-attacks.ts';
import { testReplacedNames } from './contract/replaced-names.ts';
import { testScratchFiles } from './contract/scratch-files.ts';
import { testScripts } from './contract/scripts.ts';
import { testStandIns } from './contract/stand-ins.ts';
import { testTestFiles } from './contract/test-files.ts';
import { testTestPrograms } from './contract/test-programs.ts';
import { testValues } from './contract/values.ts';
import { testVerdicts } from './contract/verdicts.ts';

/** Where sandboxes differ: sizes that are too large for any of them, as Python text. */
export interface Capabilities {
  /** A number of bytes that no candidate gets. */
  readonly tooManyBytes: string;
  /** How deep a value may be nested that is only made, and is too deep to travel. */
  readonly tooDeep: number;
  /** How many bytes make a value that can be made, and is too large to travel. */
  readonly tooLarge: string;
  /** Processes start so slowly that hostile candidates that end them are run once, not under each way to test. */
  readonly startsSlowly: boolean;
  readonly hasEventLoops: boolean;
}

export const NATIVE: Capabilities = {
  tooManyBytes: '10 * 10 ** 9',
  tooDeep: 100_000,
  tooLarge: '140_000_000',
  startsSlowly: false,
  hasEventLoops: true,
};

/** The sandbox under test, opened before the first test of a suite. */
export type Opened = () => Sandbox;

export interface ContractOptions {
  /** Why the sandbox cannot be tested here. */
  readonly skip?: string | false;
  /** Why test files for pytest cannot be run in it; false where they can. */
  readonly withoutPytest?: string | false;
  readonly capabilities?: Capabilities;
  /**
   * How much of what is the runner's own affair is gone through where GREENLOOP_TEST_ATTACKS=all does not ask for everything: all of it; how it
   * judges, on another Python; nothing, where a stronger isolation of the same Python goes through all.
   */
  readonly runner?: 'all' | 'judging' | 'nothing';
}

/** What every Sandbox promises. `open` makes a sandbox for two candidates at a time, which the suite closes. */
export function testSandboxContract(
  name: string,
  open: () => Promise<Sandbox>,
  { skip = false, withoutPytest = false, capabilities = NATIVE, runner = 'all' }: ContractOptions = {},
): void {
  describe(name, { skip, concurrency: 2 }, () => {
    let opened: Sandbox;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());
    const sandbox: Opened = () => opened;
    testVerdicts(sandbox, capabilities);
    testEdges(sandbox);
    testTestFiles(sandbox, withoutPytest);
    testHonestFiles(sandbox, withoutPytest, capabilities);
    testScratchFiles(sandbox);
    testScripts(sandbox);
    testGivenModules(sandbox);
    testEventLoops(sandbox, withoutPytest, capabilities);
    testLifecycle(sandbox, open);
    if (runner !== 'nothing' || RUNS_ALL)
      describe('in any isolation', { concurrency: 2 }, () => {
        testJudging(sandbox, capabilities);
        if (runner === 'all' || RUNS_ALL) testForging(sandbox, withoutPytest, capabilities);
      });
  });
}

/** What the judge and the candidate make of code and tests: the same whatever isolates them. */
function testJudging(sandbox: Opened, capabilities: Capabilities): void {
  testTestPrograms(sandbox);
  testValues(sandbox, capabilities);
  testHandles(sandbox);
  testStandIns(sandbox);
  testIdentity(sandbox);
  testExceptions(sandbox);
  testBigIntegers(sandbox);
}

/** Attacks on what the judge reads, and the honest programs that look like them. */
function testForging(sandbox: Opened, withoutPytest: string | false, capabilities: Capabilities): void {
  testPlainFiles(sandbox);
  testOwnPatches(sandbox, withoutPytest);
  testOwnSkips(sandbox, withoutPytest);
  testReplacedNames(sandbox, withoutPytest, capabilities);
  testProgramAttacks(sandbox, withoutPytest, capabilities);
  testPlainPatches(sandbox, withoutPytest, capabilities);
  testBlamedTests(sandbox, capabilities);
}
