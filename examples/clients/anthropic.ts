// Verified code through Anthropic's SDK: greenloop serve -m ollama/llama3.2:3b, then node examples/clients/anthropic.ts
import Anthropic from '@anthropic-ai/sdk';

const baseURL = process.env.GREENLOOP_URL ?? 'http://127.0.0.1:11500';
const client = new Anthropic({ baseURL, apiKey: process.env.GREENLOOP_API_KEY ?? 'none' });
const message = await client.messages.create({
  model: process.env.GREENLOOP_MODEL ?? 'greenloop/redraw-then-repair',
  max_tokens: 1000,
  messages: [
    { role: 'user', content: 'Write a Python function `double(x)` that returns twice x.\n\n>>> double(4)\n8\n' },
  ],
});
for (const block of message.content) if (block.type === 'text') console.log(block.text);
