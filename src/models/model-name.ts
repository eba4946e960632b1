import { Refusal } from '../base/errors.ts';

/** Where models come from; the part of a model's name before the first `/`. */
export const providers = ['ollama', 'openai', 'gguf', 'starter', 'recorded', 'scripted'] as const;

export type Provider = (typeof providers)[number];

export interface ModelName {
  readonly provider: Provider;
  /** All that follows the first `/`, slashes and colons included. */
  readonly name: string;
}

const examples =
  'ollama/llama3.2:3b, openai/NAME, gguf/FILE.gguf, starter/s, recorded/FILE.jsonl or scripted/FILE.yaml';

/** Splits `provider/name` at the first `/`; refuses a name without both parts or with a provider that does not exist. */
export function parseModelName(text: string): ModelName {
  const slash = text.indexOf('/');
  const provider = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  if (slash < 1 || name === '')
    throw new Refusal(`expected a model as provider/name, such as ${examples}; got "${text}"`);
  if (!isProvider(provider)) {
    throw new Refusal(`no provider is called "${provider}" (in "${text}"); expected a model such as ${examples}`);
  }
  return { provider, name };
}

function isProvider(text: string): text is Provider {
  return (providers as readonly string[]).includes(text);
}
