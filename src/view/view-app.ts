import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { readComparing, readFrom, readTrialList, trialAddress } from '../pages/viewer/addresses.ts';
import { runsPage } from '../pages/viewer/runs-page.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Guard } from '../serve/http/guard.ts';
import { guardedApp, NotThere } from './guarded-app.ts';
import { sendChanges } from './live-events.ts';
import { readComparePage, readRunPage, readStep, readTrialPage, runOf } from './read-pages.ts';

export interface ViewServices {
  readonly store: RunStore;
  readonly guard: Pick<Guard, 'check'>;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** The pages of the viewer; no route writes anything. */
export function createViewApp({ store, guard, closing }: ViewServices): Hono {
  const app = guardedApp(guard);
  app.get('/', async (c) => c.html(await runsPage(await store.list(), readFrom(paramsOf(c)))));
  app.get('/compare', async (c) => c.html(await readComparePage(store, readComparing(paramsOf(c)))));
  app.get('/runs/:run', async (c) => c.html(await readRunPage(store, c.req.param('run'), readTrialList(paramsOf(c)))));
  app.get('/runs/:run/trials/:place', async (c) => {
    const params = paramsOf(c);
    const end = params.get('end');
    const isEnd = end === 'first' || end === 'last';
    return c.html(await readTrialPage(store, { ...trialOf(c), list: readTrialList(params), end: isEnd ? end : null }));
  });
  for (const step of ['next', 'previous'] as const) {
    app.get(`/runs/:run/trials/:place/${step}`, async (c) => {
      const own = { ...trialOf(c), list: readTrialList(paramsOf(c)) };
      const place = await readStep(store, { ...own, step });
      return c.redirect(place === null ? endAddress(own, step) : trialAddress(own.id, place, own.list), 303);
    });
  }
  const events = (c: Context, runs: readonly string[]) =>
    streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      await sendChanges(stream, store, runs, AbortSignal.any([closing, gone.signal]));
    });
  app.get('/events', async (c) => {
    const running = (await store.list()).filter(({ state }) => state === 'running');
    return events(
      c,
      running.map(({ id }) => id),
    );
  });
  app.get('/runs/:run/events', async (c) => events(c, [(await runOf(store, c.req.param('run'))).id]));
  return app;
}

function paramsOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function trialOf(c: Context): { id: string; place: number } {
  const place = c.req.param('place') ?? '';
  if (!/^\d{1,9}$/.test(place)) throw new NotThere(`There is no trial ${place}.`);
  return { id: c.req.param('run') ?? '', place: Number(place) };
}

/** The same trial, of which the page says that nothing follows. */
function endAddress(
  { id, place, list }: Omit<Parameters<typeof readStep>[1], 'step'>,
  step: 'next' | 'previous',
): string {
  const address = trialAddress(id, place, list);
  return `${address}${address.includes('?') ? '&' : '?'}end=${step === 'next' ? 'last' : 'first'}`;
}
