// Verified code through the AI SDK: greenloop serve -m ollama/llama3.2:3b, then node examples/clients/ai-sdk.ts
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';

const baseURL = `${process.env.GREENLOOP_URL ?? 'http://127.0.0.1:11500'}/v1`;
const greenloop = createOpenAICompatible({ name: 'greenloop', baseURL });
const { textStream } = streamText({
  model: greenloop(process.env.GREENLOOP_MODEL ?? 'greenloop/redraw-then-repair'),
  prompt: 'Write a Python function `double(x)` that returns twice x.\n\n>>> double(4)\n8\n',
});
for await (const text of textStream) process.stdout.write(text);
