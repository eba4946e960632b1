import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '../../src/sandbox/isolation.ts';
import type { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { readSettings } from '../../src/wiring.ts';
import { type Outcome, readAttacks, runAttack, runAttacks } from './attacks.ts';
import { openNative, whyNotNative } from './native.ts';

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

describe(`attacks by programs that ${user} runs`, { skip: whyNotNative }, () => {
  const sandboxes: NativeSandbox[] = [];
  let outcomes: Promise<Map<string, Outcome>>;
  before(() => {
    sandboxes.push(openNative(1), openNative(1));
    outcomes = runAttacks(sandboxes, attacks).then((all) => new Map(all.map((outcome) => [outcome.name, outcome])));
  });
  after(() => Promise.all(sandboxes.map((sandbox) => sandbox.close())));
  for (const { name, tries } of attacks) {
    test(`${name}: ${tries}`, async (t) => {
      const { lacks } = await sandboxes[0]!.isolation();
      if (name.startsWith('thread bomb') && lacks.length > 0) return t.skip(`the sandbox lacks ${lacks.join(', ')}`);
      assert.deepEqual((await outcomes).get(name)?.faults, []);
    });
  }
});

const setpriv = findProgram(['setpriv'], readSettings().searchPath);
const whyNoUser =
  whyNotNative ||
  (user !== 'root' && 'the tests run as an ordinary user already') ||
  (setpriv === null && 'no setpriv');

/** Every outcome for an ordinary user; null where that one cannot read this checkout or its Node.js. */
async function runAttacksAsUser(): Promise<Outcome[] | null> {
  const child = join(import.meta.dirname, 'attacks-as-user.ts');
  const identity = ['--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all'];
  const args = [...identity, process.execPath, child, String(port)];
  const options = { env: { PATH: readSettings().searchPath }, maxBuffer: 1 << 26, cwd: '/' };
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

test('the same attacks by programs that an ordinary user runs', { skip: whyNoUser }, async (t) => {
  const outcomes = await asUser;
  if (outcomes === null) return t.skip('an ordinary user cannot read this checkout or its Node.js');
  assert.equal(outcomes.length, attacks.length);
  assert.deepEqual(
    outcomes.filter(({ faults }) => faults.length > 0).map(({ name, faults }) => ({ name, faults })),
    [],
  );
});

test('an attack that succeeds is seen', { skip: whyNotNative }, async () => {
  const sandbox = openNative(1);
  const attack = attacks.find(({ name }) => name === 'own names')!;
  const code = 'def f(x):\n    return "tangerine-7261-quietly"';
  const { faults } = await runAttack(sandbox, { ...attack, program: { ...attack.program, code } });
  await sandbox.close();
  assert.match(faults.join(), /not held/);
});
