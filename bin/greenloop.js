#!/usr/bin/env node
// Plain syntax: a Node that is too old for the rest must still be able to read this file and say so.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`greenloop needs Node 22.18 or newer; this is Node ${process.versions.node} (see https://nodejs.org)`);
  process.exit(2);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
import('../dist/cli/main.js').then(
  (cli) => cli.main(process.argv.slice(2)),
  (error) => {
    console.error(error);
    process.exit(2);
  },
);
