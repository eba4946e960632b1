// Measures two pipelines in a program:  node examples/measure-in-a-program.ts [LEDGER [MODEL]]
// MODEL is a name such as ollama/llama3.2:3b; without one the answers are scripted. A program of yours imports from 'greenloop'.
import { join } from 'node:path';
import {
  benchReport,
  dataPlaces,
  loadBenchmark,
  type MeasureWatch,
  measurePipelines,
  parsePipeline,
  readSettings,
  renderText,
  selectTasks,
} from '../src/index.ts';

const folder = import.meta.dirname;
const [ledger = join('.greenloop', 'ledger.db'), name = `scripted/${join(folder, 'script.yaml')}`] =
  process.argv.slice(2);

const settings = readSettings();
const all = await loadBenchmark(join(folder, 'tasks.yaml'), dataPlaces(settings));
const benchmark = { ...all, tasks: selectTasks(all.tasks, { glob: 'own/*', limit: 3 }) };
const role = { model: name };
const pipelines = [
  parsePipeline({ name: 'solo', generator: role }, 'the first pipeline'),
  parsePipeline({ name: 'self-refine', generator: role, stages: [{ refiner: role }] }, 'the second pipeline'),
];

// What happens is told in lines.
const tell = (line: string) => console.error(line);
const watch: MeasureWatch = {
  notices: { waiting: tell, note: tell },
  onTrouble: tell,
  onFallback: tell,
  onUnrecorded: (ids) => tell(`not in the recording: ${ids.join(', ')}`),
  withProgress: (_tasks, work) => work(() => {}),
  onEvent: (event) => {
    if (event.kind === 'attempt') tell(`${event.pipeline} ${event.taskId}: ${event.attempt.verdict?.kind}`);
  },
};
const request = { benchmark, pipelines, repeats: 1, seed: 0, ledger, isFresh: false, timeoutSeconds: 30 };
console.log(renderText(benchReport(await measurePipelines(request, settings, watch))));
