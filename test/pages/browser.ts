import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const WORDS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** Why no page can be opened here, for `skip` of a test; false where a browser is there. */
export const NO_BROWSER: string | false = existsSync(CHROMIUM) ? false : `${CHROMIUM} is missing`;

/** A size of the window in CSS pixels, and the colours that the reader prefers. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly colours: 'light' | 'dark';
}

/** A desk and a phone, light and dark. */
export const VIEWS: readonly View[] = (['light', 'dark'] as const).flatMap((colours) => [
  { width: 1280, height: 900, colours },
  { width: 390, height: 844, colours },
]);

/** A page, and what it complained of since it was opened: errors, warnings of its policy, addresses that it could not load. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** A real browser with a folder of its own, which `close` removes. */
export class Browser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'greenloop-browser-'));
  #context: BrowserContext | null = null;

  /** Opens an address in a view of its own. */
  async open(url: string, { width, height, colours }: View): Promise<OpenPage> {
    this.#context ??= await chromium.launchPersistentContext(this.#folder, {
      executablePath: CHROMIUM,
      args: [...WORDS],
      headless: true,
    });
    const page = await this.#context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`));
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: colours });
    await page.goto(url);
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Asserts that axe finds no serious or critical fault of accessibility. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const faults = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  assert.deepEqual(faults, []);
}

/** Asserts that the page is no wider than its window. */
export async function assertFits(page: Page): Promise<void> {
  const [wide, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [number, number];
  assert.ok(wide <= room, `the page is ${wide} px wide in a window of ${room} px`);
}
