/** Names of the fields of a trial in JSON that hold answers, code and errors; messages and the names of things are not searched. */
const SAID = new Set(['answer', 'code', 'text', 'type', 'message', 'traceback', 'reason']);

/** Whether an answer, code or an error of a trial holds a text, whatever its case; `trial` is its JSON, and one that is damaged says nothing. */
export function says(trial: string, text: string): boolean {
  try {
    return holds(JSON.parse(trial), text.toLowerCase(), false);
  } catch {
    return false;
  }
}

function holds(value: unknown, text: string, isSaid: boolean): boolean {
  if (typeof value === 'string') return isSaid && value.toLowerCase().includes(text);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, own]) => holds(own, text, SAID.has(key)));
}
