import { hashOf } from '../../base/hash.ts';
import type { ModelListing } from '../../models/model.ts';
import { pipelineHash } from '../../pipeline/pipeline-spec.ts';
import type { Upstream, UpstreamModel } from '../upstream.ts';
import type { VirtualModels } from '../virtual-models.ts';
import { WireError } from '../wire-error.ts';

/** The least version of Ollama that editors want to see. */
export const OLLAMA_VERSION = '0.12.6';

/** Of a pipeline whose model's server does not say. */
const USUAL_CONTEXT = 8192;

interface Listed {
  readonly virtual: VirtualModels;
  readonly upstream: Upstream;
}

/** Models as OpenAI's wire lists them: the pipelines first. */
export async function openaiModels(listed: Listed): Promise<object> {
  return { object: 'list', data: await openaiEntries(listed) };
}

/** One model as OpenAI's wire has it. */
export async function openaiModel(listed: Listed, id: string): Promise<object> {
  const found = (await openaiEntries(listed)).find((entry) => entry.id === id);
  if (found === undefined) throw new WireError('not-found', `no model ${JSON.stringify(id)}`, { field: 'model' });
  return found;
}

async function openaiEntries({ virtual, upstream }: Listed) {
  const entry = (id: string, owner: string) => ({ id, object: 'model', created: 0, owned_by: owner });
  const others = (await upstream.distinctModels()).map(({ name, server }) => entry(name, server.provider));
  return [...virtual.names.map((name) => entry(name, 'greenloop')), ...others];
}

/** Models as Ollama's wire lists them. */
export async function ollamaTags({ virtual, upstream }: Listed): Promise<object> {
  const others = (await upstream.distinctModels()).map(({ name, listing }) =>
    tagOf(name, hashOf(listing.name), listing),
  );
  return { models: [...virtual.names.map((name) => tagOf(name, digestOf(virtual, name), null)), ...others] };
}

function digestOf(virtual: VirtualModels, name: string): string {
  const spec = virtual.find(name);
  return spec === null ? hashOf(name) : pipelineHash(spec);
}

function tagOf(name: string, digest: string, listing: ModelListing | null) {
  return { name, model: name, modified_at: new Date(0).toISOString(), size: 0, digest, details: detailsOf(listing) };
}

function detailsOf(listing: ModelListing | null) {
  const family = listing === null ? 'greenloop' : 'unknown';
  return {
    parent_model: '',
    format: 'gguf',
    family,
    families: [family],
    parameter_size: listing?.parameters ?? '',
    quantization_level: listing?.quantization ?? '',
  };
}

/** What Ollama's /api/show says of a pipeline: its generator's context, and that tools are passed on. */
export async function ollamaShow({ virtual, upstream }: Listed, model: string): Promise<object | null> {
  const spec = virtual.find(model);
  if (spec === null) return null;
  const generator = await upstream.modelNamed(spec.generator.model);
  return {
    modelfile: '',
    parameters: '',
    template: '{{ .Prompt }}',
    details: detailsOf(null),
    model_info: {
      'general.architecture': 'greenloop',
      'general.basename': spec.name,
      'greenloop.context_length': contextOf(generator),
    },
    capabilities: ['completion', 'tools'],
    modified_at: new Date(0).toISOString(),
  };
}

function contextOf(model: UpstreamModel | null): number {
  return model?.listing.contextTokens ?? USUAL_CONTEXT;
}
