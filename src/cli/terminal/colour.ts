import type { Environment } from '../../models/model-provider.ts';
import { wantsPlainOutput } from '../../wiring/settings.ts';

const CODES = { green: 32, red: 31, yellow: 33 } as const;
export type Colour = keyof typeof CODES;

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (text: string, colour: Colour) => string;

/** Paints for a stream: in a terminal, unless the user wants none (NO_COLOR). */
export function paintFor(
  { isTTY = false }: { readonly isTTY?: boolean },
  environment: Environment = process.env,
): Paint {
  if (!isTTY || wantsPlainOutput(environment)) return (text) => text;
  return (text, colour) => `\u001b[${CODES[colour]}m${text}\u001b[39m`;
}

/** The colour of an outcome: green of a pass, red of a program that fails, yellow of a fault and of what nothing checked. */
export function outcomeColour(outcome: string): Colour {
  if (outcome === 'passed') return 'green';
  return outcome === 'fault' || outcome === 'unchecked' ? 'yellow' : 'red';
}
