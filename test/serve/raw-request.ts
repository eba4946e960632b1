import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** Opens a connection to a server and writes these bytes to it. */
export function openRaw(url: string, bytes: string | Uint8Array): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A server may hang up while it is written to.
  socket.on('error', () => undefined);
  socket.write(bytes);
  return socket;
}

/** All that a server answers to these bytes until it hangs up. */
export async function answerToRaw(url: string, bytes: string | Uint8Array): Promise<string> {
  return text(openRaw(url, bytes)).catch(() => '');
}

/** The statuses in what a server answered, in order. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
