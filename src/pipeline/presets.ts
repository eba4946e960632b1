import { Refusal } from '../base/errors.ts';
import { BEFORE_DRAFTS, type PipelineInput, type PipelineSpec, parsePipeline } from './pipeline-spec.ts';

const LLAMA = 'ollama/llama3.2:3b';
const QWEN = 'ollama/qwen2.5:1.5b';
const CODER = 'ollama/qwen2.5-coder:3b';

type Topology = Pick<PipelineInput, 'generator' | 'stages'>;

/** The eight configurations of arXiv:2604.21950, with its temperatures. */
const TOPOLOGIES = {
  'llama-solo': { generator: { model: LLAMA, temperature: 0.3 } },
  'self-refine': {
    generator: { model: LLAMA, temperature: 0.3 },
    stages: [{ iterations: 3, refiner: { model: LLAMA, temperature: 0.2 } }],
  },
  'cross-model': {
    generator: { model: QWEN, temperature: 0.3 },
    stages: [{ iterations: 3, refiner: { model: LLAMA, temperature: 0.2 } }],
  },
  champion: {
    generator: { model: QWEN, temperature: 0.35 },
    stages: [
      { iterations: 3, analyzer: { model: LLAMA, temperature: 0.48 }, refiner: { model: LLAMA, temperature: 0.15 } },
    ],
  },
  'coder-solo': { generator: { model: CODER, temperature: 0.3 } },
  'coder-self-refine': {
    generator: { model: CODER, temperature: 0.3 },
    stages: [{ iterations: 3, refiner: { model: CODER, temperature: 0.2 } }],
  },
  'v2-champion': {
    generator: { model: LLAMA, temperature: 0.25 },
    stages: [{ iterations: 2, refiner: { model: LLAMA, temperature: 0.31 } }],
  },
  'temp0-champion': {
    generator: { model: QWEN, temperature: 0.37 },
    stages: [{ iterations: 1, refiner: { model: LLAMA, temperature: 0.21 } }],
  },
} satisfies Readonly<Record<string, Topology>>;

/** A configuration of the paper; `paper/NAME` has its settings too. */
export type PaperPreset = keyof typeof TOPOLOGIES;

/** How every pipeline of the paper works: repairs by the grading tests' tracebacks, always of the last attempt. */
export const PAPER_POLICIES = {
  ...BEFORE_DRAFTS,
  feedback: { source: 'tests', detail: 'traceback' },
  repair: 'none',
  stop: { when: 'early', sameFailure: null },
} as const satisfies Partial<PipelineInput>;

/** First a cool draft, then hot ones, which differ. */
export const DRAFT_TEMPERATURES: readonly number[] = [0.3, 0.8];

/** Ways to work with one model. */
const OWN = {
  solo: (model: string) => ({ generator: { model } }),
  redraw: (model: string) => ({
    generator: { model, temperature: [...DRAFT_TEMPERATURES] },
    stages: [{ drafts: 3 }],
  }),
  'redraw-then-repair': (model: string) => ({
    generator: { model, temperature: [...DRAFT_TEMPERATURES] },
    stages: [{ drafts: 3 }, { iterations: 2, refiner: { model } }],
  }),
  agree: (model: string) => ({
    generator: { model, temperature: [...DRAFT_TEMPERATURES] },
    stages: [{ drafts: 7 }],
    select: 'agreement',
  }),
} as const satisfies Record<string, (model: string) => Omit<PipelineInput, 'name'>>;

export type OwnPreset = keyof typeof OWN;

/** A preset with a model of one's own, as a pipeline is written. */
export function ownPipeline(preset: OwnPreset, model: string): Omit<PipelineInput, 'name'> {
  return OWN[preset](model);
}

/** Names of the presets: the paper's settings under `paper/`, the same topologies with greenloop's defaults without it, and greenloop's own. */
export function presetNames(): string[] {
  const names = Object.keys(TOPOLOGIES);
  return [...Object.keys(OWN), ...names, ...names.map((name) => `paper/${name}`)];
}

/** The pipeline of that name, or null. */
export function findPreset(name: string): PipelineSpec | null {
  if (Object.hasOwn(OWN, name)) return parsePipeline({ name, ...OWN[name as OwnPreset](QWEN) }, name);
  const topology = name.replace(/^paper\//, '');
  if (!Object.hasOwn(TOPOLOGIES, topology)) return null;
  const { generator, stages = [] } = TOPOLOGIES[topology as PaperPreset] as Topology;
  if (!name.startsWith('paper/')) return parsePipeline({ name, generator, stages }, name);
  const fromLast = stages.map((stage) => ({ ...stage, from: 'last' as const }));
  return parsePipeline({ name, generator, stages: fromLast, ...PAPER_POLICIES }, name);
}

/** The refusal for a name that is neither a preset nor a file. */
export function unknownPipeline(name: string): Refusal {
  return new Refusal(`no pipeline file or preset ${JSON.stringify(name)}; presets: ${presetNames().join(', ')}`);
}
