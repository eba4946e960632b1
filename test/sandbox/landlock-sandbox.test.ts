import { openNative, whyNoPytest, whyNotNative, workingCommands } from './native.ts';
import { testSandboxContract } from './sandbox-contract.ts';

const landlock = whyNotNative === false ? workingCommands().find(({ name }) => name === 'landlock') : undefined;
const whyNotLandlock = whyNotNative || (landlock === undefined && 'this kernel has no Landlock');

testSandboxContract('native sandbox in Landlock', async () => openNative(2, { isolation: landlock! }), {
  skip: whyNotLandlock,
  withoutPytest: whyNoPytest,
});
