import { Refusal } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';

/** The URL that OLLAMA_HOST means, read as Ollama reads it; an address that means "any" is dialled as this machine. */
export function ollamaUrl(host: string | undefined): string {
  const text = clean(host ?? '');
  const hasScheme = text.includes('://');
  const bare = /^[0-9a-f:.]+$/i.test(text) && text.split(':').length > 2 ? `[${text}]` : text;
  const url = parse(
    hasScheme ? text : `http://${bare.startsWith(':') || bare === '' ? `127.0.0.1${bare}` : bare}`,
    'OLLAMA_HOST',
  );
  // A port is only assumed where no scheme says which one; URL drops the scheme's own port, so it is looked for in the text.
  if (!hasScheme && !/:\d+$/.test(bare.split('/')[0] ?? '')) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return withoutEndSlash(url);
}

/** The base that `/chat/completions` follows: a URL without a path gets `/v1`, one with a path is taken as it is. */
export function openaiUrl(base: string): string {
  const text = clean(base);
  const url = parse(text.includes('://') ? text : `http://${text}`, 'OPENAI_BASE_URL');
  const path = withoutEnd(url.pathname, '/');
  url.pathname = withoutEnd(path.replace(/\/(?:chat\/completions|models)$/, ''), '/');
  if (url.pathname === '/') url.pathname = '/v1';
  return withoutEndSlash(url);
}

function clean(text: string): string {
  return withoutEnd(text.trim().replace(/^["']+/, ''), `"'`).trim();
}

function parse(text: string, variable: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Refusal(
      `${variable}: expected a host or an http(s) URL such as http://127.0.0.1:11434, got ${quote(text)}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new Refusal(`${variable}: expected a URL without user and password, as messages show it`);
  }
  return url;
}

/** The text without any of these characters at its end. */
function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function withoutEndSlash(url: URL): string {
  return `${url.origin}${withoutEnd(url.pathname, '/')}`;
}
