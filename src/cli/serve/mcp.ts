import { Command } from 'commander';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { addModelOptions, type ModelOptions } from '../options/model-options.ts';
import { limitSeconds } from '../options/option-values.ts';
import { say } from '../terminal/output.ts';
import { ServedPipelines } from './served-pipelines.ts';

interface McpOptions extends ModelOptions {
  readonly timeout: number;
}

const HELP = `
Tools: solve_python_task, continue_solving, check_python. Configure a client with
the command "greenloop" and the argument "mcp"; docs/mcp.md shows how for Claude
Code, Cline and Codex. Standard output holds nothing but the protocol.`;

/** `greenloop mcp`: verified code as a tool of other agents. */
export function mcpCommand(): Command {
  const command = new Command('mcp')
    .description('give agents tools to solve and check (Model Context Protocol on stdio)')
    .option('--timeout <seconds>', 'time limit for one run of the code', limitSeconds, 10)
    .addHelpText('after', HELP);
  return addModelOptions(
    command,
    'model that writes and repairs; default: the configured one, else the first found',
  ).action((options: McpOptions) => runCommand(command, (surroundings) => serve(options, surroundings)));
}

async function serve(options: McpOptions, surroundings: Surroundings): Promise<number> {
  const { signal } = surroundings;
  const services = new ServedPipelines(options, options.timeout, surroundings);
  // No other command needs the protocol.
  const { serveMcpOverStdio } = await import('../../serve/mcp/serve-stdio.ts');
  if (process.stdin.isTTY) say('waiting for an MCP client on standard input; Ctrl-D ends it');
  try {
    await serveMcpOverStdio(services, { signal, onError: (error) => say(`greenloop: ${firstLine(error)}`) });
  } finally {
    await services.close();
  }
  return signal.aborted ? EXIT.interrupted : EXIT.ok;
}

const LONGEST_LINE = 300;

function firstLine({ message }: Error): string {
  return message.slice(0, LONGEST_LINE).replaceAll('\n', ' ');
}
