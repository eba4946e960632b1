import type { ModelFault } from '../../base/errors.ts';
import type { ModelListing } from '../../models/model.ts';

/** A place that was asked for its models. */
export interface FoundServer {
  readonly provider: string;
  readonly url: string;
  /** As the configuration calls it; null where it lists no servers. */
  readonly serverName: string | null;
  /** Null where no model server answers there. */
  readonly models: readonly ModelListing[] | null;
  readonly error: string | null;
  readonly reason: ModelFault['reason'] | null;
}
