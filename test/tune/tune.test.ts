import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ModelFault, Refusal } from '../../src/base/errors.ts';
import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { tuningSentence } from '../../src/report/tuning-report.ts';
import { type Tuning, tune } from '../../src/tune/tune.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const BENCHMARK = benchmarkOf(Array.from({ length: 40 }, (_, place) => doubleTask({ id: `Own/${place}` })));

/** Tunes one model whose first drafts fail on the tasks to choose by, a round a part; on the held-out tasks they do what is told. */
async function tuneOne(heldOutDraft: string): Promise<Tuning> {
  let draft: string = DOUBLE.square;
  const answer: ScriptAnswer = ({ draw }) => ({ text: draw.attempt === 0 ? draft : DOUBLE.right });
  const model = new ScriptedModel('m', answer);
  const onStandings = (part: string) => {
    if (part === 'redraws and repairs') draft = heldOutDraft;
  };
  return tune(
    { models: ['scripted/m'], feedback: 'examples', seconds: 0, seed: 1, timeoutSeconds: 10 },
    { benchmark: BENCHMARK, sandbox, model: () => model, parallel: 2 },
    { onPart: () => {}, onTrial: () => {}, onStandings },
  );
}

test('what leads while choosing and on the held-out tasks is the best', async () => {
  const tuning = await tuneOne(DOUBLE.square);
  assert.notEqual(tuning.best.name, 'm alone');
  assert.equal(tuning.best.name, tuning.comparison?.pipeline);
  assert.match(tuningSentence(tuning), /^m .*: \+100 points \[.*\] over m alone on \d+ held-out tasks, /);
});

test('what leads while choosing alone is not: the model alone is the best', async () => {
  const tuning = await tuneOne(DOUBLE.right);
  assert.equal(tuning.best.name, 'm alone');
  assert.match(
    tuningSentence(tuning),
    /^m alone is best: m .* led on the tasks to choose by, but not on \d+ held-out tasks \(0 points \[.*\]\)$/,
  );
});

test('a fault ends tuning, and advises no option that only a search has', async () => {
  const model = new ScriptedModel('m', () => {
    throw new ModelFault('unreachable', 'gone');
  });
  const request = { models: ['scripted/m'], feedback: 'examples', seconds: 0, seed: 1, timeoutSeconds: 10 } as const;
  const services = { benchmark: BENCHMARK, sandbox, model: () => model, parallel: 2 };
  await assert.rejects(
    tune(request, services, { onPart: () => {}, onTrial: () => {}, onStandings: () => {} }),
    (error: unknown) =>
      error instanceof Refusal && error.choice === null && /run the same command again$/.test(error.message),
  );
});
