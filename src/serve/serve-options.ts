import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SolverOptions } from '../wiring/solver.ts';
import type { AdmissionLimits } from './http/admission.ts';
import type { RequestLog } from './http/app.ts';
import type { GuardOptions } from './http/guard.ts';
import type { ClientPatience } from './http/listen.ts';
import type { AnswerLimits } from './solve-task.ts';

export interface ServeOptions extends Partial<GuardOptions>, Partial<AdmissionLimits> {
  /** Each a model `greenloop/NAME` of the server; at least one. */
  readonly pipelines: readonly PipelineSpec[];
  /** Default 11500; 0 takes any free port. */
  readonly port?: number | undefined;
  readonly limits?: Partial<AnswerLimits> | undefined;
  /** Of a request's body; default 8 MiB. */
  readonly mostBytes?: number | undefined;
  /** Of slow clients; default 10 seconds for headers, 60 for a whole request, 60 without reading. */
  readonly patience?: Partial<ClientPatience> | undefined;
  readonly solver?: SolverOptions | undefined;
  /** Where every solved task is kept as a run; nowhere where it is not given. */
  readonly runs?: RunStore | undefined;
  /** Told in one line why a run was not kept, or a model of a pipeline cannot be asked when the server begins. */
  readonly onTrouble?: ((line: string) => void) | undefined;
  /** Told of each request when it is over. */
  readonly onRequest?: ((log: RequestLog) => void) | undefined;
}

export const USUAL_PORT = 11_500;
export const USUAL_LIMITS = { seconds: 300, tokens: 200_000, concurrent: 8, waiting: 256, mostBytes: 8 * 1024 * 1024 };
