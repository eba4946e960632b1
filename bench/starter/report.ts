// Makes report.md and results.json of a measurement's trials anew, without any model: node bench/starter/report.ts FOLDER
import { Refusal } from '../../src/base/errors.ts';
import { print } from '../../src/cli/terminal/output.ts';
import { MeasurementFolder } from './measurement-folder.ts';
import { writeReport } from './write-report.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Refusal('name the folder of a measurement: node bench/starter/report.ts FOLDER');
await print(writeReport(MeasurementFolder.open(path)));
