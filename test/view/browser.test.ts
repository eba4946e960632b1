import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, assertFits, Browser, NO_BROWSER, VIEWS } from '../pages/browser.ts';
import { HOSTILE, HOSTILE_NAME, hostileTrial, OBEYED } from '../pages/hostile-trial.ts';
import { placesOf, planOf, trialAt } from '../store/stored-trials.ts';
import { OwnViewer } from './own-viewer.ts';

const DESK = VIEWS[0]!;
const PLAN = planOf({ names: ['solo', 'redraw'], ids: Array.from({ length: 40 }, (_, index) => `T/${index}`) });
const HOSTILE_PLAN = planOf({ names: [HOSTILE_NAME, 'other'], ids: [HOSTILE, 'T/1'], repeats: 1, seed: 5 });

describe('the viewer in a browser', { skip: NO_BROWSER, concurrency: 1 }, () => {
  const viewer = new OwnViewer();
  const browser = new Browser();
  let run = '';
  let hostile = '';

  before(async () => {
    await viewer.start();
    run = await viewer.addRun(PLAN);
    hostile = await viewer.addRun(HOSTILE_PLAN, (place, index) =>
      index === 0 ? hostileTrial(place).trial : trialAt(place, { error: HOSTILE }),
    );
  });
  after(async () => {
    await browser.close();
    await viewer.stop();
  });

  const open = (path: string, view = DESK) => browser.open(new URL(path, viewer.url).href, view);
  const compare = () => `/compare?a=${run}:solo&b=${run}:redraw`;
  const hostilePages = () => {
    const pair = [HOSTILE_NAME, 'other'].map((name) => encodeURIComponent(`${hostile}:${name}`));
    return [`/runs/${hostile}`, `/runs/${hostile}/trials/0`, `/compare?a=${pair[0]}&b=${pair[1]}&tasks=all`];
  };

  for (const view of VIEWS) {
    test(`every page fits, says what it is and complains of nothing: ${view.width} px, ${view.colours}`, async () => {
      const paths = ['/', `/runs/${run}`, `/runs/${run}?text=answer`, `/runs/${run}/trials/1`, '/compare', compare()];
      for (const path of [...paths, ...hostilePages()]) {
        const { page, complaints } = await open(path, view);
        await assertFits(page);
        await assertAccessible(page);
        assert.deepEqual(complaints, [], path);
        await page.close();
      }
    });
  }

  test('the form chooses trials, and the address brings them back', async () => {
    const { page, complaints } = await open(`/runs/${run}`);
    await page.selectOption('select[name=pipeline]', 'redraw');
    await page.selectOption('select[name=error]', 'KeyError');
    await page.selectOption('select[name=sort]', 'tokens');
    await page.fill('input[name=text]', 'answer');
    await page.click('form.filters button');
    await page.waitForURL(/text=answer/);
    const tasks = await tasksOf(page);
    assert.ok(tasks.length > 3);
    await page.reload();
    assert.deepEqual(await tasksOf(page), tasks);
    assert.equal(await page.inputValue('select[name=error]'), 'KeyError');
    await page.click('#errors a');
    assert.match(page.url(), /error=/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('headings sort, once more the other way', async () => {
    const { page } = await open(`/runs/${run}`);
    for (const state of ['descending', 'ascending']) {
      await page.click('th a:has-text("seconds")');
      await page.waitForSelector(`th[aria-sort=${state}]`);
      const seconds = (await page.locator('#trials td:nth-of-type(5)').allInnerTexts()).map(Number);
      const sorted = seconds.toSorted((a, b) => (state === 'ascending' ? a - b : b - a));
      assert.deepEqual(seconds, sorted);
    }
    await page.close();
  });

  test('keys lead through the trials of a list and back to it, and show themselves', async () => {
    const { page, complaints } = await open(`/runs/${run}?error=KeyError`);
    await page.keyboard.press('j');
    assert.equal(page.url(), `${viewer.url}/runs/${run}?error=KeyError`);
    await page.click('#trials tbody a');
    await page.waitForURL(/trials\/1\?/);
    for (const [key, place] of [
      ['j', 8],
      ['ArrowRight', 15],
      ['k', 8],
      ['ArrowLeft', 1],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForURL(new RegExp(`trials/${place}\\?error=KeyError$`));
    }
    await page.keyboard.press('?');
    assert.equal(await page.locator('dialog').isVisible(), true);
    await page.keyboard.press('j');
    assert.match(page.url(), /trials\/1\?/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('u');
    await page.waitForURL(/runs\/[^/]*\?error=KeyError$/);
    await page.keyboard.press('/');
    await page.keyboard.type('jk?');
    assert.equal(await page.inputValue('input[name=text]'), 'jk?');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('a run that is written meanwhile is followed on its page and in the list, to its end', async () => {
    const plan = planOf({ names: ['live'], ids: ['L/0', 'L/1', 'L/2'], repeats: 1, seed: 9 });
    const places = placesOf(plan);
    const writer = await viewer.begin(plan);
    await writer.append(trialAt(places[0]!));
    const [own, list] = [await open(`/runs/${writer.id}`), await open('/')];
    const row = list.page.locator('tr', { hasText: writer.id });
    await own.page.getByText('1 of 3 trials; 1 passed').waitFor();
    await writer.append(trialAt(places[1]!, { error: 'KeyError' }));
    await own.page.getByText('2 of 3 trials; 1 passed').waitFor();
    await own.page.locator('#errors a', { hasText: 'KeyError' }).waitFor();
    await own.page.locator('#trials a', { hasText: 'L/1' }).waitFor();
    await row.getByText('2 of 3').waitFor();
    await writer.append(trialAt(places[2]!));
    await writer.finish({ state: 'complete', trials: 3, summary: null });
    await own.page.locator('#progress', { hasText: 'complete' }).waitFor();
    await row.getByText('complete').waitFor();
    for (const { page, complaints } of [own, list]) {
      assert.deepEqual(complaints, []);
      await page.close();
    }
  });

  test('whatever a run holds is text: it runs nothing and hides nothing', async () => {
    for (const path of hostilePages()) {
      const { page, complaints } = await open(path);
      assert.equal(await page.evaluate('globalThis.ran'), undefined, path);
      assert.doesNotMatch(await page.title(), /^ran$/);
      assert.equal(await page.locator('main script, main img, main [onload], main [onerror]').count(), 0);
      const text = await page.locator('main').innerText();
      assert.ok(text.includes('<script>globalThis.ran'), path);
      assert.doesNotMatch(text.replaceAll(/\s/g, ''), OBEYED);
      assert.deepEqual(complaints, []);
      await page.close();
    }
  });

  test('a pipeline and a task of hostile names are found by their links', async () => {
    const { page } = await open(hostilePages()[0] ?? '');
    await page.click('#pipelines tbody a');
    await page.waitForURL(/pipeline=/);
    assert.equal((await tasksOf(page)).length, 2);
    await page.click('#trials tbody a');
    await page.waitForURL(/trials\/0/);
    assert.match(await page.locator('h1').innerText(), /<script>/);
    await page.close();
  });
});

function tasksOf(page: Page): Promise<string[]> {
  return page.locator('#trials tbody th').allInnerTexts();
}
