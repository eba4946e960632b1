import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandAgain } from '../../src/cli/next-command.ts';

test('a command is printed as it was given, quoted for a shell, without the password of a queue', () => {
  const given = (...words: readonly string[]) => commandAgain(words).replace(/^.*?greenloop( --)? /, '');
  assert.equal(given('bench', '-b', 'my tasks.yaml'), "bench -b 'my tasks.yaml'");
  for (const [url, printed] of [
    ['redis://box1:6379', 'redis://box1:6379'],
    ['redis://:s%40cret@box1:6379', 'redis://:PASSWORD@box1:6379'],
    ['rediss://me:secret@box1/2', 'rediss://me:PASSWORD@box1/2'],
  ] as const) {
    assert.equal(given('bench', '--queue', url), `bench --queue ${printed}`);
    assert.equal(given('bench', `--queue=${url}`), `bench --queue=${printed}`);
  }
});
