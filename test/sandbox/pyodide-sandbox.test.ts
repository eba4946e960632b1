import { openPyodide } from './pyodide.ts';
import { testSandboxContract } from './sandbox-contract.ts';

testSandboxContract('Pyodide sandbox', () => openPyodide(2));
