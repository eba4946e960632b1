/** A server-sent event: a name where the wire has one, and JSON. */
export function sse(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** A comment that clients pass over. */
export const SSE_COMMENT = ': working\n\n';

/** A line of JSON. */
export function ndjson(data: unknown): string {
  return `${JSON.stringify(data)}\n`;
}
