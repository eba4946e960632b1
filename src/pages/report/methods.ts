import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { packageVersion } from '../../base/package-root.ts';
import { isDraftStage, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { findPreset } from '../../pipeline/presets.ts';
import { idColumn, type Row, row, type Table, textColumn } from '../../report/table.ts';
import type { Plan } from '../../runs/plan.ts';
import type { RunFacts } from '../../runs/run-facts.ts';
import type { Listing, ReportPart } from './report-page.ts';

/** What is known of a run besides its trials; null of a folder that does not say. */
export interface RunOrigin {
  readonly id: string | null;
  readonly started: string | null;
  readonly plan: Plan | null;
  /** The command that measures pipelines as this run did, given each as a preset or a file. */
  readonly commandFor: (pipelines: readonly string[]) => string;
}

/** How a run was made: all that somebody needs who wants to make it again. */
export function methodsOf({ specs, summary }: RunFacts, origin: RunOrigin): ReportPart[] {
  return [
    settingsTable(summary, origin),
    modelTable(origin.plan),
    samplingTable(specs),
    ...repeatListings(specs, origin),
  ];
}

function settingsTable(
  { benchmark, repeats, seed, complete }: RunFacts['summary'],
  { id, started, plan }: RunOrigin,
): Table {
  const known: readonly (readonly [string, string | null])[] = [
    ['run', id],
    ['begun', started],
    ['state', complete ? 'complete' : 'stopped before every trial had ended'],
    ['benchmark', benchmark.name],
    ['SHA-256 of its tasks and tests', benchmark.sha256],
    ['tasks', String(benchmark.tasks)],
    ['hidden tests', benchmark.hiddenTests === null ? null : String(benchmark.hiddenTests)],
    ['repeats of every task', String(repeats)],
    ['seed', String(seed)],
    ['time limit of one run of the code', plan && `${plan.timeoutSeconds} s`],
    ['sandbox and Python', plan?.sandbox ?? null],
    ['greenloop that wrote this report', packageVersion()],
  ];
  return {
    title: 'Settings',
    columns: [textColumn('setting'), idColumn('value')],
    rows: known.flatMap(([name, value]) => (value === null ? [] : [row(name, value)])),
    notes: [],
  };
}

function modelTable(plan: Plan | null): Table {
  return {
    title: 'Models',
    columns: [textColumn('model'), idColumn('digest')],
    rows: (plan?.models ?? []).map(({ name, identity }) => row(name, identity)),
    notes: [
      'digest: SHA-256 of what the answers depend on, such as the weights and the server; - where the server does not say',
    ],
  };
}

function samplingTable(specs: readonly PipelineSpec[]): Table {
  return {
    title: 'Sampling',
    columns: [
      ...['pipeline and role', 'model', 'temperature'].map(textColumn),
      { name: 'new tokens at most', kind: 'count', unit: 'tokens' },
      textColumn('prompt'),
    ],
    rows: specs.flatMap((spec) => [row(spec.name), ...rolesOf(spec)]),
    notes: [],
  };
}

type Role = PipelineSpec['generator'];

function rolesOf({ generator, stages }: PipelineSpec): Row[] {
  return [
    roleRow('generator', generator),
    ...stages.flatMap((stage) =>
      isDraftStage(stage)
        ? [roleRow(`up to ${stage.drafts} more drafts`, stage)]
        : [
            ...(stage.analyzer === undefined
              ? []
              : [roleRow(`analyzer, up to ${stage.iterations} times`, stage.analyzer)]),
            roleRow(`refiner, up to ${stage.iterations} times`, stage.refiner),
          ],
    ),
  ];
}

function roleRow(
  name: string,
  {
    model,
    temperature,
    maxTokens,
    prompt,
  }: Pick<Role, 'model' | 'temperature' | 'maxTokens'> & { readonly prompt: unknown },
): Row {
  const schedule = typeof temperature === 'number' ? String(temperature) : temperature.join(', then ');
  const words = typeof prompt === 'string' ? prompt : 'its own (below)';
  return { cells: [name, model, schedule, maxTokens, words], depth: 1 };
}

/** The command, and the pipelines that are no presets as the files that it names. */
function repeatListings(specs: readonly PipelineSpec[], { commandFor }: RunOrigin): Listing[] {
  const named = specs.map((spec, index) => ({ spec, word: isPreset(spec) ? spec.name : `pipeline-${index + 1}.yaml` }));
  const files = named.filter(({ spec }) => !isPreset(spec));
  const caption = files.length === 0 ? 'To repeat it' : 'To repeat it, with the files below';
  return [
    { caption, text: commandFor(named.map(({ word }) => word)) },
    ...files.map(({ spec, word }) => ({ caption: word, text: stringify(spec) })),
  ];
}

function isPreset(spec: PipelineSpec): boolean {
  return isDeepStrictEqual(findPreset(spec.name), spec);
}
