import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { GgufFolder } from '../gguf/gguf-folder.ts';
import { openGguf } from '../gguf/provider.ts';
import type { ModelProvider } from '../model-provider.ts';

/** The GGUF files that ship with greenloop, which only know the tasks of the starter. */
export const starterModels = new GgufFolder('starter', join(packageRoot, 'starter'));

/** The models that ship with greenloop, run as `gguf/` models are. */
export const starter: ModelProvider = {
  name: 'starter',
  example: 'starter/s',
  place: 'bundled models',
  isBundled: true,
  open: (settings, access) => async (name) =>
    openGguf({ name: `starter/${name}`, path: starterModels.find(name) }, settings, access),
  list: () => [starterModels],
};
