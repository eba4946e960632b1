// Verified code through Ollama's client: greenloop serve -m ollama/llama3.2:3b, then node examples/clients/ollama.ts
import { Ollama } from 'ollama';

const client = new Ollama({ host: process.env.GREENLOOP_URL ?? 'http://127.0.0.1:11500' });
const { models } = await client.list();
console.log(models.map(({ name }) => name).join(', '));

const answer = await client.chat({
  model: process.env.GREENLOOP_MODEL ?? 'greenloop/redraw-then-repair',
  messages: [
    { role: 'user', content: 'Write a Python function `double(x)` that returns twice x.\n\n>>> double(4)\n8\n' },
  ],
});
console.log(answer.message.content);
