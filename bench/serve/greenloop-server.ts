// greenloop's server in a process of its own, before a model server: node bench/serve/greenloop-server.ts '{"ollama": URL, "timeoutSeconds": 2}'
// Prints its address and serves until it is killed. A message asks for its memory: it collects garbage and sends the MiB that are left.
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { ownPipeline } from '../../src/pipeline/presets.ts';
import { serve } from '../../src/serve/serve.ts';
import { readSettings } from '../../src/wiring/settings.ts';

export interface GreenloopServerOptions {
  readonly ollama: string;
  /** After which a call of the model has failed. */
  readonly timeoutSeconds: number;
}

const { ollama, timeoutSeconds } = JSON.parse(process.argv[2] ?? '') as GreenloopServerOptions;
const settings = readSettings({ modelTimeoutSeconds: timeoutSeconds }, { ...process.env, OLLAMA_HOST: ollama });
const pipeline = parsePipeline({ name: 'bench', ...ownPipeline('redraw-then-repair', 'ollama/marker') }, 'bench');
const { url } = await serve({ pipelines: [pipeline], port: 0 }, settings);
process.stdout.write(`${url}\n`);

process.on('message', () => {
  gc?.();
  process.send?.(process.memoryUsage().heapUsed / (1 << 20));
});
