import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Settings } from '../wiring/settings.ts';
import { Solver, type SolverOptions } from '../wiring/solver.ts';
import type { AnswerLimits } from './answer-chat.ts';
import { Admission, type AdmissionLimits } from './http/admission.ts';
import type { RequestLog } from './http/app.ts';
import { Guard, type GuardOptions, refuseOpenHost } from './http/guard.ts';
import { type ClientPatience, type Listening, listen, USUAL_PATIENCE } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { Upstream } from './upstream.ts';
import { USUAL_LIMITS } from './usual-limits.ts';
import { VirtualModels } from './virtual-models.ts';
import { WireError } from './wire-error.ts';

export interface ServeOptions extends Partial<GuardOptions>, Partial<AdmissionLimits> {
  /** Each a model `greenloop/NAME` of the server; at least one. */
  readonly pipelines: readonly PipelineSpec[];
  /** Default 11500; 0 takes any free port. */
  readonly port?: number | undefined;
  readonly limits?: Partial<AnswerLimits> | undefined;
  /** Of a request's body; default 8 MiB. */
  readonly mostBytes?: number | undefined;
  /** Of slow clients; default 10 seconds for headers, 60 for a whole request. */
  readonly patience?: ClientPatience | undefined;
  readonly solver?: SolverOptions | undefined;
  /** Told of each request when it is over. */
  readonly onRequest?: ((log: RequestLog) => void) | undefined;
}

export const USUAL_PORT = 11_500;

/** Serves pipelines as models behind the interfaces of OpenAI, Ollama and Anthropic, until it is closed. Throws a Refusal where it cannot listen. */
export async function serve(options: ServeOptions, settings: Settings): Promise<Listening> {
  const { host = '127.0.0.1', port = USUAL_PORT, apiKey = null, patience = USUAL_PATIENCE } = options;
  const { onRequest = () => {} } = options;
  refuseOpenHost({ host, apiKey });
  const virtual = new VirtualModels(options.pipelines);
  const solver = await Solver.open(settings, options.solver);
  const closing = new AbortController();
  const { concurrent = USUAL_LIMITS.concurrent, waiting = USUAL_LIMITS.waiting } = options;
  const { seconds = USUAL_LIMITS.seconds, tokens = USUAL_LIMITS.tokens } = options.limits ?? {};
  const services = {
    ...{ solver, virtual, onRequest, closing: closing.signal, limits: { seconds, tokens } },
    upstream: new Upstream(settings),
    admission: new Admission({ concurrent, waiting }),
    mostBytes: options.mostBytes ?? USUAL_LIMITS.mostBytes,
    guard: new Guard({
      ...{ host, apiKey },
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
    }),
    metrics: new Metrics(),
  };
  try {
    const closeNow = () => closing.abort(new WireError('closing', 'the server is closing'));
    const listening = await listen(services, { host, port, patience, closeNow });
    return {
      url: listening.url,
      async close(graceMs) {
        await listening.close(graceMs);
        closeNow();
        await solver.close();
      },
    };
  } catch (error) {
    await solver.close();
    throw error;
  }
}
