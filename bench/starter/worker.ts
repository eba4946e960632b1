// One process of a measurement: runs the parts that it is told of on its share of the tasks. Started by workers.ts.
import { say } from '../../src/cli/terminal/output.ts';
import { MeasurementFolder } from './measurement-folder.ts';
import { type Part, partName } from './parts.ts';
import { openServices, runParts } from './share.ts';

function work([path = '', job = '0']: readonly string[]): void {
  const folder = MeasurementFolder.open(path);
  const interrupt = new AbortController();
  process.on('SIGINT', () => interrupt.abort());
  process.on('disconnect', () => process.exit());
  const services = openServices(folder, Number(job), interrupt.signal);
  const tell = (part: Part, trials: number, seconds: number) =>
    say(`[${job}] ${partName(part)}: ${trials} trials in ${seconds.toFixed(1)} s`);
  process.on('message', (parts: readonly Part[]) => {
    services
      .then((opened) => runParts(parts, { folder, job: Number(job), services: opened, onPart: tell }))
      .then(
        () => process.send?.('ended'),
        (error: Error) => {
          say(interrupt.signal.aborted ? `[${job}] stopped` : `[${job}] ${error.stack}`);
          process.exit(interrupt.signal.aborted ? 130 : 1);
        },
      );
  });
}

work(process.argv.slice(2));
