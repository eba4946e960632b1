import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '../../src/base/find-program.ts';
import type { IsolatedCommand } from '../../src/sandbox/native/isolated-command.ts';
import type { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { attacksOnHold, type Outcome, RUNS_ALL, readAttacks, runAttack, runAttacks } from './attacks.ts';
import { openNative, titleOf, whyNotNative, workingCommands } from './native.ts';

/** A listener outside the sandbox, and how many connections came in. */
class Listener {
  connections = 0;
  readonly #server: Server = createServer((socket) => {
    this.connections += 1;
    socket.destroy();
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as { port: number }).port;
  }

  stop(): void {
    this.#server.close();
  }
}

const listener = new Listener();
const port = await listener.start();
after(() => {
  listener.stop();
  assert.equal(listener.connections, 0, 'a candidate reached a listener outside');
});
const attacks = readAttacks(port);

test('there are attacks, and each says what it tries and what holds it', () => {
  assert.ok(attacks.length > 150);
  assert.deepEqual(
    attacks.filter(({ tries, held }) => tries === '' || held.includes('')).map(({ name }) => name),
    [],
  );
});

const user = process.getuid?.() === 0 ? 'root' : 'an ordinary user';
const isolations = workingCommands();

test('there is an isolation to attack', { skip: whyNotNative }, () => {
  assert.ok(isolations.length > 0);
});

for (const [place, isolation] of isolations.entries()) {
  const tried = place === 0 ? attacks : attacksOnHold(attacks);
  describe(`attacks by programs that ${user} runs in ${titleOf(isolation)}`, () => {
    const sandboxes: NativeSandbox[] = [];
    let outcomes: Promise<Map<string, Outcome>>;
    before(() => {
      sandboxes.push(openNative(1, { isolation }), openNative(1, { isolation }));
      outcomes = runAttacks(sandboxes, tried).then((all) => new Map(all.map((outcome) => [outcome.name, outcome])));
    });
    after(() => Promise.all(sandboxes.map((sandbox) => sandbox.close())));
    for (const { name, tries } of tried) {
      test(`${name}: ${tries}`, async () => assertOutcome(isolation.name, (await outcomes).get(name)!));
    }
  });
}

const setpriv = findProgram(['setpriv'], readSettings().searchPath);
const whyNoUser =
  whyNotNative ||
  (user !== 'root' && 'the tests run as an ordinary user already') ||
  (setpriv === null && 'no setpriv');

/** Attacks that succeed, as each isolation says of itself that it lacks that protection. */
const NOT_HELD = { bwrap: [], landlock: ['fill disk', 'see names'] };

function assertOutcome(isolation: IsolatedCommand['name'], { name, faults }: Outcome): void {
  const isHeld = !(NOT_HELD[isolation] as string[]).includes(name);
  if (isHeld) assert.deepEqual(faults, []);
  else assert.match(faults.join(), /not held/);
}

/** Every outcome for an ordinary user; null where that one cannot read this checkout or its Node.js. */
async function runAttacksAsUser(): Promise<Record<string, Outcome[]> | null> {
  const child = join(import.meta.dirname, 'attacks-as-user.ts');
  const identity = ['--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all'];
  const args = [...identity, process.execPath, child, String(port)];
  const env = { PATH: readSettings().searchPath, ...(RUNS_ALL && { GREENLOOP_TEST_ATTACKS: 'all' }) };
  const options = { env, maxBuffer: 1 << 26, cwd: '/' };
  try {
    return JSON.parse((await promisify(execFile)(setpriv!, args, options)).stdout);
  } catch (error) {
    if (/EACCES|ENOENT|Permission denied|Cannot find module/.test(String(error))) return null;
    throw error;
  }
}

const asUser = whyNoUser === false ? runAttacksAsUser() : Promise.resolve(null);
// The test that awaits it comes later.
asUser.catch(() => {});

test('the same attacks by programs that an ordinary user runs', {
  skip: whyNoUser,
}, async (t) => {
  const outcomes = await asUser;
  if (outcomes === null) return t.skip('an ordinary user cannot read this checkout or its Node.js');
  assert.deepEqual(Object.keys(outcomes).sort(), [...new Set(isolations.map(({ name }) => name))].sort());
  for (const [isolation, list] of Object.entries(outcomes)) {
    assert.equal(list.length, attacksOnHold(attacks).length);
    for (const outcome of list) assertOutcome(isolation as IsolatedCommand['name'], outcome);
  }
});

test('an attack that succeeds is seen', { skip: whyNotNative }, async () => {
  const sandbox = openNative(1);
  const attack = attacks.find(({ name }) => name === 'own names')!;
  const code = 'def f(x):\n    return "tangerine-7261-quietly"';
  const { faults } = await runAttack(sandbox, { ...attack, program: { ...attack.program, code } });
  await sandbox.close();
  assert.match(faults.join(), /not held/);
});
