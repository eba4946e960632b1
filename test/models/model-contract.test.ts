import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { LlamaCppModel } from '../../src/models/gguf/llama-cpp-model.ts';
import { defaultRetryPolicy } from '../../src/models/http/retry.ts';
import { Lane } from '../../src/models/lane.ts';
import type { Model } from '../../src/models/model.ts';
import { OllamaModel } from '../../src/models/ollama/ollama-model.ts';
import { OpenAIModel } from '../../src/models/openai/openai-model.ts';
import { QueuedModel } from '../../src/models/queued-model.ts';
import { RecordedModel } from '../../src/models/recorded/recorded-model.ts';
import { RequestQueue } from '../../src/models/request-queue.ts';
import { ScriptFileModel } from '../../src/models/scripted/script-file.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { ModelSource } from '../../src/models/servers/model-source.ts';
import { SpreadModel } from '../../src/models/servers/spread-model.ts';
import { type TinyModel, writeTinyGguf } from './gguf/tiny-gguf.ts';
import type { HttpStub } from './http/http-stub.ts';
import { type ContractSubject, testModelContract } from './model-contract.ts';
import { OllamaStub } from './ollama/ollama-stub.ts';
import { OpenAIStub } from './openai/openai-stub.ts';
import { requestFor } from './requests.ts';
import { namedServer } from './servers/own-servers.ts';

const SAYS_NOTHING = { digest: null, contextTokens: null };
const noFile = join(tmpdir(), 'greenloop-has-no-such-file');

testModelContract('ollama', async (t) => {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  const make = (name: string, now: () => number): Model => new OllamaModel({ name, url: stub.url, now });
  const names = [/127\.0\.0\.1/, /ollama\/no-such-model/, /ollama\/llama3\.2:3b/, /ollama pull no-such-model/];
  return httpSubject(stub, { make, known: 'llama3.2:3b', names });
});

testModelContract('openai', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  const make = (name: string, now: () => number): Model => new OpenAIModel({ name, url: stub.baseUrl, now });
  const names = [/127\.0\.0\.1/, /openai\/no-such-model/, /openai\/qwen2\.5-coder-1\.5b/];
  return httpSubject(stub, { make, known: 'qwen2.5-coder-1.5b', names });
});

testModelContract('queued ollama', async (t) => {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  const queue = new RequestQueue(2);
  const make = (name: string, now: () => number): Model =>
    new QueuedModel(new OllamaModel({ name, url: stub.url, now }), queue);
  return httpSubject(stub, { make, known: 'qwen2.5-coder', names: [/ollama pull no-such-model/] });
});

testModelContract('spread over two', async (t) => {
  const stubs = [await new OllamaStub().start(), await new OllamaStub().start()] as const;
  for (const stub of stubs) t.after(() => stub.stop());
  const queue = { policy: defaultRetryPolicy, note: () => {}, noteOnce: () => {} };
  const make = (name: string, now: () => number): Model => {
    const sources = stubs.map(({ url }, index) => {
      const access = { open: () => new OllamaModel({ name, url, now }), traits: async () => SAYS_NOTHING };
      const server = namedServer(`box${index}`, 'ollama', url);
      return new ModelSource({ server, access, lane: new Lane({ slots: 2 }), name, place: url, greet: async () => {} });
    });
    const lanes = new RequestQueue(sources.map(({ lane }) => lane));
    return new SpreadModel({ name: `ollama/${name}`, model: name, sources, queue: lanes, ...queue });
  };
  const names = [/none of box0 \(\S+\), box1/, /ollama\/no-such-model/, /ollama pull no-such-model/];
  return httpSubject(stubs[0], { make, known: 'llama3.2:3b', names });
});

testModelContract('recorded', async (t) => {
  const path = temporaryFile(t, 'samples.jsonl', '{"task_id": "HumanEval/0", "completion": "pass"}\n');
  return fileSubject(new RecordedModel(path), new RecordedModel(noFile), 'pass', false);
});

testModelContract('script file', async (t) => {
  const path = temporaryFile(t, 'script.yaml', '- {text: pass}\n');
  return fileSubject(new ScriptFileModel(path), new ScriptFileModel(noFile), 'pass', true);
});

testModelContract('scripted', async () => {
  let hold: Promise<void> = Promise.resolve();
  const asked = Promise.withResolvers<void>();
  const model = new ScriptedModel('pass', async () => {
    asked.resolve();
    await hold;
    return { text: 'pass', seconds: 5 };
  });
  return {
    ...fileSubject(model, new ScriptFileModel(noFile), 'pass', true),
    holdAnswers: (until) => {
      hold = until;
      return { asked: asked.promise };
    },
    secondsPerAnswer: 5,
  };
});

testModelContract('llama-cpp', async (t) => ({ ...ggufSubject(t, { answer: ['pass'] }), holdAnswers: null }));

testModelContract('llama-cpp without end', async (t) => ggufSubject(t, { answer: ['pass'], isEndless: true }));

/** A subject that a real engine runs: it writes `pass` once or, endless, 512 times, and is held by that. Its clock ticks when looked at. */
function ggufSubject(t: TestContext, tiny: TinyModel): ContractSubject {
  const path = temporaryFile(t, 'tiny.gguf', '');
  writeTinyGguf(path, tiny);
  const asked = Promise.withResolvers<void>();
  let ticks = 0;
  const now = () => {
    asked.resolve();
    return ticks++;
  };
  const make = (file: string) => new LlamaCppModel({ name: `gguf/${file}`, path: file, now });
  const model = make(path);
  return {
    model,
    request: requestFor('say something'),
    text: 'pass'.repeat(tiny.isEndless ? 512 : 1),
    hasUsage: true,
    missing: { model: make(noFile), names: [/greenloop-has-no-such-file does not exist/] },
    holdAnswers: () => ({ asked: asked.promise }),
    // All four sequences answer, so none was left taken.
    idle: async () => {
      await Promise.all([1, 2, 3, 4].map(() => model.complete(requestFor('more', { sampling: { maxTokens: 2 } }))));
    },
    secondsPerAnswer: 2,
  };
}

/** A subject behind a stub, with a clock that moves by five seconds in each answer. */
function httpSubject(
  stub: HttpStub,
  options: { make: (name: string, now: () => number) => Model; known: string; names: readonly RegExp[] },
): ContractSubject {
  let seconds = 0;
  const now = () => seconds;
  stub.beforeAnswer = () => {
    seconds += 5;
  };
  return {
    model: options.make(options.known, now),
    request: requestFor('say something'),
    text: 'echo: say something',
    hasUsage: true,
    missing: { model: options.make('no-such-model', now), names: options.names },
    holdAnswers: (until) => {
      const asked = Promise.withResolvers<void>();
      stub.beforeAnswer = () => {
        asked.resolve();
        return until;
      };
      return { asked: asked.promise };
    },
    idle: () => stub.idle(),
    secondsPerAnswer: 5,
  };
}

function fileSubject(model: Model, missing: Model, text: string, hasUsage: boolean): ContractSubject {
  return {
    model,
    request: requestFor('say something'),
    text,
    hasUsage,
    missing: { model: missing, names: [/greenloop-has-no-such-file does not exist/] },
    holdAnswers: null,
    idle: async () => undefined,
    secondsPerAnswer: 0,
  };
}

function temporaryFile(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
