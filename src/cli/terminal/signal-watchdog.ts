import { Worker } from 'node:worker_threads';

/**
 * Node tells JavaScript of a signal between two pieces of its work only. A thread of its own hears of it too, through the part of Node
 * that has no public name, and ends the process where that has not ended by itself: in a long loop, or in a read, write or start of a
 * program that never comes back.
 */
const THREAD = `
const { internalBinding } = require('internal/test/binding');
const { Signal } = internalBinding('signal_wrap');
const { workerData, parentPort } = require('node:worker_threads');
for (const number of workerData.signals) {
  const handle = new Signal();
  handle.onsignal = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData.graceMs);
  handle.start(number);
}
parentPort.on('message', () => {});
parentPort.postMessage('ready');
`;

const SMALL = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 4, stackSizeMb: 1 };

/** Resolves once a process that has not ended so long after one of these signals (by number) will be killed; where Node cannot, it is not. */
export async function killAfterSignal(signals: readonly number[], graceMs: number): Promise<void> {
  const thread = new Worker(THREAD, {
    eval: true,
    execArgv: ['--expose-internals', '--no-warnings'],
    env: {},
    workerData: { signals, graceMs },
    resourceLimits: SMALL,
    stdout: true,
    stderr: true,
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['message', 'error', 'exit']) thread.once(event, () => resolve());
  await promise;
  thread.unref();
}
