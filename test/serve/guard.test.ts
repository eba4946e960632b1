import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../../src/serve/serve.ts';
import type { ServeOptions } from '../../src/serve/serve-options.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { ownServer, pipelineOf } from './own-server.ts';
import { answerToRaw, statusesIn } from './raw-request.ts';

const PAGE = 'http://localhost:3000';
const server = ownServer({ allowedHosts: ['MyBox.local', 'other.example:8080'], allowedOrigins: [`${PAGE}/`] });

function starting(options: Partial<ServeOptions>): Promise<unknown> {
  return serve({ pipelines: [pipelineOf('careful')], port: 0, ...options }, readSettings());
}

test('an empty key is refused, wherever the server listens', async () => {
  for (const host of ['0.0.0.0', '127.0.0.1']) {
    await assert.rejects(starting({ host, apiKey: '' }), /the API key is empty/);
  }
});

test('a host that is allowed may be called by it, in any case and on any port', async () => {
  for (const host of ['mybox.local:11500', 'MYBOX.LOCAL', 'other.example', 'localhost']) {
    const answer = await answerToRaw(server.url, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.deepEqual(statusesIn(answer), [200], host);
  }
});

test('what is no origin of a web page cannot be allowed', async () => {
  for (const origin of ['localhost:3000', 'example.com', '*', '', 'file:///page.html']) {
    await assert.rejects(starting({ allowedOrigins: [origin] }), /expected the origin of a web page/);
  }
});

test('a page that is allowed may send the headers of its library and read the answer; no other page is told so', async () => {
  const asks = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-stainless-os,x-api-key',
  };
  const preflight = (origin: string) =>
    fetch(`${server.url}/v1/chat/completions`, { method: 'OPTIONS', headers: { origin, ...asks } });
  const allowed = await preflight(PAGE);
  assert.deepEqual(
    [allowed.status, ...['origin', 'headers'].map((name) => allowed.headers.get(`access-control-allow-${name}`))],
    [204, PAGE, 'x-stainless-os,x-api-key'],
  );
  const refused = await preflight('http://localhost:3001');
  assert.deepEqual([refused.status, refused.headers.get('access-control-allow-headers')], [403, null]);
  const read = await fetch(`${server.url}/health`, { headers: { origin: PAGE } });
  assert.equal(read.headers.get('access-control-allow-origin'), PAGE);
});
