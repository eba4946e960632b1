import { gguf } from '../models/gguf/provider.ts';
import type { ModelProvider } from '../models/model-provider.ts';
import { ollama } from '../models/ollama/provider.ts';
import { openai } from '../models/openai/provider.ts';
import { recorded } from '../models/recorded/provider.ts';
import { scripted } from '../models/scripted/provider.ts';
import { starter } from '../models/starter/provider.ts';

/** Where models come from, in the order in which they are looked for and named in messages. */
export const PROVIDERS = [ollama, openai, gguf, starter, recorded, scripted] as const;

type OwnOf<Provider> = Provider extends ModelProvider<infer Own> ? Own : never;
type All<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer Every) => void
  ? Every
  : never;

/** The settings of all providers, as each names its own. */
export type ProviderSettings = All<OwnOf<(typeof PROVIDERS)[number]>>;
