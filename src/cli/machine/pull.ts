import { Command } from 'commander';
import { knownGgufs } from '../../models/gguf/gguf-source.ts';
import { wrapped } from '../../report/text-width.ts';
import { pullModel } from '../../wiring/pull.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { downloaded } from '../options/benchmark-options.ts';
import { print, printJson, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

const PULL_HELP = `
${wrapped(`NAME is OWNER/REPOSITORY/FILE.gguf on Hugging Face, or one of ${Object.keys(knownGgufs).join(', ')}.`, 80).join('\n')}`;

/** `greenloop pull`: fetches a GGUF file, to be used as a gguf/ model. */
export function pullCommand(): Command {
  const command = new Command('pull').description('download a model (GGUF) that greenloop runs itself');
  return command
    .argument('<url|name>', 'address or name of the model')
    .addHelpText('after', PULL_HELP)
    .action((source: string) => runCommand(command, (surroundings) => pull(source, surroundings)));
}

async function pull(source: string, { settings, signal, isJson }: Surroundings): Promise<number> {
  const fetched = await withProgress(`fetching ${source}`, null, (step) =>
    pullModel(source, settings, { signal, onProgress: (bytes, total) => step.show(downloaded(bytes, total)) }),
  );
  if (isJson) {
    await printJson(fetched);
    return EXIT.ok;
  }
  const how =
    fetched.sha256 === null ? 'no checksum was published to verify it' : `sha256 ${fetched.sha256}, as stated`;
  say(fetched.wasHere ? `${fetched.path} was here already` : `${fetched.path} is here; ${how}`);
  await print(`${fetched.model}\n`);
  return EXIT.ok;
}
