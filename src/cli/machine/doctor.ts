import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { GreenloopError, Refusal } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { printable, printableLines } from '../../base/printable.ts';
import type { ModelEngine } from '../../models/model-provider.ts';
import { wrapped } from '../../report/text-width.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { benchmarkFiles } from '../../tasks/catalog.ts';
import { PROVIDERS } from '../../wiring/providers.ts';
import { openSandbox } from '../../wiring/sandbox.ts';
import { PROJECT_CONFIG, type Settings, unusedAddresses } from '../../wiring/settings.ts';
import { withAdvice } from '../advice.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import type { Config } from '../options/config.ts';
import { print, printJson } from '../terminal/output.ts';
import type { Finding } from './finding.ts';
import type { FoundServer } from './found-server.ts';
import { findModelPlaces, isBundled, isSilent, startServerHint } from './models.ts';
import { examinePrefill } from './prefill-findings.ts';
import { sharedModels } from './shared-models.ts';

/** `greenloop doctor`: what is here and what is missing. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description('check what works on this machine and what is missing');
  return command.action(() => runCommand(command, doctor, { goesOnWithoutConfig: true }));
}

async function doctor({ settings, signal, config, isJson }: Surroundings): Promise<number> {
  const servers = await findModelPlaces(settings, signal);
  const findings = [
    { what: 'Node', isGood: true, isNeeded: true, detail: process.version },
    ...(await examineSandbox(settings, signal)),
    ...(await Promise.all(PROVIDERS.flatMap(({ engine }) => engine ?? []).map(examineEngine))),
    ...serverFindings(servers),
    ...listedServerFindings(servers, settings),
    ...(await examinePrefill(servers, settings, signal)),
    ...benchmarkFiles().map((file) => dataFinding(file, settings)),
    configFinding(config),
  ];
  await (isJson ? printJson({ findings, servers }) : print(`${findings.map(lines).join('\n')}\n`));
  return findings.every(({ isGood, isNeeded }) => isGood || !isNeeded) ? EXIT.ok : EXIT.notPassed;
}

/** A broken configuration stops every other command. */
function configFinding({ problem, files }: Config): Finding {
  if (problem !== null) return { what: 'config', isGood: false, isNeeded: true, detail: problem };
  const paths = files.map(({ path }) => path).join(', ');
  const detail = paths || `none (${PROJECT_CONFIG} here or above, or ~/.config/greenloop/config.yaml)`;
  return { what: 'config', isGood: paths !== '', isNeeded: false, detail };
}

async function examineEngine(engine: ModelEngine): Promise<Finding> {
  const finding = { what: engine.name, isNeeded: false };
  try {
    return { ...finding, isGood: true, detail: await engine.describe() };
  } catch (error) {
    if (!(error instanceof GreenloopError)) throw error;
    return { ...finding, isGood: false, detail: withAdvice(error) };
  }
}

async function examineSandbox(settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  try {
    const fallbacks: string[] = [];
    const sandbox = await openSandbox(settings, 1, (line) => fallbacks.push(line));
    try {
      return [...(await tryOut(sandbox, signal)), ...fallbacks.map(fallbackFinding)];
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (!(error instanceof GreenloopError)) throw error;
    return [{ what: 'sandbox', isGood: false, isNeeded: true, detail: withAdvice(error) }];
  }
}

function fallbackFinding(detail: string): Finding {
  return { what: 'native sandbox', isGood: false, isNeeded: false, detail };
}

const CANDIDATE = {
  code: 'def double(x):\n    return 2 * x\n',
  context: '',
  entryPoint: 'double',
  timeoutSeconds: 10,
  report: 'all',
} as const;

/** Runs a real candidate, so that what is said was seen to work. */
async function tryOut(sandbox: Sandbox, signal: AbortSignal): Promise<Finding[]> {
  const { name, python, lacks } = await sandbox.isolation();
  const tests = { setup: '', checks: 'assert double(2) == 4' };
  const verdict = await sandbox.run({ ...CANDIDATE, tests }, signal);
  const protection = lacks.length === 0 ? 'complete' : `lacks ${lacks.join(', ')}`;
  const detail = `${name}; ${protection}; ${(verdict.seconds * 1000).toFixed(1)} ms for a trivial run`;
  return [
    { what: 'Python', isGood: true, isNeeded: true, detail: python },
    { what: 'sandbox', isGood: verdict.kind === 'passed', isNeeded: true, detail },
    await tryPytest(sandbox, signal),
  ];
}

async function tryPytest(sandbox: Sandbox, signal: AbortSignal): Promise<Finding> {
  const program = 'import pytest\n\n\ndef test_double():\n    assert double(2) == 4\n';
  const finding = { what: 'pytest', isNeeded: false };
  try {
    const verdict = await sandbox.run({ ...CANDIDATE, tests: { program, moduleName: 'solution' } }, signal);
    const isGood = verdict.kind === 'passed';
    return { ...finding, isGood, detail: isGood ? 'runs test files' : `a test file that should pass: ${verdict.kind}` };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...finding, isGood: false, detail: withAdvice(error) };
  }
}

