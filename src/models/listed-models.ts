import { ModelFault } from '../base/errors.ts';
import type { ModelListing, ModelServer } from './model.ts';

/** The models of a place; null where it gives no list. */
export async function listedModels(place: ModelServer, signal?: AbortSignal): Promise<readonly ModelListing[] | null> {
  try {
    return await place.listModels(signal);
  } catch (error) {
    if (error instanceof ModelFault) return null;
    throw error;
  }
}
