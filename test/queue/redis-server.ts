import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findProgram } from '../../src/base/find-program.ts';
import { parseRedisAddress, type RedisAddress } from '../../src/queue/redis-address.ts';

const program = findProgram(['redis-server'], process.env.PATH ?? '/usr/bin:/bin');

/** Why no queue can be tested here; false where it can. */
export const whyNoRedis = program === null && 'redis-server is not installed (Debian: apt install redis-server)';

export interface RedisServerOptions {
  readonly password?: string;
  /** Files of a certificate, with which it speaks TLS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A real Redis of the tests' own on a free port, which keeps nothing on disk. */
export class RedisServer {
  readonly #options: RedisServerOptions;
  #port = 0;
  #child: ChildProcess | null = null;

  constructor(options: RedisServerOptions = {}) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  /** Without a password. */
  get url(): string {
    return `${this.#options.tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${this.#port}`;
  }

  get address(): RedisAddress {
    return parseRedisAddress(this.url);
  }

  /** Starts it, where it was if it was stopped before: without what it held. */
  async start(): Promise<this> {
    if (this.#port === 0) this.#port = await freePort();
    const { password, tls } = this.#options;
    const port = ['--port', tls === undefined ? `${this.#port}` : '0'];
    const secure = tls && ['--tls-port', `${this.#port}`, '--tls-cert-file', tls.cert, '--tls-key-file', tls.key];
    const words = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no', ...port];
    const more = [...(secure ? [...secure, '--tls-auth-clients', 'no'] : [])];
    const secret = password === undefined ? [] : ['--requirepass', password];
    this.#child = spawn(program as string, [...words, ...more, ...secret], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const bytes of this.#child.stdout!) if (/Ready to accept connections/.test(String(bytes))) break;
    this.#child.stdout?.resume();
    return this;
  }

  /** Ends it at once; what it held is lost. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** It answers nobody until `wake`, as a machine that swaps or a network that is cut. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  wake(): void {
    this.#child?.kill('SIGCONT');
  }

  /** A connection of the test's own, which it disconnects. */
  connect(): Redis {
    return new Redis(this.#port, '127.0.0.1', { maxRetriesPerRequest: null });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until it is so; throws after half a minute. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (await isSo()) return;
    await sleep(20);
  }
  throw new Error(`waited in vain: ${what}`);
}