/** The servers that answer, each; those that do not, in one. */
function serverFindings(servers: readonly FoundServer[]): Finding[] {
  const silent = servers.filter(isSilent);
  const others = servers.filter((server) => !silent.includes(server));
  const found = others.map(serverFinding);
  if (silent.length === 0) return found;
  const advice = others.some((server) => !isBundled(server) && serverFinding(server).isGood)
    ? ''
    : `; ${startServerHint()}`;
  const detail = `nothing answers at ${silent.map(({ url }) => url).join(', ')}${advice}`;
  return [...found, { what: 'other servers', isGood: false, isNeeded: false, detail }];
}

function serverFinding(server: FoundServer): Finding {
  const { provider, url, serverName, models, error } = server;
  const place = serverName === null ? url : `${serverName}, ${url}`;
  const what = PROVIDERS.find(({ name }) => name === provider)?.place ?? `${provider} server`;
  if (models === null) return { what, isGood: false, isNeeded: false, detail: error ?? place };
  const names = models.map(({ name, contextTokens }) =>
    contextTokens === null ? printable(name) : `${printable(name)} (context ${contextTokens})`,
  );
  const detail = `${isBundled(server) ? '' : `${place}: `}${names.length === 0 ? 'no models yet' : names.join(', ')}`;
  return { what, isGood: names.length > 0, isNeeded: false, detail };
}

/** What there is to know of the servers that the configuration lists, besides what each has. */
function listedServerFindings(servers: readonly FoundServer[], settings: Settings): Finding[] {
  const shared = sharedModels(servers).map(({ isGood, text }) => ({ what: 'several servers', isGood, detail: text }));
  const keyless = settings.servers.filter(({ keyVariable, key }) => keyVariable !== null && key === undefined);
  const keys = keyless.map(({ name, keyVariable }) => ({
    what: `key of a server`,
    isGood: false,
    detail: `${keyVariable} is not set, so ${name} is asked without a key`,
  }));
  const unused = unusedAddresses(settings).map(({ variable, kind }) => ({
    what: variable,
    isGood: false,
    detail: `not used: servers lists where ${kind}/ models are`,
  }));
  return [...shared, ...keys, ...unused].map((finding) => ({ ...finding, isNeeded: false }));
}

function dataFinding(file: ReturnType<typeof benchmarkFiles>[number], settings: Settings): Finding {
  const { dataFolder, cacheFolder } = settings;
  const place = join(dataFolder ?? cacheFolder, file.path);
  const finding = { what: `data ${file.benchmark}`, isNeeded: false };
  if (!existsSync(place)) {
    const detail = dataFolder === undefined ? 'downloaded at first use' : `${place} is missing`;
    return { ...finding, isGood: false, detail };
  }
  const problem = problemOf(place, file.sha256);
  return { ...finding, isGood: problem === null, detail: problem ?? place };
}

function problemOf(file: string, hash: string): string | null {
  try {
    return sha256(readFileSync(file)) === hash ? null : `${file} has changed or is not whole`;
  } catch (error) {
    return `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

const LINE_WIDTH = 80;
const DETAIL_COLUMN = 25;

/** A finding on lines of 80 columns where its words allow it. */
function lines({ what, isGood, isNeeded, detail }: Finding): string {
  const mark = isGood ? 'ok' : isNeeded ? 'MISSING' : '-';
  const [first = '', ...more] = wrapped(printableLines(detail), LINE_WIDTH - DETAIL_COLUMN);
  const start = `${mark.padEnd(8)}${what.padEnd(DETAIL_COLUMN - 8)}`;
  return [start + first, ...more.map((line) => ' '.repeat(DETAIL_COLUMN) + line)].join('\n');
}
