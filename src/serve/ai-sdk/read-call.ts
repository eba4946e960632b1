import type { LanguageModelV4CallOptions, LanguageModelV4Message, SharedV4Warning } from '@ai-sdk/provider';
import { Refusal } from '../../base/errors.ts';
import type { Message } from '../../models/model.ts';

/** The messages of a prompt, reasoning left out; throws a Refusal of what a pipeline cannot read. */
export function readPrompt(prompt: LanguageModelV4CallOptions['prompt']): Message[] {
  return prompt.map((message) => {
    if (message.role === 'system') return { role: message.role, content: message.content };
    if (message.role === 'tool') throw unreadable('tool-result');
    return { role: message.role, content: textOf(message) };
  });
}

function textOf({ content }: Extract<LanguageModelV4Message, { role: 'user' | 'assistant' }>): string {
  const texts: string[] = [];
  for (const part of content) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type !== 'reasoning') throw unreadable(part.type);
  }
  return texts.join('\n');
}

function unreadable(type: string): Refusal {
  return new Refusal(`expected text messages, got a part of type ${JSON.stringify(type)}: a pipeline reads only text`);
}

/** What of a call a pipeline does not do, though it answers. */
export function warningsFor(options: LanguageModelV4CallOptions): SharedV4Warning[] {
  const { tools = [], responseFormat, topP, topK, presencePenalty, frequencyPenalty } = options;
  const asked = {
    ...{ topP, topK, presencePenalty, frequencyPenalty },
    tools: tools.length > 0 ? tools : undefined,
    responseFormat: responseFormat?.type === 'json' ? responseFormat : undefined,
  };
  const features = Object.entries(asked).flatMap(([feature, value]) => (value === undefined ? [] : [feature]));
  return features.map((feature) => ({ type: 'unsupported', feature }));
}
