import { Refusal } from '../../base/errors.ts';

/** The text of a Python file, from which its bytes can be made again without any loss. */
export interface SourceFile {
  readonly text: string;
  /** `single-byte`: any encoding in which ASCII is ASCII; of other characters it is not known what they mean. */
  readonly encoding: 'utf-8' | 'latin-1' | 'single-byte';
  readonly hasMark: boolean;
}

const MARK = [0xef, 0xbb, 0xbf];
const COOKIE = /^[ \t\f]*#[^\n]{0,200}?coding[:=][ \t]*([-\w.]{1,40})/;
const LATIN = /^(?:latin-?1|l1|iso-?8859-?1|8859)$/;
const SINGLE_BYTE =
  /^(?:cp(?:125\d|437|850|852|866)|windows-?125\d|iso-?8859-?\d{1,2}|koi8-[ru]|mac-?(?:roman|cyrillic)|latin-?\d{1,2})$/;

/** Decodes a Python file as Python does: by its mark, its declaration, else UTF-8. Refuses what could not be written back as it was. */
export function readSource(bytes: Uint8Array, path: string): SourceFile {
  const hasMark = MARK.every((byte, place) => bytes[place] === byte);
  const declared = declaredEncoding(Buffer.from(bytes.subarray(hasMark ? 3 : 0)).toString('latin1', 0, 2000));
  if (!hasMark && LATIN.test(declared)) return { text: singleByte(bytes), encoding: 'latin-1', hasMark };
  if (!hasMark && SINGLE_BYTE.test(declared)) return { text: singleByte(bytes), encoding: 'single-byte', hasMark };
  if (!['', 'utf-8', 'utf8', 'ascii', 'us-ascii'].includes(declared))
    throw new Refusal(
      `${path} is written in ${declared}; greenloop can change only UTF-8 and encodings with one byte per character`,
    );
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(hasMark ? 3 : 0));
    return { text, encoding: 'utf-8', hasMark };
  } catch (cause) {
    throw new Refusal(`${path} is not valid UTF-8, and declares no other encoding`, { cause });
  }
}

/** The bytes of a text in the encoding of its file; null where that has no such characters. */
export function encodeSource(text: string, { encoding, hasMark }: SourceFile, changed: string): Uint8Array | null {
  if (encoding === 'utf-8') return Buffer.concat([Buffer.from(hasMark ? MARK : []), Buffer.from(text, 'utf8')]);
  const most = encoding === 'latin-1' ? 0xff : 0x7f;
  for (let at = 0; at < changed.length; at += 1) if (changed.charCodeAt(at) > most) return null;
  return Buffer.from(text, 'latin1');
}

/** In one of the first two lines, the first of which is a comment or blank. */
function declaredEncoding(start: string): string {
  const [first = '', second = ''] = start.split(/\r\n?|\n/);
  const found = COOKIE.exec(first) ?? (/^[ \t\f]*(?:#|$)/.test(first) ? COOKIE.exec(second) : null);
  return (found?.[1] ?? '')
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/-(?:dos|unix|mac)$/, '');
}

function singleByte(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
