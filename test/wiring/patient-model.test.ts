import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelFault, ServerGone } from '../../src/base/errors.ts';
import type { Completion, Model } from '../../src/models/model.ts';
import { PatientModel, ServerWait } from '../../src/wiring/patient-model.ts';
import { requestFor } from '../models/requests.ts';

const refused = () => new ModelFault('unreachable', 'http://x refused the connection', { isTransient: true });
const answer: Completion = { text: 'yes', finishReason: 'stop', usage: null, seconds: 0, timings: null };

/** A server that leaves so many requests and so many questions for it without an answer. */
function flaky({ requests = 0, probes = 0, fault = refused }): Model & { asked: number } {
  return {
    name: 'ollama/a',
    asked: 0,
    async prepare() {
      if (probes-- > 0) throw refused();
    },
    async complete() {
      this.asked += 1;
      if (requests-- > 0) throw fault();
      return answer;
    },
  };
}

function waitFor(seconds: number) {
  const lines: string[] = [];
  return { lines, wait: new ServerWait({ server: 'the server', seconds, note: (line) => lines.push(line) }) };
}

test('waits until the server is back, says so in one line each, and asks again', async () => {
  const { lines, wait } = waitFor(30);
  const [first, second] = [flaky({ requests: 1, probes: 2 }), flaky({ requests: 1 })];
  const answers = await Promise.all(
    [first, second].map((model) => new PatientModel(model, wait).complete(requestFor('hello'))),
  );
  assert.deepEqual(answers, [answer, answer]);
  assert.deepEqual([first.asked, second.asked], [2, 2]);
  assert.deepEqual(lines, [
    'the server does not answer; the run pauses and waits up to 30 s for it',
    'the server answers again after 1 s; the run continues',
  ]);
});

test('a server that stays away is gone, in the words of what broke', async () => {
  const { wait } = waitFor(0);
  const model = new PatientModel(flaky({ requests: 9, probes: 9 }), wait);
  await assert.rejects(model.complete(requestFor('hello')), (error) => {
    assert.ok(error instanceof ServerGone);
    assert.equal(error.message, 'the server has not answered for 0 s: http://x refused the connection');
    return true;
  });
});

test('a fault of one request is no fault of its server, nor is one that ends the server again and again', async () => {
  const { lines, wait } = waitFor(30);
  const slow = () => new ModelFault('timed-out', 'too slow', { isTransient: true });
  const timedOut = flaky({ requests: 9, fault: slow });
  await assert.rejects(new PatientModel(timedOut, wait).complete(requestFor('hello')), /too slow/);
  assert.equal(timedOut.asked, 1);
  const deadly = flaky({ requests: 9 });
  await assert.rejects(new PatientModel(deadly, wait).complete(requestFor('hello')), ModelFault);
  assert.equal(deadly.asked, 3);
  const bad = flaky({ requests: 9, probes: 9, fault: () => new ModelFault('bad-answer', 'no JSON') });
  await assert.rejects(new PatientModel(bad, wait).complete(requestFor('hello')), /no JSON/);
  assert.deepEqual(lines, []);
});

test('an aborted wait ends with the reason of the signal', async () => {
  const { wait } = waitFor(30);
  const stop = new AbortController();
  const asking = new PatientModel(flaky({ requests: 9, probes: 99 }), wait).complete(requestFor('hello'), stop.signal);
  setImmediate(() => stop.abort(new Error('enough')));
  await assert.rejects(asking, /enough/);
});
