import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { test } from 'node:test';
import { NOWHERE, Workplace } from './cli.ts';

const place = new Workplace();
const MODEL = ['-m', 'ollama/llama3.2:3b', '--port', '0'];

/** What is refused before anything listens: the options, and what is said. */
const REFUSED: Readonly<Record<string, readonly [words: readonly string[], says: RegExp]>> = {
  'a port beyond all ports': [['--port', '70000'], /expected a port from 1 to 65535, or 0 for any free one/],
  'a port that is none': [['--port', 'http'], /expected a port from 1 to 65535/],
  'a key that is empty': [[...MODEL, '--host', '0.0.0.0', '--api-key', ''], /the API key is empty.*\(--api-key KEY/],
  'an open host without a key': [[...MODEL, '--host', '0.0.0.0'], /can be reached from other machines.*--api-key/],
  'a model without a provider': [['-m', 'llama3.2:3b', '--port', '0'], /llama3\.2:3b/],
  'no tokens': [[...MODEL, '--budget-tokens', '0'], /expected a whole number of 1 or more/],
  'a page without a scheme': [[...MODEL, '--allow-origin', 'localhost:3000'], /expected the origin of a web page/],
  'two pipelines of one name': [[...MODEL, '-p', 'agree', '-p', 'agree'], /two pipelines are named "greenloop\/agree"/],
};

for (const [name, [words, says]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => {
    const { code, stderr } = await place.run(['serve', ...words]);
    assert.match(stderr, says);
    assert.equal(code, 2);
  });
}

/** Serves until something has been said, and then takes what `ask` gives for granted; ends it as Ctrl-C does. */
async function served(words: readonly string[], until: RegExp, ask: (url: string) => Promise<void>) {
  let said = '';
  const follow = (child: ChildProcess) =>
    child.stderr?.on('data', async (data: Buffer) => {
      const before = until.test(said);
      said += data;
      const url = /listening at (\S+);/.exec(said)?.[1];
      if (before || url === undefined || !until.test(said)) return;
      await ask(url).finally(() => child.kill('SIGINT'));
    });
  const { code, stderr } = await place.runAlone(['serve', ...words], {
    env: { OLLAMA_HOST: NOWHERE },
    onStart: follow,
  });
  return { code, stderr };
}

test('it begins without a model server, says what is missing, logs requests, and ends with Ctrl-C', async () => {
  const { code, stderr } = await served(MODEL, /is not available yet/, async (url) => {
    assert.equal((await fetch(`${url}/health`)).status, 200);
    const port = new URL(url).port;
    const second = await place.run(['serve', ...MODEL.slice(0, 2), '--port', port]);
    assert.match(second.stderr, /port \d+ of 127\.0\.0\.1 is taken; choose another \(--port N\)/);
    assert.equal(second.code, 2);
  });
  assert.equal(code, 130);
  assert.match(stderr, /^model greenloop\/redraw-then-repair \(drafts by ollama\/llama3\.2:3b\)$/m);
  assert.match(stderr, /^greenloop: ollama\/llama3\.2:3b is not available yet: .*start it with "ollama serve"/m);
  assert.match(stderr, /^GET \/health 200 \d+\.\d\d s$/m);
  assert.match(stderr, /^stopping$/m);
});
