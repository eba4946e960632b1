import { cleanAddress, parseAddress, withoutEndSlash } from '../http/server-url.ts';

/** The URL that OLLAMA_HOST means, read as Ollama reads it; an address that means "any" is dialled as this machine. */
export function ollamaUrl(host: string | undefined, variable: string | null = 'OLLAMA_HOST'): string {
  const text = cleanAddress(host ?? '');
  const hasScheme = text.includes('://');
  const bare = /^[0-9a-f:.]+$/i.test(text) && text.split(':').length > 2 ? `[${text}]` : text;
  const url = parseAddress(
    hasScheme ? text : `http://${bare.startsWith(':') || bare === '' ? `127.0.0.1${bare}` : bare}`,
    variable,
  );
  // A port is only assumed where no scheme says which one; URL drops the scheme's own port, so it is looked for in the text.
  if (!hasScheme && !/:\d+$/.test(bare.split('/')[0] ?? '')) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return withoutEndSlash(url);
}
