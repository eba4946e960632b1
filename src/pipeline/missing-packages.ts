import { Fault, Refusal } from '../base/errors.ts';
import { importedModules } from '../python/imports.ts';
import { readModule } from '../python/python-module.ts';
import { isOfStandardLibrary } from '../python/standard-library.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { RaisedException, Verdict } from '../sandbox/verdict.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import { isTestFile, type TaskPrompt, type TestProgram } from '../tasks/task.ts';

const IMPORT_SECONDS = 60;
/** The sandbox itself says what to install for these. */
const TEST_RUNNERS = new Set(['pytest']);

/** Refuses a task whose tests, or whose own code, import a package that the sandbox's Python does not have: no answer could pass. */
export async function refuseMissingPackages(task: FreeTask, sandbox: Sandbox, signal?: AbortSignal): Promise<void> {
  const own = [candidateModule(task.tests), ...(task.prompt.modules ?? []).map(({ name }) => topOf(name))];
  const ofTests = packagesIn(testSource(task.tests)).filter((name) => !own.includes(name));
  const ofModules = (task.prompt.modules ?? []).flatMap(({ source }) => packagesIn(source));
  for (const [what, packages] of [
    ['the tests import', ofTests],
    ['the task imports', packagesIn(task.prompt.context)],
    ['a given file imports', ofModules.filter((name) => !own.includes(name))],
  ] as const) {
    for (const name of packages) if (await isMissing(name, sandbox, signal)) throw missingFrom(name, what);
  }
}

/** Refuses to go on where the code lacks a package that the task itself names; other code can do without. */
export function refuseIfNamed(verdict: Verdict | null, { text }: TaskPrompt): void {
  const name = missingPackage(verdict);
  if (name !== null && isNamed(name, text)) throw missingFrom(name, 'the task asks for');
}

/** Names of packages that mean nothing else. */
const UNMISTAKABLE = new Set(
  'beautifulsoup4 bs4 matplotlib networkx numpy openpyxl pandas polars pydantic scipy seaborn sklearn sympy torch'.split(
    ' ',
  ),
);

/** True where a task names the package in words, or as code: `requests` alone may be what is counted. */
function isNamed(name: string, text: string): boolean {
  const word = UNMISTAKABLE.has(name)
    ? `\\b${name}\\b`
    : `\`${name}\\b|\\b(?:import|from) ${name}\\b|\\b${name}\\.[a-z]\\w*\\(`;
  return new RegExp(word, 'i').test(text);
}

/** The package outside of the standard library that the code imports and the sandbox's Python does not have; null where none is missing. */
export function missingPackage(verdict: Verdict | null): string | null {
  if (verdict === null || verdict.kind === 'passed') return null;
  const exceptions = [
    ...('exception' in verdict ? [verdict.exception] : []),
    ...verdict.checks.map(({ exception }) => exception),
  ];
  const names = exceptions.map((exception) => (exception === null ? null : missingModule(exception)));
  return names.find((name) => name !== null && !isOfStandardLibrary(name)) ?? null;
}

function missingModule({ type, message }: RaisedException): string | null {
  if (type !== 'ModuleNotFoundError') return null;
  return /^No module named '(\w+)[\w.]*'$/.exec(message)?.[1] ?? null;
}

function missingFrom(name: string, what: string): Refusal {
  return new Refusal(`${what} ${name}, which the sandbox's Python does not have: choose one that has it`, {
    choice: 'package',
  });
}

function packagesIn(source: string): string[] {
  const names = importedModules(readModule(source)).map(({ module }) => topOf(module));
  return [...new Set(names)].filter((name) => name !== '' && !isOfStandardLibrary(name) && !TEST_RUNNERS.has(name));
}

function testSource(tests: TestProgram | null): string {
  if (tests === null) return '';
  if (isTestFile(tests)) return tests.program;
  return 'checks' in tests ? `${tests.setup}\n${tests.checks}` : '';
}

function topOf(module: string): string {
  return module.split('.')[0]!;
}

function candidateModule(tests: TestProgram | null): string | null {
  return tests !== null && isTestFile(tests) ? topOf(tests.moduleName) : null;
}

async function isMissing(name: string, sandbox: Sandbox, signal?: AbortSignal): Promise<boolean> {
  const code = `import ${name}\n`;
  const request = {
    code,
    context: '',
    entryPoint: '',
    tests: null,
    timeoutSeconds: IMPORT_SECONDS,
    report: 'all',
  } as const;
  try {
    return missingPackage(await sandbox.run(request, signal)) === name;
  } catch (error) {
    // What this sandbox cannot import the run of the tests will say.
    if (error instanceof Fault) return false;
    throw error;
  }
}
