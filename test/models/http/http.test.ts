import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, quote } from '../../../src/base/printable.ts';
import { messageIn, parseRetryAfter, requestJson } from '../../../src/models/http/http.ts';
import { OllamaStub } from '../ollama/ollama-stub.ts';

test('an answer larger than allowed is a bad answer', async (t) => {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  const request = { url: `${stub.url}/api/tags`, timeoutSeconds: 5, advice: 'start it' };
  await assert.rejects(requestJson({ ...request, mostBytes: 10 }), {
    reason: 'bad-answer',
    message: /larger than 10 bytes/,
  });
  assert.ok(await requestJson({ ...request, mostBytes: 10_000 }));
});

test('a host that has no address is unreachable, and not for a moment only', async () => {
  const request = { url: 'http://greenloop.invalid/', timeoutSeconds: 5, advice: 'look at the name' };
  await assert.rejects(requestJson(request), {
    reason: 'unreachable',
    message: /greenloop\.invalid.*look at the name/,
  });
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('17', now), 17);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2020 00:00:00 GMT', now), 0);
  for (const header of [null, '', ' ', 'soon', '-']) assert.equal(parseRetryAfter(header, now), null);
});

test('the message is found in the error bodies that servers send', () => {
  assert.equal(messageIn('{"error":"a"}'), 'a');
  assert.equal(messageIn('{"error":{"message":"a","code":400}}'), 'a');
  assert.equal(messageIn('{"object":"error","message":"a"}'), 'a');
  assert.equal(messageIn('{"detail":"a"}'), 'a');
  assert.equal(messageIn('{"error":"{\\"error\\":{\\"message\\":\\"a\\"}}"}'), 'a');
  assert.equal(messageIn('[{"error":{"message":"a"}}]'), 'a');
  assert.equal(messageIn('{"detail":[{"loc":["body"],"msg":"a","input":"b"}]}'), 'a');
  assert.equal(messageIn('{"error":{"error":{"message":"a"}}}'), 'a');
  for (const body of ['plain', '', 'null', '7', '{"code":1}', '{"error":null}']) assert.equal(messageIn(body), body);
});

test('text from a server is shown on one line, short and without control characters', () => {
  assert.equal(
    printable('a\u001b[31m\u009b\u202e\u200b\ud800b é 漢 😀'),
    'a\\u{1b}[31m\\u{9b}\\u{202e}\\u{200b}\\u{d800}b é 漢 😀',
  );
  assert.equal(quote('  a\r\n\t b  '), '"a b"');
  assert.equal(quote('x'.repeat(1000)), `"${'x'.repeat(200)}…"`);
});
