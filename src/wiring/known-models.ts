import { Refusal } from '../base/errors.ts';
import { listedModels } from '../models/listed-models.ts';
import { parsePinnedName } from '../models/named-server.ts';
import { modelsOf, type PipelineSpec, withModels } from '../pipeline/pipeline-spec.ts';
import { nearestName } from '../tasks/nearest-name.ts';
import { modelPlaces } from './models.ts';
import { PROVIDERS } from './providers.ts';
import type { Settings } from './settings.ts';

/**
 * Pipelines with every model as `provider/name`: a bare name (`llama3.2:3b`) becomes that of the one place that has such a model. Asks
 * servers, or what else gives a list, only where a name has no provider; a Refusal names what was meant, or the several that it could mean.
 */
export async function withKnownModels(
  specs: readonly PipelineSpec[],
  settings: Settings,
  signal?: AbortSignal,
  list: () => Promise<readonly string[]> = () => listNames(settings, signal),
): Promise<PipelineSpec[]> {
  const bare = new Set(specs.flatMap(modelsOf).filter((name) => !hasProvider(name)));
  const pinned = new Map([...bare].flatMap((name) => pinnedName(name, settings)));
  const others = [...bare].filter((name) => !pinned.has(name));
  if (bare.size === 0) return [...specs];
  const known = others.length === 0 ? [] : await list();
  const models = new Map([...pinned, ...others.map((name) => [name, wholeName(name, known)] as const)]);
  return specs.map((spec) => withModels(spec, models));
}

/** The whole name of a model that ends with its server, which says the provider. */
function pinnedName(name: string, { servers }: Settings): [string, string][] {
  const { server } = parsePinnedName(name, servers);
  return server === null ? [] : [[name, `${server.kind}/${name}`]];
}

/** `provider/name` of a model that is called by its name alone. */
export function wholeName(name: string, known: readonly string[]): string {
  const asked = [name, `${name}:latest`];
  const found = known.filter((one) => asked.includes(nameAlone(one)));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw new Refusal(`the model ${name} is in several places: say which, ${found.join(' or ')}`);
  const near = nearestName(name, [...known, ...known.map(nameAlone)]);
  if (near === null) throw unknownModel(name);
  const meant = known.find((one) => one === near || nameAlone(one) === near);
  throw new Refusal(`no model is called ${JSON.stringify(name)}; did you mean ${meant}?`);
}

function unknownModel(name: string): Refusal {
  const examples = PROVIDERS.map(({ example }) => example)
    .slice(0, 2)
    .join(' or ');
  return new Refusal(
    `no model is called ${JSON.stringify(name)} here; expected one that a server has, or provider/name such as ${examples}`,
    { choice: 'model' },
  );
}

function hasProvider(name: string): boolean {
  return PROVIDERS.some((provider) => name.startsWith(`${provider.name}/`));
}

function nameAlone(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

async function listNames(settings: Settings, signal?: AbortSignal): Promise<string[]> {
  const lists = await Promise.all(modelPlaces(settings).map((place) => listedModels(place, signal)));
  return [...new Set(lists.flatMap((models) => models ?? []).map(({ name }) => name))];
}
