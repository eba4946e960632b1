import { Refusal } from '../base/errors.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';

/** What the names of models begin with that are pipelines. */
export const VIRTUAL = 'greenloop/';

/** The pipelines of a server, as the models that clients see. */
export class VirtualModels {
  readonly #specs: ReadonlyMap<string, PipelineSpec>;

  /** Refuses two pipelines of one name. */
  constructor(specs: readonly PipelineSpec[]) {
    const named = specs.map((spec) => [nameOf(spec), spec] as const);
    const twice = named.find(([name], place) => named.findIndex(([other]) => other === name) !== place);
    if (twice !== undefined) throw new Refusal(`two pipelines are named "${twice[1].name}"; give each its own name`);
    this.#specs = new Map(named);
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
