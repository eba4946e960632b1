import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Surroundings } from '../command.ts';
import { print, printJson, say } from './output.ts';

interface PageServer {
  readonly url: string;
  close(graceMs: number): Promise<void>;
}

/** A page that a server shows. */
export interface ShownPage {
  readonly server: PageServer;
  /** Of the page on the server. */
  readonly path: string;
  /** Whether the browser is to open it. */
  readonly opens: boolean;
}

/** Prints where the page is, and waits until Ctrl-C ends the server. */
export async function showUntilStopped(
  { server, path, opens }: ShownPage,
  { isJson, signal }: Pick<Surroundings, 'isJson' | 'signal'>,
): Promise<void> {
  const url = `${server.url}${path}`;
  await (isJson ? printJson({ url }) : print(`${url}\n`));
  if (!isJson) say('Ctrl-C stops');
  if (opens) openBrowser(url);
  await untilStopped(server, signal);
}

/** Waits until Ctrl-C, and closes the server. */
export async function untilStopped(server: PageServer, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  await server.close(0);
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...words: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

function openBrowser(url: string): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const browser = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  browser.on('error', ({ message }) => say(`cannot open the browser (${message}); open the address yourself`));
  browser.unref();
}
