import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SandboxFault } from '../../src/base/errors.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { readInterpreter } from '../../src/sandbox/native/interpreter.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { RUNS_ALL, readAttacks, runAttack } from './attacks.ts';
import { openNative, titleOf, whyNotNative, workingCommands } from './native.ts';
import { assertKind, assertPasses } from './runs.ts';
import { assertFile } from './test-file-runs.ts';

const python = '/usr/bin/python3';

/** A virtual environment that holds one module, `treasure`; not in /tmp, which candidates have to themselves. */
function makeEnvironment(folder: string): string {
  execFileSync(python, ['-m', 'venv', '--without-pip', join(folder, 'environment')]);
  const library = join(folder, 'environment/lib');
  const packages = join(library, readdirSync(library)[0]!, 'site-packages');
  writeFileSync(join(packages, 'treasure.py'), 'WHERE = "chest"\n');
  // As an editable install does it.
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere', 'island.py'), 'NAME = "Tortuga"\n');
  writeFileSync(join(packages, 'editable.pth'), `${join(folder, 'elsewhere')}\n`);
  return join(folder, 'environment');
}

function whyNoEnvironment(): string | false {
  try {
    execFileSync(python, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return false;
  } catch {
    return `${python} cannot make virtual environments`;
  }
}

describe('--python', { skip: whyNotNative || whyNoEnvironment() }, () => {
  const folder = mkdtempSync('/var/tmp/greenloop-test-');
  let environment: string;
  before(() => {
    environment = makeEnvironment(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  const code = 'import island, treasure\ndef f():\n    return island.NAME + treasure.WHERE';
  const checks = 'import treasure\nassert f() == "Tortuga" + treasure.WHERE';

  for (const name of ['', '/bin/python3', '/bin/python']) {
    test(`takes a virtual environment with its packages, as environment${name}`, async () => {
      const sandbox = await openSandbox(readSettings({ python: environment + name }), 1);
      await assertPasses(sandbox, { code, checks });
      await sandbox.close();
    });
  }

  test('without it, no package is visible', async () => {
    const sandbox = await openSandbox(readSettings(), 1);
    const { exception } = await assertKind(sandbox, { code, checks: 'assert f() == 1' }, 'raised');
    assert.equal(exception.type, 'ModuleNotFoundError');
    await sandbox.close();
  });
});

test('an interpreter that is none is refused in one line', () => {
  for (const [name, message] of [
    ['/no/such/python', /^\/no\/such\/python does not run as Python; install/],
    ['/bin/true', /^\/bin\/true does not run as Python; install/],
    [packageRoot, /bin\/python3 does not run as Python; install/],
  ] as const) {
    assert.throws(
      () => readInterpreter(name),
      (error) => error instanceof SandboxFault && message.test(error.message) && !error.message.includes('\n'),
    );
  }
});

function whyNoNumpy(): string | false {
  try {
    execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' });
    return false;
  } catch {
    return `numpy is not installed for ${python} (Debian: apt install python3-numpy)`;
  }
}

const withoutNumpy = whyNotNative || whyNoNumpy();
const withNumpy = withoutNumpy === false ? readInterpreter(python) : null;

test('numpy loads', { skip: withoutNumpy }, async () => {
  const sandbox = await openSandbox(readSettings({ python }), 1);
  await assertPasses(sandbox, {
    code: 'import numpy\ndef f(x):\n    return numpy.array(x)',
    checks: 'assert f([1])[0] == 1',
  });
  await sandbox.close();
});

const isolations = withNumpy && workingCommands({ python: withNumpy, visiblePackages: withNumpy.packages });
for (const [place, isolation] of (isolations ?? []).entries())
  describe(`numpy in ${titleOf(isolation)}`, () => {
    let sandbox: Sandbox;
    before(() => {
      sandbox = openNative(1, { isolation, python: withNumpy! });
    });
    after(() => sandbox.close());

    test('arrays and numbers travel as themselves', async () => {
      const code = `import numpy as np
def f(x):
    return np.array(x) * 2
def g(x):
    return {"mean": np.mean(x), "parts": [np.int64(n) for n in x], "half": np.float32(0.5), "is": np.bool_(True)}
`;
      const checks = `import numpy as np
assert f([1, 2]).tolist() == [2, 4]
assert np.allclose(f([1, 2]), [2, 4])
assert f([[1, 2]]).shape == (1, 2) and f([1.5]).dtype == float
assert (f(np.arange(3)) == np.array([0, 2, 4])).all()
assert g([1, 3]) == {"mean": 2, "parts": [1, 3], "half": 0.5, "is": True}
assert type(g([1])["half"]) is np.float32
`;
      await assertPasses(sandbox, { code, checks });
    });

    test('linear algebra loads its libraries, also in test files', async () => {
      const code = 'import numpy as np\ndef f(a, b):\n    return np.linalg.solve(np.array(a), np.array(b))';
      await assertPasses(sandbox, {
        code,
        checks: 'assert np.allclose(f([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]), [1.0, 0.5])',
      });
      const file =
        'import numpy as np\nfrom solution import f\ndef test_f():\n    assert np.allclose(f([[2.0]], [1.0]), [0.5])\n';
      await assertFile(sandbox, { code, file }, 'passed');
    });

    test('an array that is changed in place is seen changed, and is given back for the next run', async () => {
      const code = 'def f(x):\n    x.sort()';
      const checks = 'assert f(SHARED) is None\nassert SHARED.tolist() == [1, 2, 3]';
      const setup = 'import numpy\nSHARED = numpy.array([3, 1, 2])';
      for (let time = 0; time < 2; time += 1) await assertPasses(sandbox, { code, setup, checks });
      await assertKind(sandbox, { code: 'def f(x):\n    pass', setup, checks }, 'failed');
    });

    test('an array that must not be written to is an argument as any other', async () => {
      const code = 'def f(x):\n    return float(x.sum())';
      const checks = 'import numpy\na = numpy.ones(3)\na.setflags(write=False)\nassert f(a) == 3.0\nassert f(a) == 3.0';
      await assertPasses(sandbox, { code, checks });
    });

    const attacks = readAttacks(0).filter(({ name }) => name.startsWith('forged values'));
    // They forge what the judge reads, whatever isolates the one that writes it.
    for (const attack of place === 0 || RUNS_ALL ? attacks : attacks.slice(0, 1)) {
      test(`${attack.name} is held where numpy is there`, async () => {
        assert.deepEqual((await runAttack(sandbox, attack)).faults, []);
      });
    }
  });
