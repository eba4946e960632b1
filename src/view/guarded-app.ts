import { Hono } from 'hono';
import { Refusal } from '../base/errors.ts';
import { pageFile } from '../pages/document.ts';
import { messagePage, SCRIPT_ADDRESS, STYLE_ADDRESS } from '../pages/viewer/frame.ts';
import type { Guard } from '../serve/http/guard.ts';
import { asWireError } from '../serve/wire-error.ts';

/** Nothing runs or loads but what this server sends, and no other page shows or reads what it sends. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Something that an address names and that is not there. */
export class NotThere extends Refusal {}

/** Routes that only pages of this machine may ask for, with the style and the script of the pages; errors are pages too. */
export function guardedApp(guard: Pick<Guard, 'check'>): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    guard.check(c.req.raw);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  app.get(STYLE_ADDRESS, (c) => c.body(pageFile('style.css'), 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get(SCRIPT_ADDRESS, (c) =>
    c.body(pageFile('viewer.js'), 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.notFound(async (c) =>
    c.html(await messagePage('Not found', `There is nothing at ${c.req.path.slice(0, 200)}.`), 404),
  );
  app.onError(async (error, c) => {
    const { status, message } =
      error instanceof NotThere ? { status: 404 as const, message: error.message } : asWireError(error);
    c.res = c.html(await messagePage('This page cannot be shown', message), status === 499 ? 400 : status);
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    return c.res;
  });
  return app;
}
