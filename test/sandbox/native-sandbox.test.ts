import { openNative, whyNotNative } from './native.ts';
import { testSandboxContract } from './sandbox-contract.ts';

testSandboxContract('native sandbox', async () => openNative(2), { skip: whyNotNative });
