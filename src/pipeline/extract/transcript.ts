const PROMPT = /^[ \t]*(?:>>>|In \[\d*\]:) ?(.*)$/;
const CONTINUED = /^[ \t]*\.{3}:? ?(.*)$/;

/** The code of a session with Python's or IPython's prompts, without what it printed; null where it is no session. */
export function readTranscript(text: string): string | null {
  const lines = text.split('\n');
  if (!lines.some((line) => PROMPT.test(line))) return null;
  const code: string[] = [];
  let isInput = false;
  let isBlock = false;
  for (const line of lines) {
    const prompted: RegExpExecArray | null = PROMPT.exec(line) ?? (isInput ? CONTINUED.exec(line) : null);
    // A block may go on without prompts: what is printed is seldom indented.
    const input: string | null = prompted?.[1] ?? (isBlock && /^[ \t]+\S/.test(line) ? line : null);
    isInput = input !== null;
    if (input === null) isBlock = false;
    else {
      isBlock = /:\s*(?:#|$)/.test(input) || (isBlock && prompted === null);
      code.push(input);
    }
  }
  return code.join('\n').trim();
}
