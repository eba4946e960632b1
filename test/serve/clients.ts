import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chat } from '../../src/serve/chat.ts';
import type { NoTask } from '../../src/serve/no-task.ts';
import { anthropic } from '../../src/serve/wires/anthropic.ts';
import { ollamaChat, ollamaGenerate } from '../../src/serve/wires/ollama.ts';
import { openaiChat } from '../../src/serve/wires/openai-chat.ts';
import { openaiResponses } from '../../src/serve/wires/openai-responses.ts';

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
  /** `refused`: its wire takes no such request. */
  readonly reason?: NoTask | 'refused';
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

const WIRES = [openaiChat, openaiResponses, ollamaChat, ollamaGenerate, anthropic];

/** What the wire of a request reads out of its body; a WireError where it refuses it. */
export function chatOf({ path, body }: ClientRequest): Chat {
  return WIRES.find((wire) => wire.path === path)!.read(body).chat;
}
