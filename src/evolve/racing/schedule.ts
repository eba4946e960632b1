import type { PlannedTrial, RecordedTrial, SearchRecord } from './search-record.ts';

/** Tasks in the order in which all genomes meet them, so that any two have their first trials in common. */
export type Schedule = readonly number[];

/** The trial at a place of the schedule: every task once, then every task again. */
function scheduledTrial(schedule: Schedule, genome: number, place: number): PlannedTrial {
  const task = schedule[place % schedule.length];
  if (task === undefined) throw new Error('a schedule of no tasks has no trials');
  return { genome, task, repeat: Math.floor(place / schedule.length) };
}

/** The first `most` trials that these genomes lack of their first `length` of the schedule, all genomes side by side. */
export function missingTrials(
  record: SearchRecord,
  schedule: Schedule,
  options: { genomes: readonly number[]; length: number; most: number },
): PlannedTrial[] {
  const known = new Set(record.trials.map(trialKey));
  const missing: PlannedTrial[] = [];
  for (let place = 0; place < options.length && schedule.length > 0; place++) {
    for (const genome of options.genomes) {
      if (missing.length >= options.most) return missing;
      const trial = scheduledTrial(schedule, genome, place);
      if (!known.has(trialKey(trial))) missing.push(trial);
    }
  }
  return missing;
}

/** Passes of each of a genome's scheduled trials, by place; shorter where some are missing. */
export function scheduledPasses(
  trials: ReadonlyMap<string, RecordedTrial>,
  schedule: Schedule,
  genome: number,
  length: number,
): boolean[] {
  const passes: boolean[] = [];
  for (let place = 0; place < length; place++) {
    const trial = trials.get(trialKey(scheduledTrial(schedule, genome, place)));
    if (trial === undefined) break;
    passes.push(trial.solved);
  }
  return passes;
}

/** Trials by what tells them apart. */
export function trialsByKey({ trials }: SearchRecord): ReadonlyMap<string, RecordedTrial> {
  return new Map(trials.map((trial) => [trialKey(trial), trial]));
}

function trialKey({ genome, task, repeat }: PlannedTrial): string {
  return `${genome} ${task} ${repeat}`;
}
