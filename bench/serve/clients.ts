/** What became of one request. */
export type Outcome = 'passed' | 'error' | 'mixed up' | 'lost';

/** How a wire is asked, and where its whole answer stands. */
interface AskedWire {
  readonly path: string;
  readonly body: (prompt: string) => object;
}

const MODEL = 'greenloop/bench';
const messagesOf = (content: string) => [{ role: 'user', content }];

export const ASKED_WIRES: readonly AskedWire[] = [
  { path: '/v1/chat/completions', body: (prompt) => ({ model: MODEL, messages: messagesOf(prompt) }) },
  { path: '/v1/chat/completions', body: (prompt) => ({ model: MODEL, messages: messagesOf(prompt), stream: true }) },
  { path: '/v1/responses', body: (prompt) => ({ model: MODEL, input: prompt }) },
  {
    path: '/v1/messages',
    body: (prompt) => ({ model: MODEL, messages: messagesOf(prompt), max_tokens: 500, stream: true }),
  },
  { path: '/api/chat', body: (prompt) => ({ model: MODEL, messages: messagesOf(prompt), stream: false }) },
  { path: '/api/generate', body: (prompt) => ({ model: MODEL, prompt }) },
];

export function promptFor(marker: number): string {
  return `Write a Python function \`marked_${marker}(x)\` that returns x + ${marker}.\n\n>>> marked_${marker}(1)\n${1 + marker}\n`;
}

/** Asks one wire for the function of a marker, and says whether its answer is that one, an error that the wire tells, or anything else. */
export async function askFor(url: string, marker: number, { path, body }: AskedWire): Promise<Outcome> {
  try {
    const response = await post(`${url}${path}`, body(promptFor(marker)));
    return outcomeOf(await response.text(), response.status, marker);
  } catch {
    return 'lost';
  }
}

export function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

function outcomeOf(text: string, status: number, marker: number): Outcome {
  const markers = new Set([...text.matchAll(/marked_(\d+)/g)].map(([, found]) => Number(found)));
  if (markers.size > 1 || (markers.size === 1 && !markers.has(marker))) return 'mixed up';
  if (status === 200 && markers.size === 1 && /passed 1 of 1 /.test(text)) return 'passed';
  const isTold = status === 502 || /response\.failed|"error"/.test(text);
  return isTold ? 'error' : 'lost';
}
