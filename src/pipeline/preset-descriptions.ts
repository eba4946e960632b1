import type { OwnPreset, PaperPreset } from './presets.ts';

/** What each of greenloop's own presets does with one model. */
export const OWN_PRESETS: Readonly<Record<OwnPreset, string>> = {
  solo: 'one draft',
  redraw: 'up to 4 drafts; stops at the first that passes',
  'redraw-then-repair': 'up to 4 drafts, then up to 2 repairs',
  agree: 'up to 8 drafts; takes the one that most others behave like',
};

/** What each configuration of the paper does, with the models that it uses where `--model` names none. */
export const PAPER_PRESETS: Readonly<Record<PaperPreset, string>> = {
  'llama-solo': 'one draft by llama3.2:3b',
  'self-refine': 'llama3.2:3b drafts and repairs, up to 3 times',
  'cross-model': 'qwen2.5:1.5b drafts, llama3.2:3b repairs up to 3 times',
  champion: 'cross-model, with an analysis before each repair',
  'coder-solo': 'one draft by qwen2.5-coder:3b',
  'coder-self-refine': 'qwen2.5-coder:3b drafts and repairs, up to 3 times',
  'v2-champion': 'llama3.2:3b drafts and repairs, up to 2 times',
  'temp0-champion': 'qwen2.5:1.5b drafts, llama3.2:3b repairs once',
};
