import { cleanAddress, parseAddress, withoutEnd, withoutEndSlash } from '../http/server-url.ts';

/** The base that `/chat/completions` follows: a URL without a path gets `/v1`, one with a path is taken as it is. */
export function openaiUrl(base: string, variable: string | null = 'OPENAI_BASE_URL'): string {
  const text = cleanAddress(base);
  const url = parseAddress(text.includes('://') ? text : `http://${text}`, variable);
  const path = withoutEnd(url.pathname, '/');
  url.pathname = withoutEnd(path.replace(/\/(?:chat\/completions|models)$/, ''), '/');
  if (url.pathname === '/') url.pathname = '/v1';
  return withoutEndSlash(url);
}
