import { ModelFault } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import type { AddonModel, Token } from './llama-addon.ts';
import type { LoadedModel } from './load-gguf.ts';
import type { Message } from './model.ts';

/** What Llama 3's template writes where it has no clock: with the day of today, a seed would give another text tomorrow. */
const TEMPLATE_DATE = '26 Jul 2024';

/** A conversation in tokens, as the model's own template writes it; throws a ModelFault that calls the model `name` where it cannot. */
export function chatTokens(
  loaded: Pick<LoadedModel, 'model' | 'chatTemplate'>,
  messages: readonly Message[],
  name: string,
): Uint32Array {
  const { model } = loaded;
  const tokens = model.tokenize(render(loaded, messages, name), true);
  const bos = model.tokenBos();
  const wantsBos = bos >= 0 && model.shouldPrependBosToken() && tokens[0] !== bos;
  const all = wantsBos ? Uint32Array.of(bos, ...tokens) : tokens;
  if (all.length === 0) throw new ModelFault('refused', `the chat template of ${name} writes nothing`);
  return all;
}

function render(
  { model, chatTemplate }: Pick<LoadedModel, 'model' | 'chatTemplate'>,
  messages: readonly Message[],
  name: string,
): string {
  // Many templates write a system turn for an empty system prompt too.
  const said = messages.filter(({ role, content }) => role !== 'system' || content !== '');
  try {
    return chatTemplate.render({
      messages: said.map(({ role, content }) => ({ role, content })),
      bos_token: spellingOf(model, model.tokenBos()),
      eos_token: spellingOf(model, model.tokenEos()),
      add_generation_prompt: true,
      enable_thinking: false,
      date_string: TEMPLATE_DATE,
    });
  } catch (cause) {
    const why = quote((cause as Error).message);
    throw new ModelFault('refused', `the chat template of ${name} cannot write this conversation: ${why}`, { cause });
  }
}

/** A token as templates spell it, empty where a model has none (-1), about which llama.cpp may not be asked. */
function spellingOf(model: AddonModel, token: Token): string {
  return token < 0 ? '' : (model.getTokenString(token) ?? '');
}
