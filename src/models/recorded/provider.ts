import type { ModelProvider } from '../model-provider.ts';
import { RecordedModel } from './recorded-model.ts';

/** Answers of a file of JSON lines. */
export const recorded: ModelProvider = {
  name: 'recorded',
  example: 'recorded/FILE.jsonl',
  open: () => async (path) => new RecordedModel(path),
  list: () => [],
};
