// Keeps what Node makes of the modules, for every process of the tests: most of what a short one takes is to read them again.
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'greenloop-test-compile-cache');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
