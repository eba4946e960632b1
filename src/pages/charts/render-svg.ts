import type { TopLevelSpec } from 'vega-lite';
import { displayWidth } from '../../report/text-width.ts';

/** Mean width of a letter of a wide sans-serif font, in parts of its size. */
const LETTER = 0.65;

/** Draws a specification as SVG text. Vega is loaded when the first chart is drawn: no other command needs it. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  measures(vega).textMetrics.width = textWidth;
  const { spec: drawn } = compile(spec, { logger: vega.logger(vega.Error) });
  const view = new vega.View(vega.parse(drawn), { renderer: 'none', logLevel: vega.Error });
  try {
    // What it says stands around it: its marks say nothing of their own.
    return (await view.toSVG()).replace('<svg ', '<svg aria-hidden="true" ');
  } finally {
    view.finalize();
  }
}

/** How Vega measures text, which its types leave out. */
function measures(vega: object) {
  return vega as { readonly textMetrics: { width: typeof textWidth } };
}

function textWidth({ fontSize = 11 }: { readonly fontSize?: number }, text: unknown): number {
  return Math.ceil(LETTER * fontSize * displayWidth(String(text ?? '')));
}
