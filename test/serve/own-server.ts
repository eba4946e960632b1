import { after, before } from 'node:test';
import { type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { ownPipeline } from '../../src/pipeline/presets.ts';
import type { RequestLog } from '../../src/serve/http/app.ts';
import type { Listening } from '../../src/serve/http/listen.ts';
import { serve } from '../../src/serve/serve.ts';
import type { ServeOptions } from '../../src/serve/serve-options.ts';
import { readSettings, type Settings } from '../../src/wiring/settings.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';

export const MODEL = 'greenloop/careful';

/** Asks for a function of which the prompt shows one example. */
export const WISH = 'Write a Python function `double(x)` that returns twice x.\n\n>>> double(4)\n8\n';
export const RIGHT = '```python\ndef double(x):\n    return 2 * x\n```';
export const WRONG = '```python\ndef double(x):\n    return x * x\n```';

/** A server of ours, and the server behind it, which speaks Ollama's wire. */
export interface OwnServer {
  readonly ollama: OllamaStub;
  readonly logs: RequestLog[];
  url: string;
  close(): Promise<void>;
}

export function pipelineOf(name: string, model = 'ollama/llama3.2:3b'): PipelineSpec {
  return parsePipeline({ name, ...ownPipeline('redraw-then-repair', model) }, 'test');
}

/** Starts both before the tests of a file and stops them after. */
export function ownServer(options: Partial<ServeOptions> = {}, over: Partial<Settings> = {}): OwnServer {
  const ollama = new OllamaStub();
  const logs: RequestLog[] = [];
  let listening: Listening | null = null;
  const own: OwnServer = {
    ollama,
    logs,
    url: '',
    async close() {
      await listening?.close(200);
      listening = null;
    },
  };
  before(async () => {
    await ollama.start();
    ollama.answer = () => RIGHT;
    const settings = readSettings(over, { ...process.env, OLLAMA_HOST: ollama.url });
    listening = await serve(
      {
        pipelines: [pipelineOf('careful')],
        port: 0,
        solver: { parallel: 2 },
        onRequest: (log) => logs.push(log),
        ...options,
      },
      settings,
    );
    own.url = listening.url;
  });
  after(async () => {
    await own.close();
    await ollama.stop();
  });
  return own;
}

export function post(server: OwnServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a test says of an answer is checked by the test.
export type Json = any;

export async function jsonOf(response: Response | Promise<Response>): Promise<Json> {
  return (await response).json();
}
