import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { GreenloopError } from '../base/errors.ts';
import { benchmarkFiles } from '../tasks/catalog.ts';
import { modelServers, openSandbox, type Settings } from '../wiring.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { type FoundServer, findServers } from './models.ts';

interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  /** True for what greenloop cannot do without. */
  readonly isNeeded: boolean;
  readonly detail: string;
}

/** `greenloop doctor`: what is here and what is missing. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description('say what works on this machine and what is missing');
  return command.action(() => runCommand(command, {}, doctor));
}

async function doctor(surroundings: Surroundings): Promise<number> {
  const { settings, signal, config, isJson } = surroundings;
  const servers = await findServers(modelServers(settings), signal);
  const findings = [
    { what: 'Node', isGood: true, isNeeded: true, detail: process.version },
    ...(await examineSandbox(settings)),
    ...servers.map(serverFinding),
    ...benchmarkFiles().map((file) => dataFinding(file.benchmark, file.path, settings)),
    {
      what: 'config',
      isGood: config.path !== null,
      isNeeded: false,
      detail: config.path ?? 'none (greenloop.yaml here, or ~/.config/greenloop/config.yaml)',
    },
  ];
  process.stdout.write(isJson ? `${JSON.stringify({ findings, servers })}\n` : `${findings.map(line).join('\n')}\n`);
  return findings.every(({ isGood, isNeeded }) => isGood || !isNeeded) ? EXIT.ok : EXIT.notPassed;
}

/** Runs a real candidate, so that what is said was seen to work. */
async function examineSandbox(settings: Settings): Promise<Finding[]> {
  try {
    const sandbox = openSandbox(settings, 1);
    try {
      const { name, python, lacks } = await sandbox.isolation();
      const request = {
        code: 'def double(x):\n    return 2 * x\n',
        context: '',
        entryPoint: 'double',
        timeoutSeconds: 10,
      };
      const verdict = await sandbox.run({
        ...request,
        tests: { setup: '', checks: 'assert double(2) == 4' },
        report: 'all',
      });
      const isGood = verdict.kind === 'passed';
      const time = `${(verdict.seconds * 1000).toFixed(1)} ms for a trivial run`;
      return [
        { what: 'Python', isGood: true, isNeeded: true, detail: python },
        {
          what: 'sandbox',
          isGood,
          isNeeded: true,
          detail: `${name}; ${lacks.length === 0 ? 'complete' : `lacks ${lacks.join(', ')}`}; ${time}`,
        },
      ];
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (!(error instanceof GreenloopError)) throw error;
    return [{ what: 'sandbox', isGood: false, isNeeded: true, detail: error.message }];
  }
}

function serverFinding({ provider, url, models, error }: FoundServer): Finding {
  const what = `${provider} server`;
  if (models === null) return { what, isGood: false, isNeeded: false, detail: `${url}: ${error}` };
  const names = models.map(({ name, contextTokens }) =>
    contextTokens === null ? name : `${name} (context ${contextTokens})`,
  );
  return {
    what,
    isGood: true,
    isNeeded: false,
    detail: `${url}: ${names.length === 0 ? 'no models' : names.join(', ')}`,
  };
}

function dataFinding(benchmark: string, path: string, { dataFolder, cacheFolder }: Settings): Finding {
  const file = join(dataFolder ?? cacheFolder, path);
  const isHere = existsSync(file);
  const detail = isHere ? file : dataFolder === undefined ? 'downloaded at first use' : `${file} is missing`;
  return { what: `data ${benchmark}`, isGood: isHere, isNeeded: false, detail };
}

function line({ what, isGood, isNeeded, detail }: Finding): string {
  const mark = isGood ? 'ok' : isNeeded ? 'MISSING' : '-';
  return `${mark.padEnd(8)}${what.padEnd(18)}${detail}`;
}
