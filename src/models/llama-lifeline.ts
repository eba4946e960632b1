// Runs in a thread of the child: greenloop holds the other end of the lifeline, which closes however greenloop ends. The thread of
// llama.cpp may be in a loop by then.
import { readSync } from 'node:fs';
import { LIFELINE_DESCRIPTOR } from './llama-messages.ts';

try {
  readSync(LIFELINE_DESCRIPTOR, Buffer.alloc(1));
} finally {
  process.kill(process.pid, 'SIGKILL');
}
