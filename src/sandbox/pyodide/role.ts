import type { EmscriptenModule } from './emscripten.ts';
import type { Lock } from './lock.ts';

/** One side of the conversation: its borders while it starts, and what it does for ever after. */
export interface Role {
  readonly lock: Lock;
  readonly mostBytes: number;
  addDevices(module: EmscriptenModule): void;
  serve(module: EmscriptenModule, startServing: () => number): never;
}
