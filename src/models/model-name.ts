import { Refusal } from '../base/errors.ts';

/** A provider as names and messages know it. */
interface NamedProvider {
  readonly name: string;
  /** A model's whole name. */
  readonly example: string;
}

interface ModelName<Provider extends NamedProvider> {
  readonly provider: Provider;
  /** All that follows the first `/`, slashes and colons included. */
  readonly name: string;
}

/** Splits `provider/name` at the first `/`; refuses a name without both parts or with a provider that is none of these. */
export function parseModelName<Provider extends NamedProvider>(
  text: string,
  providers: readonly Provider[],
): ModelName<Provider> {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash < 1 || name === '') {
    throw new Refusal(`expected a model as provider/name, such as ${examplesOf(providers)}; got "${text}"`);
  }
  const called = text.slice(0, slash);
  const provider = providers.find((known) => known.name === called);
  if (provider === undefined) {
    const examples = examplesOf(providers);
    throw new Refusal(`no provider is called "${called}" (in "${text}"); expected a model such as ${examples}`);
  }
  return { provider, name };
}

function examplesOf(providers: readonly NamedProvider[]): string {
  const examples = providers.map(({ example }) => example);
  return `${examples.slice(0, -1).join(', ')} or ${examples.at(-1)}`;
}

/** A model without its provider and folder. */
export function shortModelName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}
