import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SolvedSoFar } from '../../src/cli/bench/solved-so-far.ts';
import { Meter } from '../../src/cli/terminal/progress.ts';
import { wholeTrial } from '../analysis/own-trials.ts';

test('progress says the time passed, the time left by the latest ends, and where nothing ends for long', () => {
  let seconds = 0;
  const meter = new Meter({ title: 'trials', total: 90, detail: () => 'solved: 1 of 2', now: () => 1000 * seconds });
  assert.equal(meter.text(), 'trials 0/90, solved: 1 of 2, 0 s');
  seconds = 20;
  assert.equal(meter.text(), 'trials 0/90, solved: 1 of 2, 20 s, none ended for 20 s');
  // Many at once, as the ledger has them; what is asked takes two seconds each.
  for (let at = 0; at < 40; at += 1) meter.tick();
  for (let at = 0; at < 40; at += 1) {
    seconds += 2;
    meter.tick();
  }
  assert.equal(meter.text(), 'trials 80/90, solved: 1 of 2, 1 min 40 s, about 20 s left');
  seconds += 300;
  assert.equal(meter.text(), 'trials 80/90, solved: 1 of 2, 6 min 40 s, none ended for 5 min 0 s');
  for (let at = 0; at < 10; at += 1) meter.tick();
  assert.equal(meter.text(), 'trials 90/90, solved: 1 of 2, 6 min 40 s');
  assert.deepEqual([meter.takeNews(), meter.takeNews()], [true, false]);
});

test('of each pipeline it is said how many trials are solved, of many pipelines of the first', () => {
  const solved = new SolvedSoFar();
  assert.equal(solved.text(), '');
  const end = (pipeline: string, words: string) =>
    solved.take({ kind: 'trial-ended', trial: { ...wholeTrial('own/1', words), pipeline } });
  end('solo', 'ok');
  end('solo', '-');
  end('loop', 'ok');
  assert.equal(solved.text(), 'solved: solo 1 of 2, loop 1 of 1');
  for (const name of ['a', 'b', 'c']) end(name, '-');
  assert.equal(solved.text(), 'solved: solo 1 of 2, loop 1 of 1, a 0 of 1, b 0 of 1, 1 more pipeline');
});
