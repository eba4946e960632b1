import { GreenloopError, Refusal } from '../base/errors.ts';
import { modelsOf } from '../pipeline/pipeline-spec.ts';
import type { RunStore } from '../runs/run-store.ts';
import { taskOf } from '../tasks/markdown-task.ts';
import { keepSolution } from '../wiring/keep-solution.ts';
import type { Settings } from '../wiring/settings.ts';
import { Solver } from '../wiring/solver.ts';
import { Admission } from './http/admission.ts';
import { createApp } from './http/app.ts';
import { Guard, refuseOpenHost } from './http/guard.ts';
import { type Listening, listen, USUAL_PATIENCE } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { mcpHandler } from './mcp/mcp-handler.ts';
import type { McpServices } from './mcp/mcp-services.ts';
import { type ServeOptions, USUAL_LIMITS, USUAL_PORT } from './serve-options.ts';
import { type KeepAnswer, solveTask, type TaskServices } from './solve-task.ts';
import { Upstream } from './upstream.ts';
import { VIRTUAL, VirtualModels } from './virtual-models.ts';
import { asWireError, WireError } from './wire-error.ts';

/** Serves pipelines as models behind the interfaces of OpenAI, Ollama and Anthropic, until it is closed. Throws a Refusal where it cannot listen. */
export async function serve(options: ServeOptions, settings: Settings): Promise<Listening> {
  const { host = '127.0.0.1', port = USUAL_PORT, apiKey = null } = options;
  const patience = { ...USUAL_PATIENCE, ...options.patience };
  const { allowedHosts = [], allowedOrigins = [], mostBytes = USUAL_LIMITS.mostBytes, onRequest = () => {} } = options;
  refuseOpenHost({ host, apiKey });
  const guard = new Guard({ host, apiKey, allowedHosts, allowedOrigins });
  const virtual = new VirtualModels(options.pipelines);
  const tasks = await openTaskServices(options, settings);
  const admission = admissionOf(options);
  const mcp = mcpHandler(mcpServices(virtual, tasks, admission));
  const closing = new AbortController();
  const closeNow = () => closing.abort(new WireError('closing', 'the server is closing'));
  const closeAll = async () => {
    closeNow();
    await mcp.close();
    await tasks.solver.close();
  };
  const upstream = new Upstream(settings);
  const own = { ...tasks, admission, virtual, upstream, guard, mcp, metrics: new Metrics() };
  try {
    const services = { ...own, mostBytes, onRequest, readMs: patience.readMs, closing: closing.signal };
    const listening = await listen(createApp(services).fetch, { host, port, patience, closeNow });
    void openModels(options, tasks.solver, closing.signal);
    return {
      url: listening.url,
      async close(graceMs) {
        await listening.close(graceMs);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function admissionOf({
  concurrent = USUAL_LIMITS.concurrent,
  waiting = USUAL_LIMITS.waiting,
}: ServeOptions): Admission {
  return new Admission({ concurrent, waiting });
}

async function openTaskServices(options: ServeOptions, settings: Settings): Promise<TaskServices> {
  const { limits, runs, onTrouble } = options;
  const { seconds = USUAL_LIMITS.seconds, tokens = USUAL_LIMITS.tokens } = limits ?? {};
  const solver = await Solver.open(settings, options.solver);
  const keep = runs === undefined ? null : keeperOf(runs, solver, onTrouble);
  return { solver, limits: { seconds, tokens }, keep };
}

/** Opens the models of all pipelines, so that the first request need not wait; one that cannot be asked now may be asked later. */
async function openModels(options: ServeOptions, solver: Solver, closing: AbortSignal): Promise<void> {
  const { pipelines, onTrouble = () => {} } = options;
  if (options.solver?.queue !== undefined) return;
  const opening = [...new Set(pipelines.flatMap(modelsOf))].map(async (name) => {
    try {
      await solver.model(name);
    } catch (error) {
      if (!closing.aborted) onTrouble(`${name} is not available yet: ${asWireError(error).message}`);
    }
  });
  await Promise.all(opening);
}

/** An answer is given whether or not it can be kept. */
function keeperOf(runs: RunStore, solver: Solver, onTrouble: (line: string) => void = () => {}): KeepAnswer {
  return async (task, spec, seed, trial) => {
    try {
      await keepSolution(runs, await solver.plan(task, spec, { seed }), taskOf(task), trial);
    } catch (error) {
      if (!(error instanceof GreenloopError)) throw error;
      onTrouble(`not kept: ${error.message}`);
    }
  };
}

/** The same pipelines for the tools of MCP, within the same limits. */
function mcpServices(virtual: VirtualModels, tasks: TaskServices, admission: Admission): McpServices {
  const pipelineNames = virtual.names.map((name) => name.slice(VIRTUAL.length));
  return {
    pipelineNames,
    solve({ task, pipeline: name = pipelineNames[0] }, signal) {
      const spec = virtual.find(`${VIRTUAL}${name}`);
      if (spec === null) throw new Refusal(`no pipeline ${JSON.stringify(name)}: ${pipelineNames.join(', ')}`);
      return admission.during(signal, () => solveTask({ task, spec, signal }, tasks));
    },
    check: (task, code, signal) => tasks.solver.check(task, code, { signal }),
  };
}
