import { after } from 'node:test';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { runTrialsHere } from '../../src/runs/start-run.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { keepAnswers } from '../../src/wiring/ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { testTrialRunnerContract } from '../runs/trial-runner-contract.ts';
import { openRunner, startWorker, WEIGHTS } from './own-queue.ts';
import { RedisServer, whyNoRedis } from './redis-server.ts';

const sandbox = await openSandbox(readSettings(), 2);
const redis = new RedisServer();
if (whyNoRedis === false) await redis.start();
after(async () => {
  await sandbox.close();
  await redis.stop();
});

testTrialRunnerContract('in this process', async (_t, answer) => {
  const named = Object.assign(new ScriptedModel('p', answer), { identity: async () => WEIGHTS });
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const model = await keepAnswers(['scripted/p'], () => named, { cache: new SqliteLedger(':memory:'), reuse });
  const services = { model, sandbox, parallel: 4 };
  return {
    run: (planned, settings, { signal, grading }) => runTrialsHere(planned, settings, { ...services, grading }, signal),
  };
});

testTrialRunnerContract(
  'on the workers of a queue',
  async (t, answer, pipelines) => {
    const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true });
    for (let count = 0; count < 2; count += 1) await startWorker(t, redis.address, sandbox, { answer });
    return runner;
  },
  whyNoRedis,
);
