import { html } from 'hono/html';
import { count } from '../../base/count.ts';
import type { NamedCompletion } from '../../pipeline/trace.ts';
import type { Html } from '../document.ts';
import { shown, shownLines } from '../shown.ts';

/** Every model call with its cost, seed and temperature, the exact messages that were sent and the answer as it came. */
export function modelCalls(completions: readonly NamedCompletion[]): Html {
  return html`${completions.map(modelCall)}`;
}

function modelCall(completion: NamedCompletion): Html {
  const { role, model, messages, text } = completion;
  const sent = messages.length === 0 ? 'messages not kept' : `${count(messages.length, 'message')} sent`;
  const parts = messages.map(({ role: sender, content }) => messageBlock(sender, content));
  return html`<details class="call">
<summary><b>${role}</b> <span class="name">${shown(model)}</span> <span class="quiet">${sent} · ${callCost(completion)}</span></summary>
${parts}
${messageBlock('answer', text)}
</details>`;
}

function messageBlock(sender: string, content: string): Html {
  return html`<div class="message"><h4>${sender}</h4><pre tabindex="0">${shownLines(content)}</pre></div>`;
}

/** `412 tokens in, 96 out · 2.1 s · seed 7 · temperature 0.3`. */
function callCost({ usage, seconds, seed, temperature, finishReason }: NamedCompletion): string {
  const about = usage?.isEstimated ? 'about ' : '';
  const tokens =
    usage === null ? 'tokens not known' : `${about}${usage.promptTokens} tokens in, ${usage.completionTokens} out`;
  const end = FINISHES[finishReason];
  const parts = [tokens, `${seconds.toFixed(1)} s`, `seed ${seed}`, `temperature ${temperature}`, ...end];
  return parts.join(' · ');
}

const FINISHES: Readonly<Record<NamedCompletion['finishReason'], readonly string[]>> = {
  stop: [],
  length: ['cut off at the token limit'],
  cut: ['ended once the program was complete'],
  other: ['ended for another reason'],
};
