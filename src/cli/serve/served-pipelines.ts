import { untilAborted } from '../../base/concurrency.ts';
import { Refusal } from '../../base/errors.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../../runs/event.ts';
import { refuseSameNames } from '../../runs/services.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import type { ChosenTask, McpServices } from '../../serve/mcp/mcp-services.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import { withKnownModels } from '../../wiring/known-models.ts';
import { Solver } from '../../wiring/solver.ts';
import type { Surroundings } from '../command.ts';
import { chooseDefaultModel } from '../options/default-model.ts';
import { type ModelOptions, pipelinesOf } from '../options/model-options.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';

const USUAL = 'redraw-then-repair';

/** A pipeline, and the solver that has its models. */
interface OpenPipeline {
  readonly spec: PipelineSpec;
  readonly solver: Solver;
}

/** The pipelines of the options and what runs them, which is opened when it is first needed; without a named one the default is chosen then. */
export class ServedPipelines implements McpServices {
  readonly pipelineNames: readonly string[];
  readonly #timeoutSeconds: number;
  readonly #options: ModelOptions;
  readonly #surroundings: Surroundings;
  /** Ends the search for a model. */
  readonly #closing = new AbortController();
  readonly #named: readonly PipelineSpec[];
  #opened: Promise<Solver> | null = null;
  #usual: Promise<OpenPipeline> | null = null;

  /** Throws a Refusal of options that cannot be. */
  constructor(options: ModelOptions, timeoutSeconds: number, surroundings: Surroundings) {
    this.#named = pipelinesOf(options, USUAL);
    this.pipelineNames = this.#named.map(({ name }) => name);
    this.#timeoutSeconds = timeoutSeconds;
    this.#options = options;
    this.#surroundings = surroundings;
    refuseSameNames(this.#named);
  }

  async *solve({ task, pipeline }: ChosenTask, signal: AbortSignal): AsyncGenerator<TrialEvent> {
    const { spec, solver } = await untilAborted(() => this.#pipeline(pipeline), signal);
    yield* solver.solve(task, spec, { timeoutSeconds: this.#timeoutSeconds, signal });
  }

  async check(task: FreeTask, code: string, signal: AbortSignal): Promise<Verdict> {
    const solver = await this.#solver();
    return solver.check(task, code, { timeoutSeconds: this.#timeoutSeconds, signal });
  }

  /** Ends the sandbox and the models, if they were opened. */
  async close(): Promise<void> {
    this.#closing.abort();
    const solver = await this.#opened?.catch(() => null);
    await solver?.close();
  }

  async #pipeline(name?: string): Promise<OpenPipeline> {
    if (this.#named.length === 0) return this.#chooseUsual();
    const spec = name === undefined ? this.#named[0] : this.#named.find((one) => one.name === name);
    if (spec === undefined) throw new Refusal(`no pipeline ${JSON.stringify(name)}: ${this.pipelineNames.join(', ')}`);
    const { settings, signal } = this.#surroundings;
    const [known = spec] = await withKnownModels([spec], settings, signal);
    return { spec: known, solver: await this.#solver() };
  }

  #solver(): Promise<Solver> {
    const { settings } = this.#surroundings;
    const onFallback = (line: string) => say(`greenloop: ${line}`);
    const opening = this.#opened ?? Solver.open(settings, { notices: serverNotices(), onFallback });
    this.#opened = opening;
    // What is missing may be installed meanwhile.
    opening.catch(() => {
      this.#opened = null;
    });
    return opening;
  }

  #chooseUsual(): Promise<OpenPipeline> {
    const choosing = this.#usual ?? this.#findUsual();
    this.#usual = choosing;
    // A server may come up later.
    choosing.catch(() => {
      this.#usual = null;
    });
    return choosing;
  }

  async #findUsual(): Promise<OpenPipeline> {
    const signal = AbortSignal.any([this.#surroundings.signal, this.#closing.signal]);
    const { options, settings } = await chooseDefaultModel({ ...this.#surroundings, signal });
    const [spec] = pipelinesOf({ ...this.#options, ...options }, USUAL);
    if (spec === undefined) throw new TypeError('the default model makes no pipeline');
    return { spec, solver: (await this.#solver()).under(settings) };
  }
}
