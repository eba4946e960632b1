import { availableParallelism } from 'node:os';
import type { CachedModelOptions } from '../cache/cached-model.ts';
import type { Model, ServerNotices } from '../models/model.ts';
import type { RedisAddress } from '../queue/redis-address.ts';
import { type CheckedBenchmark, type CheckOptions, checkBenchmark, type PreflightWatch } from '../runs/preflight.ts';
import { type Demand, type RunServices, recordedTasks, USUAL_PARALLEL } from '../runs/services.ts';
import type { Ledger } from '../store/ledger.ts';
import type { Benchmark } from '../tasks/task.ts';
import { askedServers, slotsFor } from './asked-servers.ts';
import { keepAnswers, keepVerdicts, keptOf, openLedger } from './ledger.ts';
import { openModels } from './models.ts';
import { PatientModel, ServerWait, USUAL_SERVER_WAIT } from './patient-model.ts';
import { openSandbox } from './sandbox.ts';
import type { Settings } from './settings.ts';

/** What is to be measured, and with what. */
export interface ServicesRequest extends Omit<CheckOptions, 'sandbox' | 'signal' | 'parallel'> {
  /** Only the tasks that are wanted. */
  readonly benchmark: Benchmark;
  /** Which models are asked, and how much; recorded ones must hold as many answers. */
  readonly demand: Demand;
  /** File of the ledger. */
  readonly ledger: string;
  /** Asks and runs everything anew, and keeps that in place of what was kept. */
  readonly isFresh: boolean;
  /** Candidates that run at the same time; the number of cores where it is not given. */
  readonly parallel?: number | undefined;
  /** Where workers are that run the trials; absent, they run here. */
  readonly queue?: RedisAddress | undefined;
  /** How long the run waits for a server that no longer answers; 60 where it is not given. */
  readonly serverWaitSeconds?: number | undefined;
}

/** Who is told of what happens meanwhile, in one line each. */
export interface ServicesWatch extends PreflightWatch {
  readonly notices: ServerNotices;
  /** Why the ledger keeps nothing more. */
  readonly onTrouble: (line: string) => void;
  /** Why the sandbox is not the native one. */
  readonly onFallback: (line: string) => void;
  /** Ids of tasks that a recording lacks. */
  readonly onUnrecorded: (ids: readonly string[]) => void;
}

/** Models and a sandbox that remember what was asked and run, and a benchmark whose tasks can all be judged. */
export interface OpenServices {
  readonly services: RunServices;
  readonly ledger: Ledger;
  /** Grows while trials run. */
  readonly reuse: CachedModelOptions['reuse'];
  readonly checked: CheckedBenchmark;
  /** Ids of tasks that a recording lacks. */
  readonly unrecorded: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens the ledger, the models and the sandbox, and runs the references. Throws a Refusal that says what is missing. */
export async function openServices(
  request: ServicesRequest,
  settings: Settings,
  watch: ServicesWatch,
  signal?: AbortSignal,
): Promise<OpenServices> {
  const ledger = await openLedger(request.ledger, { isFresh: request.isFresh, onTrouble: watch.onTrouble });
  try {
    if (request.queue !== undefined)
      return await openWithQueue(request.queue, { ledger, request, settings, watch, signal });
    return await openWith(ledger, request, settings, watch, signal);
  } catch (error) {
    ledger.close();
    throw error;
  }
}

async function openWith(
  ledger: Ledger,
  request: ServicesRequest,
  settings: Settings,
  watch: ServicesWatch,
  signal?: AbortSignal,
): Promise<OpenServices> {
  const { demand, parallel = availableParallelism() } = request;
  const names = [...demand.drafts.keys()];
  const opened = await openModels(names, settings, signal, watch.notices);
  const { tasks, leftOut: unrecorded } = recordedTasks(request.benchmark, names.map(opened), demand);
  if (unrecorded.length > 0) watch.onUnrecorded(unrecorded);
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const patient = patientModels(names, opened, { ...request, settings }, watch);
  const model = await keepAnswers(names, patient, { cache: ledger, reuse, ...(signal && { signal }) });
  const bare = await openSandbox(settings, parallel, watch.onFallback);
  const close = async () => {
    await bare.close();
    ledger.close();
  };
  try {
    const checked = await checkBenchmark(
      { ...request.benchmark, tasks },
      { ...request, sandbox: bare, parallel, signal },
      watch,
    );
    const sandbox = await keepVerdicts(bare, ledger, settings);
    const inFlight = Math.max(USUAL_PARALLEL, slotsFor(names, settings));
    const services = { benchmark: checked.benchmark, model, sandbox, parallel: inFlight };
    return { services, ledger, reuse, checked, unrecorded, close };
  } catch (error) {
    await bare.close();
    throw error;
  }
}

interface Opening {
  readonly ledger: Ledger;
  readonly request: ServicesRequest;
  readonly settings: Settings;
  readonly watch: ServicesWatch;
  readonly signal: AbortSignal | undefined;
}

/** The same with trials on the workers of a queue; the references run here. */
async function openWithQueue(
  address: RedisAddress,
  { ledger, request, settings, watch, signal }: Opening,
): Promise<OpenServices> {
  const { demand, parallel = availableParallelism(), isFresh, serverWaitSeconds = USUAL_SERVER_WAIT } = request;
  // Only who needs it loads it.
  const { joinQueue } = await import('./join-queue.ts');
  const bare = await openSandbox(settings, parallel, watch.onFallback);
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const cache = keptOf(ledger, settings);
  const parts = { isolation: await bare.isolation(), cache, reuse, models: [...demand.drafts.keys()], isFresh };
  const joining = { ...parts, serverWaitSeconds, notices: watch.notices, signal };
  const joined = await joinQueue(address, joining).catch(async (error: unknown) => {
    await bare.close();
    throw error;
  });
  const close = async () => {
    await joined.close();
    await bare.close();
    ledger.close();
  };
  try {
    const checked = await checkBenchmark(request.benchmark, { ...request, sandbox: bare, parallel, signal }, watch);
    const sandbox = await keepVerdicts(bare, ledger, settings);
    const { model, runner } = joined;
    const services = { benchmark: checked.benchmark, model, sandbox, runner, parallel: USUAL_PARALLEL };
    return { services, ledger, reuse, checked, unrecorded: [], close };
  } catch (error) {
    await joined.close();
    await bare.close();
    throw error;
  }
}

/** The same models, each of which waits for its server where that no longer answers; models of one server wait together. */
function patientModels(
  names: readonly string[],
  model: (name: string) => Model,
  { serverWaitSeconds: seconds = USUAL_SERVER_WAIT, settings }: ServicesRequest & { readonly settings: Settings },
  { notices: { note } }: ServicesWatch,
): (name: string) => Model {
  const waits = new Map<string, ServerWait>();
  const waitOf = (name: string) => {
    const server = serverWords(name, settings);
    const wait = waits.get(server) ?? new ServerWait({ server, seconds, note });
    waits.set(server, wait);
    return wait;
  };
  const patient = new Map(names.map((name) => [name, new PatientModel(model(name), waitOf(name))]));
  return (name) => patient.get(name) ?? model(name);
}

/** What the user calls all that a model may be asked at: `the ollama server`, with the names of several: `(desk or box2)`. */
function serverWords(model: string, settings: Settings): string {
  const names = askedServers(model, settings).map(({ name }) => name);
  const server = `the ${model.slice(0, model.indexOf('/'))} server`;
  return names.length === 0 ? server : `${server} (${names.join(' or ')})`;
}
