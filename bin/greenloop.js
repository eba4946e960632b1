#!/usr/bin/env node
// Plain old syntax: this file must be readable by a Node that is too old for the rest.
var parts = process.versions.node.split('.').map(Number);
if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 18)) {
  console.error(
    'greenloop needs Node 22.18 or newer; this is Node ' + process.versions.node + '. See https://nodejs.org',
  );
  process.exit(2);
}
import('../dist/cli/main.js').then((cli) => cli.main(process.argv.slice(2)));
