import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClientRequests } from './clients.ts';
import { MODEL, ownServer, post } from './own-server.ts';

const server = ownServer();

for (const { client, name, path, body, task, reason } of readClientRequests()) {
  if (task !== null)
    test(`${client}: ${name} is answered on its wire with code that was run, and says what came of it`, async () => {
      server.ollama.answer = () => `\`\`\`python\ndef ${task}(*values, **named):\n    return None\n\`\`\``;
      const response = await post(server, path, { ...body, model: MODEL });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.match(text, /"greenloop":\{"verdict":"(?:passed|failed|agreed|loads)"/);
      assert.equal(server.logs.at(-1)?.plainBecause, null);
    });
  if (reason === 'refused')
    test(`${client}: ${name} is refused on its wire`, async () => {
      assert.equal((await post(server, path, { ...body, model: MODEL })).status, 400);
    });
}
