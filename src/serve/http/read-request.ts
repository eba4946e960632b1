import { GrowingBytes } from '../../base/growing-bytes.ts';
import { refuseHugeJson } from '../../base/json-text.ts';
import { WireError } from '../wire-error.ts';

/** A request's body: its text, and the object that it is in JSON. */
export interface JsonBody {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const MOST_JSON = { depth: 100, values: 1_000_000 };

/** Reads a body; throws WireError where it is no JSON object, or larger than so many bytes. */
export async function readJson(request: Request, mostBytes: number): Promise<JsonBody> {
  const text = await readText(request, mostBytes);
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { text, value: { ...value } };
  throw new WireError('invalid-request', 'the body is not a JSON object');
}

function parse(text: string): unknown {
  try {
    refuseHugeJson(text, MOST_JSON);
    return JSON.parse(text);
  } catch (cause) {
    throw new WireError('invalid-request', 'the body is not JSON', { cause });
  }
}

async function readText(request: Request, mostBytes: number): Promise<string> {
  const tooLarge = () => new WireError('too-large', `the body is larger than ${mostBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge();
  const bytes = new GrowingBytes();
  for await (const chunk of chunksOf(request)) {
    if (bytes.length + chunk.length > mostBytes) throw tooLarge();
    bytes.add(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.whole());
  } catch (cause) {
    throw new WireError('invalid-request', 'the body is not UTF-8', { cause });
  }
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body as ReadableStream<Uint8Array>;
  } catch (cause) {
    throw new WireError('invalid-request', 'the body ended early', { cause });
  }
}
