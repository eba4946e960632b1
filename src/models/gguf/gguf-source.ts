import { Refusal } from '../../base/errors.ts';

/** Where a GGUF file comes from, and the name under which it is kept. */
export interface GgufSource {
  readonly url: string;
  /** `qwen2.5-coder-1.5b.gguf`. */
  readonly fileName: string;
}

/** Well-known small instruct models, as owner/repository/file on the hub. */
export const knownGgufs: Readonly<Record<string, string>> = {
  'llama3.2-1b': 'bartowski/Llama-3.2-1B-Instruct-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  'llama3.2-3b': 'bartowski/Llama-3.2-3B-Instruct-GGUF/Llama-3.2-3B-Instruct-Q4_K_M.gguf',
  'qwen2.5-1.5b': 'Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf',
  'qwen2.5-coder-0.5b': 'Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
  'qwen2.5-coder-1.5b': 'Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
  'qwen2.5-coder-3b': 'Qwen/Qwen2.5-Coder-3B-Instruct-GGUF/qwen2.5-coder-3b-instruct-q4_k_m.gguf',
};

const expected = `expected a URL, OWNER/REPOSITORY/FILE.gguf on the hub, or one of ${Object.keys(knownGgufs).join(', ')}`;

/** Reads a URL, `owner/repository/file` on a hub, or a well-known name; refuses anything else. */
export function readGgufSource(text: string, hub: string): GgufSource {
  const known = Object.hasOwn(knownGgufs, text) ? knownGgufs[text] : undefined;
  if (known !== undefined) return { url: hubUrl(known, hub), fileName: `${text}.gguf` };
  const url = /^https?:\/\//i.test(text) ? text : hubUrl(text, hub);
  const path = URL.parse(url)?.pathname ?? '';
  const fileName = /([^/\\\p{Cc}]+\.gguf)$/iu.exec(decodePath(path))?.[1];
  if (fileName === undefined || fileName.startsWith('.')) throw new Refusal(`${expected}; got "${text}"`);
  return { url, fileName };
}

function hubUrl(place: string, hub: string): string {
  const [owner, repository, ...file] = place.split('/');
  if (!owner || !repository || file.length === 0) throw new Refusal(`${expected}; got "${place}"`);
  return `${hub.replace(/\/+$/, '')}/${owner}/${repository}/resolve/main/${file.join('/')}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
