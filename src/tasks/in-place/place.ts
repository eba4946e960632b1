/** A definition in a file, as the user names it. */
export interface Place {
  /** The path as it was given. */
  readonly file: string;
  /** Names from the outermost class or function to the definition itself. */
  readonly names: readonly string[];
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Reads `src/text.py:slugify` and `src/text.py:Text.slugify` (two colons do as well); null for any other text. */
export function readPlace(text: string): Place | null {
  const colon = text.lastIndexOf(':');
  const file = text.slice(0, Math.max(0, colon)).replace(/:$/, '');
  const names = text
    .slice(colon + 1)
    .normalize('NFKC')
    .split('.');
  return file.endsWith('.py') && names.every((name) => NAME.test(name)) ? { file, names } : null;
}

/** The place as the user would name it. */
export function placeText({ file, names }: Place): string {
  return `${file}:${names.join('.')}`;
}
