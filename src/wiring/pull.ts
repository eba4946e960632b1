import { type FetchedGguf, type FetchOptions, fetchGguf } from '../models/gguf/fetch-gguf.ts';
import { readGgufSource } from '../models/gguf/gguf-source.ts';
import { fetchedFolder } from '../models/gguf/provider.ts';
import type { Environment } from '../models/model-provider.ts';
import type { Settings } from './settings.ts';

/** A fetched file, and the name under which it is a model. */
interface PulledModel extends FetchedGguf {
  readonly model: string;
}

/** Fetches a GGUF file into the user's cache, from the hub that HF_ENDPOINT names where a name is given. */
export async function pullModel(
  source: string,
  settings: Settings,
  options: Omit<FetchOptions, 'folder'>,
  { HF_ENDPOINT }: Environment = process.env,
): Promise<PulledModel> {
  const { url, fileName } = readGgufSource(source, HF_ENDPOINT || 'https://huggingface.co');
  const fetched = await fetchGguf({ url, fileName }, { ...options, folder: fetchedFolder(settings) });
  return { ...fetched, model: `gguf/${fileName.replace(/\.gguf$/, '')}` };
}
