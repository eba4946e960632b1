import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFor } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const MODULES = [
  { name: 'helper', source: 'from shop.prices import PRICE\n\ndef priced(n):\n    return n * PRICE\n' },
  { name: 'shop.prices', source: 'PRICE = 3\n' },
];
const CODE = 'from helper import priced\n\ndef f(n):\n    return priced(n) + 1\n';

/** Modules of the user's that code and test files import. */
export function testGivenModules(sandbox: Opened): void {
  test('code imports the modules that it is given', async () => {
    const request = requestFor({ code: CODE, checks: 'assert f(2) == 7' });
    assert.equal((await sandbox().run({ ...request, modules: MODULES })).kind, 'passed');
  });

  test('without them it does not load, whatever ran before', async () => {
    const verdict = await sandbox().run(requestFor({ code: CODE, checks: 'assert f(2) == 7' }));
    assert.equal(verdict.kind === 'raised' && verdict.exception.type, 'ModuleNotFoundError');
  });

  test('a failing line of such a module is shown with what called it', async () => {
    const modules = [{ name: 'helper', source: 'def priced(n):\n    return n / 0\n' }];
    const verdict = await sandbox().run({ ...requestFor({ code: CODE, checks: 'assert f(2) == 7' }), modules });
    assert.equal(verdict.kind === 'raised' && verdict.exception.line, 4);
  });

  test('a test file imports them, too, and code that replaces a function of theirs does not pass', async () => {
    const program = 'from solution import f\nfrom helper import priced\n\nassert priced(2) == 6\nassert f(2) == 7\n';
    const request = { ...requestFor({ code: CODE, checks: null }), tests: { program, moduleName: 'solution' } };
    assert.equal((await sandbox().run({ ...request, modules: MODULES })).kind, 'passed');
    const code = 'import helper\nhelper.priced = lambda n: 6\n\ndef f(n):\n    return 7\n';
    const wrong = [{ name: 'helper', source: 'def priced(n):\n    return n\n' }];
    assert.notEqual((await sandbox().run({ ...request, code, modules: wrong })).kind, 'passed');
  });
}
