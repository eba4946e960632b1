import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HubStub } from '../models/gguf/hub-stub.ts';
import { writeTinyGguf } from '../models/gguf/tiny-gguf.ts';
import { NOWHERE, Workplace } from './cli.ts';

const place = new Workplace();
writeTinyGguf(join(place.path, 'whole'), { answer: ['pass'] });
const hub = new HubStub(readFileSync(join(place.path, 'whole')));
before(() => hub.start());
after(() => hub.stop());

test('what pull fetched is a model', async () => {
  const env = { HF_ENDPOINT: hub.url, XDG_CACHE_HOME: join(place.path, 'cache') };
  const pull = await place.runAlone(['pull', 'qwen2.5-coder-0.5b'], { env });
  assert.deepEqual([pull.stdout, pull.code], ['gguf/qwen2.5-coder-0.5b\n', 0], pull.stderr);
  assert.match(
    pull.stderr,
    new RegExp(`models/qwen2\\.5-coder-0\\.5b\\.gguf is here; sha256 ${hub.digest}, as stated\n$`),
  );
  const again = await place.run(['pull', 'qwen2.5-coder-0.5b', '--json'], { env });
  assert.deepEqual([again.stderr, JSON.parse(again.stdout).wasHere], ['', true]);
  const models = await place.run(['models'], { env });
  assert.match(models.stdout, /^\S+\/models\n.*\n.*\ngguf\/qwen2\.5-coder-0\.5b +0\.1M +F16 +1024\n/);
  const doctor = await place.run(['doctor'], { env });
  assert.match(
    doctor.stdout.replaceAll(/\s+/g, ' '),
    /ok fetched models \S+ gguf\/qwen2\.5-coder-0\.5b \(context 1024\) ok bundled models starter\//,
  );
  const unnamed = await place.run(['solve', 'task.md'], { env });
  assert.match(unnamed.stderr, /^using model gguf\/qwen2\.5-coder-0\.5b, found at \S+\/models; choose with --model\n/);
  const solve = await place.run(['solve', 'task.md', '--model', 'gguf/qwen2.5-coder-0.5b'], { env });
  // The tiny model can only say `pass`, which is no function.
  assert.match(solve.stderr, /^asking gguf\/qwen2\.5-coder-0\.5b\ndraft by .*no Python code/);
  assert.equal(solve.code, 1);
});

test('pull without network, and of nothing that it knows, is refused in one line', async () => {
  const offline = await place.run(['pull', 'llama3.2-1b'], { env: { HF_ENDPOINT: NOWHERE } });
  assert.match(offline.stderr, /^greenloop: 127\.0\.0\.1:2 cannot be reached .*; fetch http.* and put it at .*\n$/);
  assert.deepEqual([offline.stdout, offline.code], ['', 2]);
  const unknown = await place.run(['pull', 'llama']);
  assert.match(unknown.stderr, /^greenloop: expected a URL, OWNER\/REPOSITORY\/FILE\.gguf on the hub, or one of .*\n$/);
  assert.equal(unknown.code, 2);
});
