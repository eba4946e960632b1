// Verified code through OpenAI's SDK: greenloop serve -m ollama/llama3.2:3b, then node examples/clients/openai.ts
import OpenAI from 'openai';

const baseURL = `${process.env.GREENLOOP_URL ?? 'http://127.0.0.1:11500'}/v1`;
const client = new OpenAI({ baseURL, apiKey: process.env.GREENLOOP_API_KEY ?? 'none' });
const model = process.env.GREENLOOP_MODEL ?? 'greenloop/redraw-then-repair';
const content = 'Write a Python function `double(x)` that returns twice x.\n\n>>> double(4)\n8\n';

const stream = await client.chat.completions.create({ model, messages: [{ role: 'user', content }], stream: true });
for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? '');

const response = await client.responses.create({ model, input: content });
console.log(response.output_text);
