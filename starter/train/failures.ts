// What a model itself gets wrong: for each JSON line of a task without code the model's draft, as a line for feedback.ts, unless it
// is the reference. node failures.ts FILE.gguf TEMPERATURE ROWS.jsonl DRAFTS.jsonl
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LlamaCppModel } from '../../src/models/gguf/llama-cpp-model.ts';
import type { Model } from '../../src/models/model.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { generatorMessages } from '../../src/pipeline/prompts.ts';
import { promptOf, type Row } from './row.ts';

const MAX_TOKENS = 256;

async function main([path, temperature, from, to]: readonly string[]): Promise<void> {
  if (path === undefined || from === undefined || to === undefined)
    throw new Error('expected: failures.ts FILE.gguf TEMPERATURE ROWS.jsonl DRAFTS.jsonl');
  const model = new LlamaCppModel({ name: `gguf/${path}`, path, slots: 1 });
  const out = createWriteStream(to);
  for await (const line of createInterface({ input: createReadStream(from) })) {
    const row = JSON.parse(line) as Row;
    if (row.code !== undefined) continue;
    const code = await draft(model, row, Number(temperature));
    if (code.trim() !== '' && code.trim() !== row.reference?.trim())
      out.write(`${JSON.stringify({ ...row, code, mistake: 'own-draft' })}\n`);
  }
  await new Promise((resolve) => out.end(resolve));
}

/** The code of one answer; the task's number is the seed. */
async function draft(model: Model, row: Row, temperature: number): Promise<string> {
  const prompt = promptOf(row);
  const messages = generatorMessages(prompt, 'default');
  const sampling = { temperature, maxTokens: MAX_TOKENS, seed: Number(row.id) % 2 ** 31 };
  const place = { taskId: row.id, repeat: 0, role: 'generator', attempt: 0, place: 0, places: 1 } as const;
  const { text } = await model.complete({ messages, sampling, draw: place });
  return extractCode(text, prompt).code;
}

await main(process.argv.slice(2));
