// Runs the attacks in every isolation as the user that starts it, and prints the outcomes as JSON. The argument is the port of a listener outside.
import { attacksOnHold, readAttacks, runAttacks } from './attacks.ts';
import { openNative, workingCommands } from './native.ts';

const outcomes = workingCommands().map(async (isolation) => {
  const sandboxes = [openNative(1, { isolation }), openNative(1, { isolation })];
  const list = await runAttacks(sandboxes, attacksOnHold(readAttacks(Number(process.argv[2]))));
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  return [isolation.name, list];
});
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(outcomes))));
