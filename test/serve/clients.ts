import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/models/model.ts';
import type { NoTask } from '../../src/serve/no-task.ts';

/** A request body in the way of a client, and what comes of it: the entry point of its task, or why it is none. */
export interface ClientRequest {
  readonly client: string;
  readonly name: string;
  /** Of the wire that it speaks. */
  readonly path: string;
  /** The public file that says what the client sends. */
  readonly source: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly task: string | null;
  readonly reason?: NoTask;
}

const FOLDER = join(import.meta.dirname, 'clients');

/** All request bodies of `clients/`. */
export function readClientRequests(): ClientRequest[] {
  return globSync('*.json', { cwd: FOLDER })
    .sort()
    .flatMap((file) => {
      const { client, requests } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
      return requests.map((request: Omit<ClientRequest, 'client'>) => ({ client, ...request }));
    });
}

/** The conversation of a body, whichever wire it is of. */
export function conversationOf({ body }: ClientRequest): Message[] {
  const system = textOf(body.system ?? body.instructions);
  const turns = [body.messages, body.input, body.prompt].find((one) => one !== undefined);
  const listed = Array.isArray(turns) ? turns : [{ role: 'user', content: fillIn(String(turns), body.suffix) }];
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    ...listed.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content: textOf(content) })),
  ];
}

/** A prompt with a suffix is a completion at a cursor, as Ollama writes it for a model. */
function fillIn(prompt: string, suffix: unknown): string {
  return suffix === undefined ? prompt : `<|fim_prefix|>${prompt}<|fim_suffix|>${suffix}<|fim_middle|>`;
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : '';
  return content.map(({ text }) => text ?? '').join('\n\n');
}
