// Opens a GGUF file, prints `open`, and asks it, which may never end.
import { LlamaCppModel } from '../../../../src/models/gguf/llama-cpp-model.ts';
import { requestFor } from '../../requests.ts';

const [path = ''] = process.argv.slice(2);
const model = new LlamaCppModel({ name: 'gguf/held', path });
await model.prepare();
console.log('open');
await model.complete(requestFor('loop', { sampling: { maxTokens: 1000 } }));
