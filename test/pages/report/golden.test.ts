import { join } from 'node:path';
import { test } from 'node:test';
import { runNumbers, runPage } from '../../../src/pages/report/run-page.ts';
import { pageCsv, pageMd } from '../../../src/pages/report/write-page.ts';
import { assertGolden } from '../../golden.ts';
import { runOf } from '../../report/own-runs.ts';
import { ownOrigin } from './own-pages.ts';

test('a report on a run as Markdown and as CSV', () => {
  const facts = runOf();
  const page = runPage({ facts, origin: ownOrigin(facts) }, runNumbers(facts, null), null);
  assertGolden(join(import.meta.dirname, 'golden', 'run.md'), withoutVersion(pageMd(page)));
  assertGolden(join(import.meta.dirname, 'golden', 'run.csv'), withoutVersion(pageCsv(page)));
});

function withoutVersion(text: string): string {
  return text.replaceAll(/(greenloop that wrote this report[^\d]*)[\d.]+/g, '$1VERSION');
}
