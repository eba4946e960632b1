import { z } from 'zod';
import type { PipelineInput } from '../pipeline/pipeline-spec.ts';
import { PAPER_POLICIES } from '../pipeline/presets.ts';
import { mean, standardDeviation } from '../statistics/describe.ts';
import type { PaperForced, PaperResult, Reference } from './paper-results.ts';
import { sigmaOf } from './separations.ts';

const count = z.int().min(0);
const counts = z.array(count);

const role = z.object({ model: z.string(), system_prompt: z.string(), temperature: z.number() });
const championFile = z.object({
  genome: z.object({
    generator: role,
    stages: z.array(z.object({ max_iterations: count, analyzer: role.nullable(), refiner: role })),
  }),
});

const mainFile = z.object({
  total_problems: count,
  configs: z.array(z.object({ name: z.string(), pass_counts: counts, consistency: z.record(z.string(), count) })),
});

const fixRate = z.object({ count, fixed: count });
const errorFile = z.object({
  total_problems: count,
  configs: z.record(z.string(), z.object({ fix_rates: z.record(z.string(), fixRate).nullable() })),
});

const iterationFile = z.object({
  total_problems: count,
  analyses: z.record(
    z.string(),
    z.object({
      raw_pass_at_iter: counts,
      effective_pass_at_iter: counts,
      new_fixes_at_iter: counts,
      regressions_at_iter: counts,
      regression_first_break: z.array(z.int()),
    }),
  ),
});

/** A file of the paper, as greenloop has such things: a champion is a pipeline, all else are numbers of configurations. */
export type PaperFile =
  | { readonly kind: 'pipeline'; readonly pipeline: Omit<PipelineInput, 'name'> }
  | PaperNumbersFile;

export type PaperNumbersFile = Pick<Reference, 'tasks' | 'results'> & { readonly kind: 'results' };

/** Configurations as the files name them, and the presets that they are. */
const PRESETS: Readonly<Record<string, string>> = {
  'llama3.2:3b solo': 'llama-solo',
  'llama→exec→llama': 'self-refine',
  'qwen→exec→llama': 'cross-model',
  'NEAT v3 champion': 'champion',
  'qwen2.5-coder:3b solo': 'coder-solo',
  'qwen2.5-coder:3b self-refine': 'coder-self-refine',
};

/** Reads one of the paper's result files out of its JSON; null where it is none. */
export function readPaperFile(value: unknown): PaperFile | null {
  for (const read of [readChampion, readMain, readErrors, readIterations]) {
    const file = read(value);
    if (file !== null) return file;
  }
  return null;
}

const fixes = z.tuple([count, count]);

const referenceFile = z.object({
  source: z.string(),
  tasks: count,
  results: z.record(
    z.string(),
    z.object({
      solved: z.object({ mean: z.number(), sd: z.number() }).exactOptional(),
      runs: counts.exactOptional(),
      consistency: counts.exactOptional(),
      firstErrors: z.record(z.string(), fixes).exactOptional(),
      untypedErrors: fixes.exactOptional(),
      forced: z
        .object({ passes: counts, everPassed: counts, newFixes: counts, regressions: counts, broken: count })
        .exactOptional(),
    }),
  ),
  separations: z.array(
    z.object({ pipeline: z.string(), baseline: z.string(), solvedDifference: z.number(), paperSigma: z.number() }),
  ),
});

/** Numbers that `import` wrote, out of their JSON; null where it is none. */
export function parseReference(value: unknown): Reference | null {
  return referenceFile.safeParse(value).data ?? null;
}

/** What several files say of the same configurations, as one. Their separations are computed as the paper's text does. */
export function mergeResults(files: readonly PaperNumbersFile[], source: string): Reference {
  const byName = new Map<string, Partial<PaperResult>>();
  for (const [name, result] of files.flatMap((file) => Object.entries(file.results)))
    byName.set(name, { ...byName.get(name), ...result });
  const results = Object.fromEntries(byName);
  return {
    source,
    tasks: Math.max(0, ...files.map(({ tasks }) => tasks)),
    results,
    separations: separationsAmong(results),
  };
}

