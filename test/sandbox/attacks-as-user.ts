// Runs every attack as the user that starts it, and prints the outcomes as JSON. The argument is the port of a listener outside.
import { readAttacks, runAttacks } from './attacks.ts';
import { openNative } from './native.ts';

const sandboxes = [openNative(1), openNative(1)];
const outcomes = await runAttacks(sandboxes, readAttacks(Number(process.argv[2])));
await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
process.stdout.write(JSON.stringify(outcomes));
