import { Refusal } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';

/** The text of an address without the quotes and blanks that come with environment variables. */
export function cleanAddress(text: string): string {
  return withoutEnd(text.trim().replace(/^["']+/, ''), `"'`).trim();
}

/** An http(s) URL; throws a Refusal that names the variable it comes from, where it comes from one. */
export function parseAddress(text: string, variable: string | null): URL {
  const url = URL.parse(text);
  const start = variable === null ? '' : `${variable}: `;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Refusal(`${start}expected a host or an http(s) URL such as http://127.0.0.1:11434, got ${quote(text)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Refusal(`${start}expected a URL without user and password, as messages show it`);
  }
  return url;
}

/** The text without any of these characters at its end. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** An address to which a path can be added. */
export function withoutEndSlash(url: URL): string {
  return `${url.origin}${withoutEnd(url.pathname, '/')}`;
}