/** Every configuration against each before it: difference of the means over the root of the runs' summed variances. */
function separationsAmong(results: Reference['results']): Reference['separations'] {
  const solved = Object.entries(results).flatMap(([pipeline, result]) =>
    result.solved === undefined ? [] : [{ pipeline, ...result.solved }],
  );
  return solved.flatMap((baseline, index) =>
    solved.slice(index + 1).flatMap((own) => {
      const solvedDifference = own.mean - baseline.mean;
      const paperSigma = sigmaOf(solvedDifference, own.sd, baseline.sd);
      const names = { pipeline: own.pipeline, baseline: baseline.pipeline };
      return paperSigma === null ? [] : [{ ...names, solvedDifference, paperSigma }];
    }),
  );
}

function readChampion(value: unknown): PaperFile | null {
  const parsed = championFile.safeParse(value);
  if (!parsed.success) return null;
  const { generator, stages } = parsed.data.genome;
  return {
    kind: 'pipeline',
    pipeline: {
      generator: roleOf(generator),
      stages: stages.map(({ max_iterations: iterations, analyzer, refiner }) => ({
        iterations,
        ...(analyzer !== null && { analyzer: roleOf(analyzer) }),
        refiner: roleOf(refiner),
        from: 'last',
      })),
      ...PAPER_POLICIES,
    },
  };
}

function roleOf({ model, system_prompt: text, temperature }: z.output<typeof role>) {
  return { model: `ollama/${model}`, temperature, prompt: { text } };
}

function readMain(value: unknown): PaperFile | null {
  const parsed = mainFile.safeParse(value);
  if (!parsed.success) return null;
  const results = parsed.data.configs.map(({ name, pass_counts: runs, consistency }) => {
    const solved = { mean: mean(runs) ?? 0, sd: standardDeviation(runs) ?? 0 };
    const times = runs.map((_, index) => index + 1);
    return [presetOf(name), { solved, runs, consistency: [0, ...times].map((own) => consistency[own] ?? 0) }] as const;
  });
  return { kind: 'results', tasks: parsed.data.total_problems, results: Object.fromEntries(results) };
}

function readErrors(value: unknown): PaperFile | null {
  const parsed = errorFile.safeParse(value);
  if (!parsed.success) return null;
  const results = Object.entries(parsed.data.configs).map(([name, { fix_rates: rates }]) => {
    const fixes = Object.entries(rates ?? {}).map(([error, own]) => [error, [own.count, own.fixed]] as const);
    const typed = fixes.filter(([error]) => error !== 'None').map(([error, own]) => [errorName(error), own] as const);
    const untyped = fixes.find(([error]) => error === 'None')?.[1];
    const errors = { firstErrors: Object.fromEntries(typed), ...(untyped && { untypedErrors: untyped }) };
    return [presetOf(name), rates === null ? {} : errors] as const;
  });
  return { kind: 'results', tasks: parsed.data.total_problems, results: Object.fromEntries(results) };
}

/** The files call a time-out an error. */
function errorName(error: string): string {
  return error === 'TimeoutError' ? 'Timeout' : error;
}

function readIterations(value: unknown): PaperFile | null {
  const parsed = iterationFile.safeParse(value);
  if (!parsed.success) return null;
  const results = Object.entries(parsed.data.analyses).map(([name, own]) => {
    const forced: PaperForced = {
      passes: own.raw_pass_at_iter,
      everPassed: own.effective_pass_at_iter,
      newFixes: own.new_fixes_at_iter,
      regressions: own.regressions_at_iter,
      broken: own.regression_first_break.length,
    };
    return [presetOf(name), { forced }] as const;
  });
  return { kind: 'results', tasks: parsed.data.total_problems, results: Object.fromEntries(results) };
}

function presetOf(name: string): string {
  return (Object.hasOwn(PRESETS, name) && PRESETS[name]) || name;
}
