import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SolveProgress } from '../../src/cli/solve/solve-progress.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../../src/runs/event.ts';

const MODEL = { model: 'ollama/a' };
const PLACE = { pipeline: 'p', taskId: 't', repeat: 0 };

test('the live line of solve names the draft or repair, what is waited for, and for how long', () => {
  let now = 0;
  const stages = [{ drafts: 1 }, { iterations: 2, analyzer: MODEL, refiner: MODEL }];
  const progress = new SolveProgress(parsePipeline({ name: 'p', generator: MODEL, stages }, 'p'), () => now);
  const said: string[] = [progress.text()];
  const add = (event: object, seconds: number) => {
    progress.add({ ...PLACE, ...event } as TrialEvent);
    now += 1000 * seconds;
    said.push(progress.text());
  };
  const call = (role: string, attempt: number) => ({ role, attempt, model: 'ollama/a' });
  add({ kind: 'call-started', ...call('generator', 0), messages: [] }, 2);
  add({ kind: 'call-text', ...call('generator', 0), text: 'x'.repeat(161) }, 1);
  add({ kind: 'call-ended', ...call('generator', 0), completion: {} }, 0);
  add({ kind: 'attempt', attempt: { from: null } }, 0);
  add({ kind: 'call-started', ...call('generator', 1), messages: [] }, 0);
  add({ kind: 'attempt', attempt: { from: null } }, 0);
  add({ kind: 'call-started', ...call('analyzer', 2), messages: [] }, 0);
  add({ kind: 'call-started', ...call('refiner', 2), messages: [] }, 70);
  add({ kind: 'attempt', attempt: { from: 1 } }, 0);
  add({ kind: 'call-started', ...call('refiner', 3), messages: [] }, 0);
  assert.deepEqual(said, [
    'loading, 0 s',
    'draft 1 of 2: waiting for ollama/a, 2 s',
    'draft 1 of 2: 41 tokens written, 3 s',
    'draft 1 of 2: running the code, 0 s',
    'draft 1 of 2: running the code, 0 s',
    'draft 2 of 2: waiting for ollama/a, 0 s',
    'draft 2 of 2: waiting for ollama/a, 0 s',
    'repair 1 of 2, analysis: waiting for ollama/a, 0 s',
    'repair 1 of 2: waiting for ollama/a, 1 min 10 s',
    'repair 1 of 2: waiting for ollama/a, 1 min 10 s',
    'repair 2 of 2: waiting for ollama/a, 0 s',
  ]);
});
