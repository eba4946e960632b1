import { GreenloopError, Refusal } from '../base/errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { taskOf } from '../tasks/markdown-task.ts';
import { keepSolution } from '../wiring/keep-solution.ts';
import type { Settings } from '../wiring/settings.ts';
import { Solver } from '../wiring/solver.ts';
import type { KeepAnswer } from './answer-chat.ts';
import { Admission } from './http/admission.ts';
import { Guard, refuseOpenHost } from './http/guard.ts';
import { type Listening, listen, USUAL_PATIENCE } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { mcpHandler } from './mcp/mcp-handler.ts';
import type { McpServices } from './mcp/mcp-services.ts';
import { type ServeOptions, USUAL_LIMITS, USUAL_PORT } from './serve-options.ts';
import { Upstream } from './upstream.ts';
import { VIRTUAL, VirtualModels } from './virtual-models.ts';
import { WireError } from './wire-error.ts';

/** Serves pipelines as models behind the interfaces of OpenAI, Ollama and Anthropic, until it is closed. Throws a Refusal where it cannot listen. */
export async function serve(options: ServeOptions, settings: Settings): Promise<Listening> {
  const { host = '127.0.0.1', port = USUAL_PORT, apiKey = null, patience = USUAL_PATIENCE } = options;
  const { onRequest = () => {} } = options;
  refuseOpenHost({ host, apiKey });
  const { allowedHosts = [], allowedOrigins = [] } = options;
  const guard = new Guard({ host, apiKey, allowedHosts, allowedOrigins });
  const virtual = new VirtualModels(options.pipelines);
  const solver = await Solver.open(settings, options.solver);
  const closing = new AbortController();
  const mcp = mcpHandler(mcpServices(virtual, solver));
  const { concurrent = USUAL_LIMITS.concurrent, waiting = USUAL_LIMITS.waiting } = options;
  const { seconds = USUAL_LIMITS.seconds, tokens = USUAL_LIMITS.tokens } = options.limits ?? {};
  const services = {
    ...{ solver, virtual, onRequest, closing: closing.signal, limits: { seconds, tokens } },
    keep: options.runs === undefined ? null : keeperOf(options.runs, solver, options.onTrouble),
    upstream: new Upstream(settings),
    admission: new Admission({ concurrent, waiting }),
    mostBytes: options.mostBytes ?? USUAL_LIMITS.mostBytes,
    guard,
    metrics: new Metrics(),
    mcp,
  };
  try {
    const closeNow = () => closing.abort(new WireError('closing', 'the server is closing'));
    const listening = await listen(services, { host, port, patience, closeNow });
    return {
      url: listening.url,
      async close(graceMs) {
        await listening.close(graceMs);
        closeNow();
        await mcp.close();
        await solver.close();
      },
    };
  } catch (error) {
    await mcp.close();
    await solver.close();
    throw error;
  }
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

/** Of one run of the code. */
const TIMEOUT_SECONDS = 10;

/** The same pipelines for the tools of MCP. */
function mcpServices(virtual: VirtualModels, solver: Solver): McpServices {
  const pipelineNames = virtual.names.map((name) => name.slice(VIRTUAL.length));
  return {
    pipelineNames,
    timeoutSeconds: TIMEOUT_SECONDS,
    async pipeline(name = pipelineNames[0]) {
      const spec = virtual.find(`${VIRTUAL}${name}`);
      if (spec === null) throw new Refusal(`no pipeline ${JSON.stringify(name)}: ${pipelineNames.join(', ')}`);
      return { spec, solver };
    },
    solver: () => Promise.resolve(solver),
  };
}
