// Runs in the child.

import type { Message } from '../../model.ts';
import { foldSystemText, NO_SYSTEM_PROMPT, withoutSystemText } from '../../system-text.ts';
import type { AddonModel, Token } from './llama-addon.ts';

/** A Jinja template that makes text of a conversation. */
export interface ChatTemplate {
  /** Throws an Error where the template refuses the conversation. */
  render(items: Record<string, unknown>): string;
}

/**
 * How a conversation with a system text is written: as it is; with that text before the first user message, as the template would refuse
 * it or leave it out; without it, as the template asks for.
 */
export type SystemText = 'as-it-is' | 'folded' | 'left-out';

/** What writes a conversation. */
export interface ChatWriter {
  readonly model: AddonModel;
  readonly chatTemplate: ChatTemplate;
  readonly systemText: SystemText;
}

/** What Llama 3's template writes where it has no clock: with the day of today, a seed would give another text tomorrow. */
const TEMPLATE_DATE = '26 Jul 2024';

/** The template does not write a conversation; the message is what it said. */
export class UnwritableConversation extends Error {}

/**
 * A conversation and the beginning of its answer in tokens, as the model's own template writes it; throws UnwritableConversation where it
 * cannot.
 */
export function chatTokens(writer: ChatWriter, messages: readonly Message[], prefill = ''): Uint32Array {
  const { model } = writer;
  const tokens = model.tokenize(write(writer, messages) + prefill, true);
  const bos = model.tokenBos();
  const wantsBos = bos >= 0 && model.shouldPrependBosToken() && tokens[0] !== bos;
  const all = wantsBos ? withFirst(bos, tokens) : tokens;
  if (all.length === 0) throw new UnwritableConversation('it writes nothing');
  return all;
}

function withFirst(token: Token, tokens: Uint32Array): Uint32Array {
  const all = new Uint32Array(tokens.length + 1);
  all[0] = token;
  all.set(tokens, 1);
  return all;
}

/** Finds out by trying how a template (and its source) is to be given a system text. */
export function findSystemText(model: AddonModel, chatTemplate: ChatTemplate, source: string): SystemText {
  if (source.includes(NO_SYSTEM_PROMPT)) return 'left-out';
  const user = { role: 'user', content: 'Say hello.' } as const;
  const written = tryRender(model, chatTemplate, [{ role: 'system', content: 'Be brief.' }, user]);
  if (written?.includes('Be brief.')) return 'as-it-is';
  // A template that refuses any conversation does so whatever it is given.
  return tryRender(model, chatTemplate, [user]) === null ? 'as-it-is' : 'folded';
}

function write({ model, chatTemplate, systemText }: ChatWriter, messages: readonly Message[]): string {
  try {
    return render(model, chatTemplate, withSystemText(messages, systemText));
  } catch (cause) {
    throw new UnwritableConversation((cause as Error).message, { cause });
  }
}

function withSystemText(messages: readonly Message[], systemText: SystemText): readonly Message[] {
  if (systemText === 'folded') return foldSystemText(messages);
  if (systemText === 'left-out') return withoutSystemText(messages);
  // Many templates write a system turn for an empty system prompt too.
  return messages.filter(({ role, content }) => role !== 'system' || content !== '');
}

function tryRender(model: AddonModel, chatTemplate: ChatTemplate, messages: readonly Message[]): string | null {
  try {
    return render(model, chatTemplate, messages);
  } catch {
    return null;
  }
}

function render(model: AddonModel, chatTemplate: ChatTemplate, messages: readonly Message[]): string {
  return chatTemplate.render({
    messages: messages.map(({ role, content }) => ({ role, content })),
    bos_token: spellingOf(model, model.tokenBos()),
    eos_token: spellingOf(model, model.tokenEos()),
    add_generation_prompt: true,
    enable_thinking: false,
    date_string: TEMPLATE_DATE,
  });
}

/** A token as templates spell it, empty where a model has none (-1), about which llama.cpp may not be asked. */
function spellingOf(model: AddonModel, token: Token): string {
  return token < 0 ? '' : (model.getTokenString(token) ?? '');
}
