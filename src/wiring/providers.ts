import { gguf } from '../models/gguf/provider.ts';
import { type OllamaSettings, ollama } from '../models/ollama/provider.ts';
import { type OpenAISettings, openai } from '../models/openai/provider.ts';
import { recorded } from '../models/recorded/provider.ts';
import { scripted } from '../models/scripted/provider.ts';
import { starter } from '../models/starter/provider.ts';

/** Where models come from, in the order in which they are looked for and named in messages. */
export const PROVIDERS = [ollama, openai, gguf, starter, recorded, scripted] as const;

/** The settings of all providers, as each names its own. */
export type ProviderSettings = OllamaSettings & OpenAISettings;
