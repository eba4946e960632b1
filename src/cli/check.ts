import { Command } from 'commander';
import { Refusal } from '../base/errors.ts';
import { readText } from '../base/json-lines.ts';
import { feedbackOf } from '../pipeline/feedback.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import { inferEntryPoint } from '../tasks/entry-point.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from './command.ts';
import { functionName, limitSeconds } from './option-values.ts';
import { print, printableLines, printJson } from './output.ts';

interface CheckOptions {
  readonly tests: string;
  readonly entryPoint?: string;
  readonly timeout: number;
}

/** `greenloop check`: one verdict. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('judge one Python file in the sandbox')
    .argument('<candidate>', 'Python file to judge')
    .requiredOption('--tests <file>', 'Python that defines check(candidate), or plain asserts that call the function')
    .option('--entry-point <name>', 'name of the function that the tests call', functionName)
    .option('--timeout <seconds>', 'wall time', limitSeconds, 10);
  return command.action((candidate: string, options: CheckOptions) =>
    runCommand(command, (surroundings) => check(candidate, options, surroundings)),
  );
}

async function check(path: string, options: CheckOptions, surroundings: Surroundings): Promise<number> {
  const { signal, isJson } = surroundings;
  const code = readText(path);
  const checks = readText(options.tests);
  if (code.trim() === '') throw new Refusal(`${path} is empty; expected Python`);
  const entryPoint =
    options.entryPoint ?? inferEntryPoint({ text: code, code: { blocks: [code], spans: [] }, tests: checks });
  const sandbox = await openSandboxAloud(surroundings, 1);
  try {
    const request = { code, context: '', entryPoint, tests: { setup: '', checks }, timeoutSeconds: options.timeout };
    const verdict = await sandbox.run({ ...request, report: 'all' }, signal);
    await (isJson ? printJson(verdict) : print(`${describe(verdict, entryPoint)}\n`));
    return verdict.kind === 'passed' ? EXIT.ok : EXIT.notPassed;
  } finally {
    await sandbox.close();
  }
}

function describe(verdict: Verdict, entryPoint: string): string {
  return printableLines(`${verdict.kind}: ${entryPoint}\n${feedbackOf(verdict, 'values')}`);
}
