import { after, before, describe } from 'node:test';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { testTestFiles } from './contract/test-files.ts';
import { interpreter, openNative, whyNoPytest, whyNotNative } from './native.ts';
import { testSandboxContract } from './sandbox-contract.ts';

testSandboxContract('native sandbox', async () => openNative(2), { skip: whyNotNative, withoutPytest: whyNoPytest });

describe('native sandbox without any package', { skip: whyNotNative, concurrency: 2 }, () => {
  let opened: Sandbox;
  before(() => {
    opened = openNative(2, { python: { ...interpreter(), packages: [] } });
  });
  after(() => opened.close());
  testTestFiles(() => opened, 'no package folders');
});
