import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { refuseSameNames } from '../runs/services.ts';

/** What the names of models begin with that are pipelines. */
export const VIRTUAL = 'greenloop/';

/** The pipelines of a server, as the models that clients see. */
export class VirtualModels {
  readonly #specs: ReadonlyMap<string, PipelineSpec>;

  /** Refuses two that clients would see under one name. */
  constructor(specs: readonly PipelineSpec[]) {
    refuseSameNames(specs.map((spec) => ({ name: nameOf(spec) })));
    this.#specs = new Map(specs.map((spec) => [nameOf(spec), spec]));
  }

  get names(): readonly string[] {
    return [...this.#specs.keys()];
  }

  /** The pipeline that a client means; null of a name that is none. Clients of Ollama add `:latest`. */
  find(model: string): PipelineSpec | null {
    return this.#specs.get(model) ?? this.#specs.get(model.replace(/:latest$/, '')) ?? null;
  }
}

/** Letters, digits and a few signs: what every client can send in a name. */
function nameOf({ name }: PipelineSpec): string {
  return `${VIRTUAL}${name.replaceAll(/[^\w.:/-]+/g, '-')}`;
}
