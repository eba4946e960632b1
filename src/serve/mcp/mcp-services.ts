import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { Solver } from '../../wiring/solver.ts';

/** A pipeline, and the solver that has its models. */
export interface OpenPipeline {
  readonly spec: PipelineSpec;
  readonly solver: Solver;
}

/** What the tools need of the server that they belong to. */
export interface McpServices {
  /** Names of the pipelines that a client may choose from, the usual one first; empty where none is known before the first call. */
  readonly pipelineNames: readonly string[];
  /** Wall time of one run of the code. */
  readonly timeoutSeconds: number;
  /** The pipeline of that name, the usual one without. Throws a Fault or a Refusal that says what to do. */
  pipeline(name?: string): Promise<OpenPipeline>;
  /** Throws a SandboxFault that says what to install. */
  solver(): Promise<Solver>;
}
