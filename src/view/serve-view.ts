import type { Hono } from 'hono';
import { Refusal } from '../base/errors.ts';
import { STYLE_ADDRESS } from '../pages/viewer/frame.ts';
import type { RunStore } from '../runs/run-store.ts';
import { Guard, isLoopback } from '../serve/http/guard.ts';
import { type Listening, listen, USUAL_PATIENCE } from '../serve/http/listen.ts';
import { guardedApp } from './guarded-app.ts';
import { createViewApp } from './view-app.ts';

export interface ViewPlace {
  /** An address of this machine alone. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Any free port will do where that one is taken. */
  readonly isAnyPort?: boolean;
}

/** Serves the pages of stored runs on this machine until it is closed; throws a Refusal where it cannot listen. */
export function serveRuns(store: RunStore, place: ViewPlace): Promise<Listening> {
  return serveApp((guard, closing) => createViewApp({ store, guard, closing }), place);
}

/** Where every page that is served takes its style from. */
export const STYLE = { href: STYLE_ADDRESS } as const;

/** Serves one page. */
export function servePage(page: string, place: ViewPlace): Promise<Listening> {
  return serveApp((guard) => {
    const app = guardedApp(guard);
    app.get('/', (c) => c.html(page));
    return app;
  }, place);
}

async function serveApp(
  create: (guard: Guard, closing: AbortSignal) => Hono,
  { host, port, isAnyPort = false }: ViewPlace,
): Promise<Listening> {
  if (!isLoopback(host)) {
    throw new Refusal(`${host} can be reached from other machines: pages are shown on this one alone, at 127.0.0.1`);
  }
  const closing = new AbortController();
  const guard = new Guard({ host, apiKey: null, allowedHosts: [], allowedOrigins: [], hasPages: true });
  const app = create(guard, closing.signal);
  const options = { host, patience: USUAL_PATIENCE, closeNow: () => closing.abort() };
  return listen(app.fetch, { ...options, port }).catch((error: unknown) => {
    if (isAnyPort && error instanceof Refusal) return listen(app.fetch, { ...options, port: 0 });
    throw error;
  });
}
