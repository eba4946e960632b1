import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ollamaUrl } from '../../../src/models/ollama/ollama-url.ts';
import { openaiUrl } from '../../../src/models/openai/openai-url.ts';

test('OLLAMA_HOST is read as Ollama reads it', () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    [' "example.org" ', 'http://example.org:11434'],
    ['example.org:8080', 'http://example.org:8080'],
    ['example.org:80', 'http://example.org'],
    ['http://example.org', 'http://example.org'],
    ['https://example.org', 'https://example.org'],
    ['https://example.org:8443/ollama/', 'https://example.org:8443/ollama'],
    ['example.org/ollama', 'http://example.org:11434/ollama'],
    [':8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['http://0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['[::]', 'http://[::1]:11434'],
  ];
  for (const [host, url] of cases) assert.equal(ollamaUrl(host), url, String(host));
});

test('OPENAI_BASE_URL may end in /v1, in nothing or in a path of its own', () => {
  for (const base of [
    'http://h:8080',
    'http://h:8080/',
    'http://h:8080/v1',
    'http://h:8080/v1/',
    'h:8080',
    'http://h:8080/v1/chat/completions',
  ]) {
    assert.equal(openaiUrl(base), 'http://h:8080/v1', base);
  }
  assert.equal(openaiUrl('https://api.example.org/v1beta/openai/'), 'https://api.example.org/v1beta/openai');
});

test('what is no URL of a server is refused', () => {
  for (const text of ['ftp://h', 'http://', 'h:port', 'http://user:secret@h']) {
    for (const read of [ollamaUrl, openaiUrl]) {
      assert.throws(
        () => read(text),
        (error: Error) => error.name === 'Refusal' && !error.message.includes('secret'),
      );
    }
  }
});
