import { Refusal } from '../../base/errors.ts';
import type { ModelListing, ModelServer } from '../model.ts';

const mostNames = 20;

/** The Refusal for a model that a server does not have: names the server, the models it does have, and what to do. */
export function missingModel(
  name: string,
  server: ModelServer,
  models: readonly ModelListing[],
  advice: string,
): Refusal {
  const names = models.map((model) => model.name);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const has = names.length === 0 ? 'no models yet' : `${names.slice(0, mostNames).join(', ')}${more}`;
  return new Refusal(`${server.url} does not have ${name}; it has ${has}; ${advice}`);
}
