// Runs the command line again and again in one process, for a test file that asks over IPC: to start Node takes longer than most commands.
import { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { main } from '../../src/cli/main.ts';
import type { CliRequest, Ended } from './cli-hosts.ts';

/** Keeps what is written, as a pipe does whose other end reads. */
class Kept extends Writable {
  text = '';

  override _write(bytes: Buffer | string, _encoding: string, done: () => void): void {
    this.text += bytes;
    done();
  }
}

process.on('disconnect', () => process.exit());
process.on('message', async (request: CliRequest) => process.send!(await run(request)));

async function run({ words, cwd, env, input }: CliRequest): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  for (const [name, value] of Object.entries({ stdout, stderr, stdin: Readable.from([Buffer.from(input)]) }))
    Object.defineProperty(process, name, { value, configurable: true });
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const warn = ({ name, message }: Error) => stderr.write(`${name}: ${message}\n`);
  process.on('warning', warn);
  const before = whatIsUnderWay();
  await main(words);
  await untilNothingElseIsUnderWay(before);
  process.off('warning', warn);
  return { code: Number(process.exitCode ?? 0), stdout: stdout.text, stderr: stderr.text };
}

/** What keeps this process from ending. */
function whatIsUnderWay(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A process of its own ends when nothing is left to do; a command that never comes to that makes its test wait for ever. */
async function untilNothingElseIsUnderWay(before: Map<string, number>): Promise<void> {
  while ([...whatIsUnderWay()].some(([name, count]) => count > (before.get(name) ?? 0))) await setTimeout(2);
}
