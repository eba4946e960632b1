// The child of greenloop that runs one GGUF file in llama.cpp: requests come in as lines on standard input, events go out as lines.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { AnswerHost } from './answer-host.ts';
import { loadLlamaEngine } from './llama-addon.ts';
import {
  EVENTS_DESCRIPTOR,
  LIFELINE_DESCRIPTOR,
  type LlamaEvent,
  type LlamaRequest,
  type LoadFailureKind,
  type OpenRequest,
  type Stage,
} from './llama-messages.ts';
import { LoadFailure, loadModel } from './load-gguf.ts';

/** Blocks while greenloop does not read. */
function tell(event: LlamaEvent): void {
  const line = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let at = 0; at < line.length; ) at += writeSync(EVENTS_DESCRIPTOR, line, at);
}

/** Ends this process when greenloop is gone, however it ended: a thread waits for that, as llama.cpp may hold this one. */
function watchLifeline(): void {
  const wait = `require('node:fs').readSync(${LIFELINE_DESCRIPTOR}, Buffer.alloc(1))`;
  new Worker(`try { ${wait} } finally { process.kill(process.pid, 'SIGKILL') }`, { eval: true });
}

async function open(request: OpenRequest): Promise<AnswerHost> {
  const engine = await loadLlamaEngine(request.addon).catch((error: Error) => refuse('engine', error.message));
  tell({ kind: 'stage', stage: 'engine' });
  const onStage = (stage: Stage) => tell({ kind: 'stage', stage });
  const loaded = await loadModel(engine, { ...request, onStage }).catch((error: unknown) => {
    if (!(error instanceof LoadFailure)) throw error;
    return refuse(error.what, error.message);
  });
  const { decoders, contextTokens, systemText } = loaded;
  tell({ kind: 'ready', slots: decoders.length, contextTokens, systemText });
  return new AnswerHost(loaded, tell);
}

/** Says why the file is not run, and waits to be ended. */
function refuse(what: LoadFailureKind, said: string): Promise<never> {
  tell({ kind: 'refused', what, said: said.slice(0, 1000) });
  return new Promise(() => {});
}

async function serve(): Promise<void> {
  watchLifeline();
  tell({ kind: 'stage', stage: 'started' });
  let host: AnswerHost | null = null;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as LlamaRequest;
    if (request.kind === 'open') host = await open(request);
    else if (request.kind === 'ask') host?.answer(request);
    else host?.cancel(request.id);
  }
}

await serve();
