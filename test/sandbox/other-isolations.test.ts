import { test } from 'node:test';
import { openNative, titleOf, whyNoPytest, whyNotNative, workingCommands } from './native.ts';
import { testSandboxContract } from './sandbox-contract.ts';

// The strongest is the one of native-sandbox.test.ts.
const [, ...others] = workingCommands();

test('there are other isolations than the strongest', {
  skip: whyNotNative || (others.length === 0 && 'no other one works here'),
}, () => {});

for (const isolation of others)
  testSandboxContract(`native sandbox in ${titleOf(isolation)}`, async () => openNative(2, { isolation }), {
    withoutPytest: whyNoPytest,
    runner: 'nothing',
  });
