import type { TestContext } from 'node:test';
import type { RetryPolicy } from '../../../src/models/http/retry.ts';
import type { NamedServer } from '../../../src/models/named-server.ts';
import { ollama } from '../../../src/models/ollama/provider.ts';
import { openai } from '../../../src/models/openai/provider.ts';
import { ServerFleet } from '../../../src/models/servers/server-fleet.ts';
import { readSettings, type Settings } from '../../../src/wiring/settings.ts';
import { OllamaStub } from '../ollama/ollama-stub.ts';
import { OpenAIStub } from '../openai/openai-stub.ts';
import { countingPolicy } from '../requests.ts';

/** Rests of some hundredths of a second. */
export const SHORT_RESTS: RetryPolicy = {
  ...countingPolicy(),
  firstWaitSeconds: 0.01,
  longestWaitSeconds: 0.05,
  random: () => 1,
};

/** A server of a configuration at this address. */
export function namedServer(name: string, kind: string, url: string, over: Partial<NamedServer> = {}): NamedServer {
  return { name, kind, url, keyVariable: null, key: undefined, slots: null, models: null, ...over };
}

interface FleetOptions {
  readonly settings?: Partial<Settings>;
  /** Of each server in order, what its entry says besides. */
  readonly entries?: readonly Partial<NamedServer>[];
}

const NAMES = ['desk', 'box2', 'box3'];

/** Two Ollama stubs, desk and box2, whose models can be opened. */
export async function ollamaFleet(t: TestContext, options: FleetOptions = {}) {
  const stubs = [await new OllamaStub().start(), await new OllamaStub().start()] as const;
  for (const stub of stubs) t.after(() => stub.stop());
  return {
    ...(await openFleet(
      'ollama',
      stubs.map(({ url }) => url),
      options,
    )),
    desk: stubs[0],
    box2: stubs[1],
  };
}

/** Two OpenAI-compatible stubs, desk and box2, whose models can be opened. */
export async function openaiFleet(t: TestContext, options: FleetOptions = {}) {
  const stubs = [await new OpenAIStub().start(), await new OpenAIStub().start()] as const;
  for (const stub of stubs) t.after(() => stub.stop());
  return {
    ...(await openFleet(
      'openai',
      stubs.map(({ baseUrl }) => baseUrl),
      options,
    )),
    desk: stubs[0],
    box2: stubs[1],
  };
}

async function openFleet(kind: 'ollama' | 'openai', urls: readonly string[], options: FleetOptions) {
  const servers = urls.map((url, index) => namedServer(NAMES[index] ?? '', kind, url, options.entries?.[index]));
  const settings = readSettings({ ...options.settings, servers }, {});
  const notes: string[] = [];
  const open = () =>
    new ServerFleet({
      provider: kind,
      served: (kind === 'ollama' ? ollama : openai).served!,
      settings,
      access: { notices: { waiting: () => {}, note: (line) => notes.push(line) }, signal: undefined },
      policy: SHORT_RESTS,
    });
  return { notes, open, fleet: open() };
}

/** Makes each answer of the stubs wait until so many requests are open at both. */
export function holdUntil(open: number, ...stubs: readonly (OllamaStub | OpenAIStub)[]): void {
  const both = () => stubs.reduce((sum, stub) => sum + stub.inFlight, 0);
  let isMet = false;
  for (const stub of stubs) {
    stub.beforeAnswer = async () => {
      // So many turns say that there will be no more.
      for (let turn = 0; turn < 1000 && !isMet && both() < open; turn += 1) await new Promise(setImmediate);
      isMet = true;
    };
  }
}
