import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { placesOf, planOf } from '../store/stored-trials.ts';
import { mixedTrial, OwnViewer } from './own-viewer.ts';

const viewer = new OwnViewer();
const PLAN = planOf({ names: ['solo', 'redraw'], ids: Array.from({ length: 40 }, (_, index) => `T/${index}`) });
let run = '';

before(async () => {
  await viewer.start();
  run = await viewer.addRun(PLAN);
});
after(() => viewer.stop());

/** The tasks of a page's list of trials, in its order. */
function tasksOf(page: string): string[] {
  return [...page.matchAll(/\/trials\/\d+[^"]*">([^<]+)<\/a>/g)].map(([, task]) => task ?? '');
}

/** Status of a request whose headers are as they are given. */
function statusOf(headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const own = request(viewer.url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    own.on('error', reject);
    own.end();
  });
}

test('every page forbids to run or load anything but its own, and to be kept or framed', async () => {
  for (const path of [
    '/',
    `/runs/${run}`,
    `/runs/${run}/trials/0`,
    '/compare',
    '/style.css',
    '/viewer.js',
    '/nowhere',
  ]) {
    const { headers } = await viewer.page(path);
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      path,
    );
    assert.deepEqual([headers.get('x-content-type-options'), headers.get('cache-control')], ['nosniff', 'no-store']);
  }
});

test('a page that found the server by another name, and one of another site, get nothing', async () => {
  const { host } = new URL(viewer.url);
  assert.equal(await statusOf({ host }), 200);
  for (const other of ['evil.example', `evil.example:${new URL(viewer.url).port}`, '169.254.1.1'])
    assert.equal(await statusOf({ host: other }), 403, other);
  assert.equal(await statusOf({ host, origin: 'https://evil.example' }), 403);
  assert.equal(await statusOf({ host, origin: 'null' }), 403);
  assert.equal(await statusOf({ host: 'evil.example', origin: 'http://evil.example' }), 403);
  assert.equal(await statusOf({ host, origin: viewer.url }), 200);
});

test('no route writes: whatever else is asked for is not there', async () => {
  const { host } = new URL(viewer.url);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    assert.equal(await statusOf({ host, origin: 'https://evil.example' }, method), 403);
    assert.equal(await statusOf({ host }, method), 404);
    for (const path of [`/runs/${run}`, `/runs/${run}/trials/0`])
      assert.equal((await viewer.page(path, { method })).status, 404);
  }
});

test('the list of runs has each with its state and counts', async () => {
  const page = await viewer.text('/');
  assert.match(page, new RegExp(`<a href="/runs/${run}">${run}</a>`));
  assert.match(page, /complete/);
  assert.match(page, /runs 1 to 1 of 1/);
});

test('the trials of a run come page by page', async () => {
  const pages = [`/runs/${run}`, `/runs/${run}?from=50`, `/runs/${run}?from=100`, `/runs/${run}?from=150`];
  const listed: string[] = [];
  for (const path of pages) {
    const page = await viewer.text(path);
    listed.push(...tasksOf(page));
    const next = /<a href="([^"]*)" rel="next"/.exec(page)?.[1];
    assert.equal(next, pages[pages.indexOf(path) + 1]);
  }
  assert.deepEqual(
    listed,
    placesOf(PLAN).map(({ taskId }) => taskId),
  );
});

test('trials are chosen by pipeline, task, outcome, error and text, and sorted', async () => {
  const rows = placesOf(PLAN).map((place, index) => ({ ...place, index, seconds: (index * 37) % 100 }));
  const shows = async (query: string, chosen: typeof rows) => {
    const tasks = tasksOf(await viewer.text(`/runs/${run}?${query}`));
    assert.deepEqual(
      tasks,
      chosen.slice(0, 50).map(({ taskId }) => taskId),
      query,
    );
  };
  const redraw = rows.filter(({ pipeline }) => pipeline === 'redraw');
  await shows('pipeline=redraw', redraw);
  await shows(
    'pipeline=redraw&task=T%2F3',
    redraw.filter(({ taskId }) => taskId === 'T/3'),
  );
  await shows(
    'outcome=fault',
    rows.filter(({ index }) => index % 7 === 2),
  );
  await shows(
    'error=KeyError&pipeline=&text=',
    rows.filter(({ index }) => index % 7 === 1),
  );
  await shows(
    'text=answer+12.',
    rows.filter(({ index }) => index === 12),
  );
  await shows('text=nothing+says+this', []);
  await shows('sort=tokens', rows.toReversed());
  await shows(
    'sort=seconds&order=down',
    rows.toSorted((a, b) => b.seconds - a.seconds || b.index - a.index),
  );
});

test('errors are counted by kind, of the pipeline that is chosen or of all', async () => {
  const counted = async (query: string) => {
    const page = await viewer.text(`/runs/${run}?${query}`);
    const section = page.slice(page.indexOf('id="errors"'), page.indexOf('id="trials-of-run"'));
    return [...section.matchAll(/">([^<]+)<\/a><\/th>\s*<td class="count">(\d+)/g)].map(([, error, trials]) => [
      error,
      trials,
    ]);
  };
  assert.deepEqual(await counted(''), [
    ['KeyError', '23'],
    ['TypeError', '23'],
    ['model: timed-out', '23'],
  ]);
  const solo = placesOf(PLAN).filter(({ pipeline }, index) => pipeline === 'solo' && index % 7 === 1).length;
  assert.deepEqual(
    (await counted('pipeline=solo')).find(([error]) => error === 'KeyError'),
    ['KeyError', `${solo}`],
  );
});

