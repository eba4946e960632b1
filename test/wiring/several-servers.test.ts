import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { deriveSeed } from '../../src/base/hash.ts';
import type { NamedServer } from '../../src/models/named-server.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { Plan } from '../../src/runs/plan.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { askedServers, slotsFor } from '../../src/wiring/asked-servers.ts';
import { withKnownModels } from '../../src/wiring/known-models.ts';
import { openLedger } from '../../src/wiring/ledger.ts';
import { type MeasureRequest, measurePipelines } from '../../src/wiring/measure-pipelines.ts';
import { readSettings, type Settings } from '../../src/wiring/settings.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { namedServer } from '../models/servers/own-servers.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';

const root = mkdtempSync(join(tmpdir(), 'greenloop-several-servers-'));
after(() => rmSync(root, { recursive: true }));

const MODEL = 'ollama/llama3.2:3b';
const PROGRAMS = Object.values(DOUBLE);
const role = { model: MODEL };
const pipelines = [
  parsePipeline({ name: 'repairs', generator: role, stages: [{ iterations: 2, refiner: role }] }, 'the test'),
  parsePipeline({ name: 'draws', generator: role, stages: [{ drafts: 2 }] }, 'the test'),
];
const tasks = ['Own/1', 'Own/2', 'Own/3', 'Own/4'].map((id) => doubleTask({ id }));

/** A server whose answer to a request depends on its seed and its messages, as that of a model does. */
async function modelServer(t: TestContext): Promise<OllamaStub> {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  stub.answer = ({ messages, options }) =>
    PROGRAMS[deriveSeed(options.seed, JSON.stringify(messages)) % PROGRAMS.length] ?? '';
  return stub;
}

/** What trials came to; and what the user was told. */
async function measured(
  name: string,
  settings: Partial<Settings>,
  { onTrial = () => {}, onNote = (_line: string) => {} } = {},
) {
  const ledger = join(root, `${name}.db`);
  const request: MeasureRequest = {
    benchmark: benchmarkOf(tasks),
    ...{ pipelines, repeats: 6, seed: 3, timeoutSeconds: 20, skipPreflight: true, isFresh: false, ledger },
  };
  const notes: string[] = [];
  let models: Plan['models'] = [];
  const summary = await measurePipelines(request, readSettings(settings, {}), {
    notices: {
      waiting: () => {},
      note: (line) => {
        notes.push(line);
        onNote(line);
      },
    },
    onTrouble: () => {},
    onFallback: () => {},
    onUnrecorded: () => {},
    onBegun: ({ plan }) => {
      models = plan.models;
    },
    withProgress: (_tasks, work) => work(() => {}),
    progress: (_trials, run) => run(onTrial),
  });
  const kept = await openLedger(ledger, {});
  const trials: Trial[] = [];
  for await (const trial of kept.runs.trials(summary.run ?? '')) trials.push(trial);
  kept.close();
  return { trials: trials.map(withoutTimes), models, notes };
}

function withoutTimes(trial: Trial): unknown {
  return JSON.parse(JSON.stringify(trial, (key, value) => (/seconds|bytes|^timings$/i.test(key) ? undefined : value)));
}

function serversAt(stubs: readonly OllamaStub[], over: readonly Partial<NamedServer>[] = []): NamedServer[] {
  return stubs.map(({ url }, index) => namedServer(`box${index}`, 'ollama', url, over[index]));
}

test('a run at two servers, one of which goes and comes back, is that of one undisturbed server, trial for trial', async (t) => {
  const alone = await modelServer(t);
  const undisturbed = await measured('alone', { ollamaUrl: alone.url });
  const [first, second] = [await modelServer(t), await modelServer(t)];
  const port = Number(new URL(second.url).port);
  let ended = 0;
  const onTrial = () => {
    ended += 1;
    if (ended === 5) void second.stop();
    if (ended === 20) void second.start(port);
    if (ended === 30) second.faults.push({ kind: 'reset' }, { kind: 'status', status: 500, body: '{"error":"gone"}' });
  };
  const servers = serversAt([first, second], [{ slots: 2 }, { slots: 1 }]);
  const spread = await measured('spread', { servers }, { onTrial });
  assert.deepEqual(spread.trials, undisturbed.trials);
  assert.deepEqual(spread.models, undisturbed.models);
  assert.ok(first.requests.length > 0 && second.requests.length > 0);
  assert.equal(ended, 48);
});

