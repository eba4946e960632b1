import type { Model } from '../../src/models/model.ts';
import { trialsOf } from '../../src/runs/plan.ts';
import { runTrials } from '../../src/runs/start-run.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Benchmark } from '../../src/tasks/task.ts';
import type { Part } from './parts.ts';
import { type TrialRow, trialRow } from './trial-row.ts';
import { RewordingModel } from './wordings.ts';

/** The wall time of one run of a candidate, as `greenloop bench` has it. */
export const TIMEOUT_SECONDS = 10;
const IN_FLIGHT = 8;

export interface PartServices {
  readonly benchmark: Benchmark;
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal;
}

/** Runs one part through the runner and the graders of `greenloop bench`; the rows come as the trials end, and are put in order when read. */
export async function runPart(part: Part, services: PartServices): Promise<TrialRow[]> {
  const { benchmark, sandbox, signal } = services;
  const { repeats, seed } = part;
  const rows: TrialRow[] = [];
  const trials = { sandbox, model: modelsOf(part, services), parallel: IN_FLIGHT };
  const planned = trialsOf({ pipelines: [part.spec], tasks: benchmark.tasks, repeats });
  for await (const event of runTrials(planned, { seed, timeoutSeconds: TIMEOUT_SECONDS }, trials, signal)) {
    if (event.kind === 'trial-ended') rows.push(trialRow(event.trial));
  }
  return rows;
}

function modelsOf({ wording }: Part, { model, benchmark }: PartServices): (name: string) => Model {
  if (wording === 'full') return model;
  const prompts = new Map(benchmark.tasks.map(({ prompt }) => [prompt.id, prompt]));
  return (name) => new RewordingModel(model(name), wording, prompts);
}