test('the trace of a trial leads to those before and after it in the list it was found in', async () => {
  const list = 'pipeline=solo&error=KeyError&sort=seconds';
  const found = [...(await viewer.text(`/runs/${run}?${list}`)).matchAll(/href="(\/runs\/[^"]*\/trials\/\d+)/g)];
  const paths = found.map(([, path]) => path ?? '');
  assert.ok(paths.length > 3);
  const query = '?pipeline=solo&error=KeyError&sort=seconds';
  for (const [index, path] of paths.entries()) {
    const page = await viewer.text(`${path}${query}`);
    assert.match(page, new RegExp(`trial ${index + 1} of ${paths.length}<`));
    for (const [step, other] of [
      ['next', paths[index + 1]],
      ['previous', paths[index - 1]],
    ] as const) {
      const { headers, status } = await viewer.page(`${path}/${step}${query}`, { redirect: 'manual' });
      const end = step === 'next' ? 'last' : 'first';
      const expected = other === undefined ? `${path}${query}&end=${end}` : `${other}${query}`;
      assert.deepEqual([status, headers.get('location')], [303, expected]);
    }
  }
  assert.match(await viewer.text(`${paths.at(-1)}${query}&end=last`), /This is the last trial of the list/);
});

test('the next match of a search is found from the trace, both ways', async () => {
  const step = async (place: number, which: string) => {
    const path = `/runs/${run}/trials/${place}/${which}?text=answer+1`;
    return (await viewer.page(path, { redirect: 'manual' })).headers.get('location');
  };
  assert.equal(await step(1, 'next'), `/runs/${run}/trials/10?text=answer+1`);
  assert.equal(await step(10, 'previous'), `/runs/${run}/trials/1?text=answer+1`);
  assert.equal(await step(19, 'next'), `/runs/${run}/trials/100?text=answer+1`);
  assert.equal(await step(159, 'next'), `/runs/${run}/trials/159?text=answer+1&end=last`);
});

test('two pipelines are compared task by task, only those that differ unless all are asked for', async () => {
  const cells = (page: string) =>
    [...page.matchAll(/<th scope="row" class="name">([^<]+)<\/th>.*?>(\d\/\d)<\/a>.*?>(\d\/\d)<\/a>/gs)].map(
      ([, task, a, b]) => [task, a, b],
    );
  const passes = (pipeline: string, taskId: string) =>
    placesOf(PLAN).filter(
      (place, index) => place.pipeline === pipeline && place.taskId === taskId && [0, 4, 5, 6].includes(index % 7),
    ).length;
  const expected = PLAN.tasks.map(({ id }) => [id, `${passes('solo', id)}/2`, `${passes('redraw', id)}/2`]);
  const address = `/compare?a=${run}:solo&b=${run}:redraw`;
  assert.deepEqual(cells(await viewer.text(`${address}&tasks=all`)), expected);
  const different = expected.filter(([, a, b]) => a !== b);
  assert.ok(different.length > 5 && different.length < 40);
  assert.deepEqual(cells(await viewer.text(address)), different);
});

test('two runs are compared, and tasks that differ in more than their name are said', async () => {
  const benchmark = { name: 'other', sha256: '1', hiddenTests: 1 };
  const other = await viewer.addRun(
    planOf({ names: ['solo'], ids: ['T/0', 'T/1', 'U/0'], repeats: 1, benchmark }),
    (place) => mixedTrial(place, 0),
  );
  const page = await viewer.text(`/compare?a=${run}:solo&b=${other}:solo&tasks=all`);
  assert.match(page, /Only one of them has trials of 39 tasks/);
  assert.match(page, /The tasks or their tests differ/);
  assert.match(page, new RegExp(`href="/runs/${other}/trials/2\\?pipeline=solo">1/1</a>`));
});

test('what is not there is said so, with its status', async () => {
  for (const [path, status, text] of [
    ['/runs/20260101-0000-abcd', 404, 'There is no run 20260101-0000-abcd.'],
    [`/runs/${run}/trials/160`, 404, 'has no trial 160'],
    [`/runs/${run}/trials/x`, 404, 'There is no trial x.'],
    [`/runs/${run}?outcome=splendid`, 400, 'the address asks for outcome as it cannot be'],
    [`/runs/${run}?from=-1`, 400, 'the address asks for from as it cannot be'],
    [`/compare?a=${run}:solo&b=${run}:c`, 404, 'has no pipeline &quot;c&quot;'],
    ['/%3Cscript%3E', 404, 'There is nothing at /&lt;script&gt;.'],
  ] as const) {
    const response = await viewer.page(path);
    assert.equal(response.status, status, path);
    assert.ok((await response.text()).includes(text), path);
  }
});
