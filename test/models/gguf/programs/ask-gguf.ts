// Asks the model in the first file, tries the others, which cannot be loaded, and prints what came of it as one line of JSON.
import { LlamaCppModel } from '../../../../src/models/gguf/llama-cpp-model.ts';
import { requestFor } from '../../requests.ts';

const [good = '', ...broken] = process.argv.slice(2);
const open = (path: string) => new LlamaCppModel({ name: `gguf/${path}`, path });
const refusals: string[] = [];
for (const path of broken)
  await open(path)
    .prepare()
    .catch((error: Error) => refusals.push(error.message));
const { text } = await open(good).complete(requestFor('say something'));
console.log(JSON.stringify({ text, refusals: refusals.length }));
