import { Refusal } from '../base/errors.ts';

/** Where a Redis server is; `place` names it to people, without its password. */
export interface RedisAddress {
  readonly url: string;
  readonly place: string;
}

/** Reads `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS. Throws a Refusal that does not repeat the password. */
export function parseRedisAddress(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new Refusal('the address of a queue is redis://[user:password@]host[:port], or rediss:// with TLS', {
      choice: 'queue',
    });
  return {
    url: text,
    place: `${url.protocol}//${url.hostname}:${url.port || '6379'}${url.pathname.replace(/^\/$/, '')}`,
  };
}
