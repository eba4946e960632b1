import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html, raw } from 'hono/html';
import { packageRoot } from '../base/package-root.ts';

/** Markup in which every value that came from elsewhere is escaped. */
export type Html = ReturnType<typeof html>;

/** Where a page takes its style from: its own text, as a file that stands alone must, or an address. */
export type StyleSource = 'inline' | { readonly href: string };

export interface DocumentParts {
  readonly title: string;
  readonly body: Html;
  readonly style: StyleSource;
  /** Address of the page's script; null of a page without one. */
  readonly script: string | null;
}

/** A file below this folder, which ships as it is written. */
export function pageFile(name: string): string {
  return readFileSync(join(packageRoot, 'src', 'pages', name), 'utf8');
}

/** A whole HTML page. One that stands alone forbids, by its own policy, to load or run anything. */
export async function htmlDocument({ title, body, style, script }: DocumentParts): Promise<string> {
  const policy =
    style === 'inline'
      ? html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`
      : '';
  const sheet =
    style === 'inline'
      ? html`<style>${raw(pageFile('style.css'))}</style>`
      : html`<link rel="stylesheet" href="${style.href}">`;
  const program = script === null ? '' : html`<script type="module" src="${script}"></script>`;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
${policy}
<title>${title}</title>
${sheet}
${program}
</head>
<body>
${body}
</body>
</html>
`;
  return String(page);
}
