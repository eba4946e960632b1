import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { printable } from '../../src/base/printable.ts';
import { pageHtml } from '../../src/pages/report/page-html.ts';
import { assertAccessible, assertFits, Browser, NO_BROWSER, VIEWS } from './browser.ts';
import { HOSTILE, hostilePage } from './report/own-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-report-'));
const browser = new Browser();
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test('a report is quiet, fits its window and is accessible, on a desk and on a phone, light and dark; names stay text', {
  skip: NO_BROWSER,
}, async () => {
  const path = join(folder, 'report.html');
  writeFileSync(path, await pageHtml(hostilePage()));
  for (const view of VIEWS) {
    const { page, complaints } = await browser.open(pathToFileURL(path).href, view);
    await assertFits(page);
    await assertAccessible(page);
    assert.equal(await page.locator('img, script').count(), 0);
    assert.ok((await page.locator('h1').textContent())?.includes(printable(HOSTILE)));
    const drawings = page.locator('figure svg:visible');
    assert.equal(await drawings.count(), await page.locator('figure[id^="chart-"]').count());
    assert.ok((await drawings.count()) >= 9);
    for (const drawing of await drawings.all()) {
      const { width = 0, height = 0 } = (await drawing.boundingBox()) ?? {};
      assert.ok(width > 200 && height > 50, `${width} x ${height}`);
    }
    assert.deepEqual(complaints, []);
    await page.close();
  }
});