test('a run at servers that hang is the same run', async (t) => {
  const [first, second, third] = [await modelServer(t), await modelServer(t), await modelServer(t)];
  const undisturbed = await measured('quiet', { ollamaUrl: third.url });
  second.faults.push({ kind: 'hang' }, { kind: 'hang' });
  const spread = await measured('hanging', { servers: serversAt([first, second]), modelTimeoutSeconds: 0.2 });
  assert.ok(second.faults.length < 2);
  assert.deepEqual(spread.trials, undisturbed.trials);
});

test('where every server is gone the run waits, says so once, and goes on as before', async (t) => {
  const [first, second, third] = [await modelServer(t), await modelServer(t), await modelServer(t)];
  const undisturbed = await measured('calm', { ollamaUrl: third.url });
  const port = Number(new URL(second.url).port);
  let ended = 0;
  const onTrial = () => {
    ended += 1;
    if (ended === 5) for (const stub of [first, second]) void stub.stop();
  };
  const onNote = (line: string) => {
    if (line.includes('the run pauses')) void second.start(port);
  };
  const spread = await measured('gone', { servers: serversAt([first, second]) }, { onTrial, onNote });
  assert.deepEqual(spread.trials, undisturbed.trials);
  const waits = spread.notes.filter((line) => line.startsWith('the ollama server (box0 or box1)'));
  assert.match(
    waits.join('\n'),
    /does not answer; the run pauses .*\n.* answers again after \d+ s; the run continues$/,
  );
});

test('answers of one server are kept for the others, and for a model that names its server', async (t) => {
  const [first, second] = [await modelServer(t), await modelServer(t)];
  await measured('kept', { ollamaUrl: first.url });
  const asked = first.requests.length;
  await measured('kept', { servers: serversAt([first, second]) });
  assert.deepEqual([first.requests.length, second.requests.length], [asked, 0]);
});

test('a model is asked at the servers of its kind and its name, with the slots of all of them', () => {
  const servers = [
    namedServer('desk', 'ollama', 'http://desk:1', { slots: 2, models: ['llama3.2', 'qwen'] }),
    namedServer('box2', 'ollama', 'http://box2:1'),
    namedServer('rack', 'openai', 'http://rack:1/v1', { slots: 8 }),
  ];
  const settings = readSettings({}, {}, { servers, slots: 3 });
  const names = (model: string) => askedServers(model, settings).map(({ name }) => name);
  assert.deepEqual(names('ollama/llama3.2:latest'), ['desk', 'box2']);
  assert.deepEqual(names('ollama/other'), ['box2']);
  assert.deepEqual(names('ollama/qwen@desk'), ['desk']);
  assert.deepEqual(names('openai/qwen@desk'), []);
  assert.deepEqual(names('gguf/x.gguf'), []);
  assert.equal(slotsFor(['ollama/qwen'], settings), 5);
  assert.equal(slotsFor(['ollama/qwen', 'ollama/other', 'openai/x'], settings), 13);
  assert.equal(slotsFor(['ollama/qwen'], readSettings({ slots: 1 }, {}, { servers })), 2);
  assert.equal(slotsFor(['ollama/qwen'], readSettings({ servers, slots: 1 }, {})), 3);
  assert.equal(slotsFor(['ollama/qwen'], readSettings({}, {})), 1);
});

test('a bare name may end with its server, and one that several servers have is one model', async (t) => {
  const settings = readSettings({ servers: serversAt([await modelServer(t), await modelServer(t)]) }, {});
  const named = (model: string) =>
    withKnownModels([parsePipeline({ name: 'a', generator: { model } }, 'the test')], settings);
  assert.equal((await named('llama3.2:3b'))[0]?.generator.model, MODEL);
  assert.equal((await named('llama3.2:3b@box1'))[0]?.generator.model, `${MODEL}@box1`);
});
