import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import type { Environment } from '../models/model-provider.ts';
import type { NamedServer } from '../models/named-server.ts';
import { PROVIDERS } from './providers.ts';

const SERVED = PROVIDERS.flatMap(({ name, served }) => (served === undefined ? [] : [{ name, served }]));
const KINDS = SERVED.map(({ name }) => name);

const fields = {
  name: z
    .string()
    .max(40)
    .regex(/^[a-z0-9][a-z0-9._-]*$/i, 'expected letters, digits, ".", "_" and "-", such as box2'),
  kind: z.enum(KINDS),
  url: z.string(),
  key: z
    .string()
    .regex(/^\$[a-z_]\w*$/i, 'expected the variable of the environment that holds the key, such as $BOX2_KEY')
    .optional(),
  slots: z.int().min(1).optional(),
  models: z.array(z.string().min(1)).min(1).optional(),
};

const ALLOWED = `expected ${Object.keys(fields).join(', ')}`;

/** What a configuration file says of the servers; only a file that nobody else can have written may say where a key goes. */
export function serversSchema(isOwn: boolean): z.ZodType<NamedServer[]> {
  const entry = z.strictObject(fields, { error: unknownField }).transform((server, context): NamedServer => {
    const { name, kind, key, slots = null, models = null } = server;
    if (key !== undefined && !isOwn) {
      const message = 'a key is sent only to servers that your own configuration lists';
      context.addIssue({ code: 'custom', path: ['key'], message });
    }
    const url = readUrl(server, (message) => context.addIssue({ code: 'custom', path: ['url'], message }));
    return { name, kind, url, keyVariable: key?.slice(1) ?? null, key: undefined, slots, models };
  });
  return z.array(entry).superRefine((servers, context) => {
    for (const [index, server] of servers.entries()) {
      const twin = servers.slice(0, index).find(({ name, url }) => name === server.name || url === server.url);
      if (twin === undefined) continue;
      const field = twin.name === server.name ? 'name' : 'url';
      context.addIssue({
        code: 'custom',
        path: [index, field],
        message: `the same as that of another server, ${twin.name}`,
      });
    }
  });
}

function unknownField({ code, ...issue }: z.core.$ZodRawIssue): string | undefined {
  if (code !== 'unrecognized_keys') return undefined;
  return `unknown field ${(issue as { keys: string[] }).keys.map((key) => JSON.stringify(key)).join(', ')}; ${ALLOWED}`;
}

function readUrl(
  { kind, url }: { readonly kind: string; readonly url: string },
  refuse: (why: string) => void,
): string {
  try {
    return SERVED.find(({ name }) => name === kind)!.served.url(url);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(error.message);
    return url;
  }
}

/** The same servers with their keys, where the environment has them. */
export function withKeys(servers: readonly NamedServer[], environment: Environment): NamedServer[] {
  return servers.map((server) => {
    const { keyVariable, key } = server;
    return { ...server, key: key ?? (keyVariable === null ? undefined : environment[keyVariable] || undefined) };
  });
}
