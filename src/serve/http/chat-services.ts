import type { TaskServices } from '../solve-task.ts';
import type { Upstream } from '../upstream.ts';
import type { VirtualModels } from '../virtual-models.ts';
import type { Admission } from './admission.ts';

/** All that requests are answered with. */
export interface ChatServices extends TaskServices {
  readonly virtual: VirtualModels;
  readonly upstream: Upstream;
  readonly admission: Admission;
  readonly mostBytes: number;
  /** How long a client may take nothing of an answer that waits for it. */
  readonly readMs: number;
  /** Aborted where the server closes at once. */
  readonly closing: AbortSignal;
}
