// Measures two pipelines in a program:  node examples/measure-in-a-program.ts [LEDGER [MODEL]]
// MODEL is a name such as ollama/llama3.2:3b; without one the answers are scripted. A program of yours imports from 'greenloop'.
import { join } from 'node:path';
import {
  benchReport,
  dataPlaces,
  demandOf,
  loadBenchmark,
  measureRun,
  openServices,
  parsePipeline,
  planRun,
  readSettings,
  renderText,
  type ServicesWatch,
  selectTasks,
  summarizePreflight,
} from '../src/index.ts';

const folder = import.meta.dirname;
const [ledgerFile = join('.greenloop', 'ledger.db'), name = `scripted/${join(folder, 'script.yaml')}`] =
  process.argv.slice(2);

const settings = readSettings();
const all = await loadBenchmark(join(folder, 'tasks.yaml'), dataPlaces(settings));
const benchmark = { ...all, tasks: selectTasks(all.tasks, { glob: 'own/*', limit: 3 }) };
const role = { model: name };
const pipelines = [
  parsePipeline({ name: 'solo', generator: role }, 'the first pipeline'),
  parsePipeline({ name: 'self-refine', generator: role, stages: [{ refiner: role }] }, 'the second pipeline'),
];

// All that happens before the first trial is told in lines.
const tell = (line: string) => console.error(line);
const watch: ServicesWatch = {
  notices: { waiting: tell, note: tell },
  onTrouble: tell,
  onFallback: tell,
  onUnrecorded: (ids) => tell(`not in the recording: ${ids.join(', ')}`),
  withProgress: (_tasks, work) => work(() => {}),
};
const demand = demandOf(pipelines, 1);
const request = { benchmark, demand, ledger: ledgerFile, isFresh: false, timeoutSeconds: 30 };
const { services, ledger, reuse, checked, unrecorded, close } = await openServices(request, settings, watch);
try {
  const plan = await planRun({ pipelines, repeats: 1, seed: 0, timeoutSeconds: 30 }, services);
  const { tasks } = services.benchmark;
  const writer = await ledger.runs.begin({ plan, prompts: tasks.map(({ prompt }) => prompt), keepTrials: true });
  const summary = await measureRun(plan, services, {
    store: ledger.runs,
    writer,
    preflight: summarizePreflight(checked.preflight, tasks.length, checked.leftOut),
    leftOut: unrecorded,
    reuse,
    isAgainstItself: false,
    onEvent: (event) => {
      if (event.kind === 'attempt') tell(`${event.pipeline} ${event.taskId}: ${event.attempt.verdict?.kind}`);
    },
  });
  console.log(renderText(benchReport(summary)));
} finally {
  await close();
}
