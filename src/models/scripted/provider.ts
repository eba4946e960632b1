import type { ModelProvider } from '../model-provider.ts';
import { ScriptFileModel } from './script-file.ts';

/** Answers by the rules of a script file. */
export const scripted: ModelProvider = {
  name: 'scripted',
  example: 'scripted/FILE.yaml',
  open: () => async (path) => new ScriptFileModel(path),
  list: () => [],
};
