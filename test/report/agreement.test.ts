import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { analysisReport } from '../../src/report/analysis-report.ts';
import { benchReport } from '../../src/report/bench-report.ts';
import { cellText } from '../../src/report/cell-text.ts';
import { type Cell, isTable, type Report } from '../../src/report/table.ts';
import { specOf, trialOf } from '../analysis/own-trials.ts';
import { runOf, summaryOf } from './own-runs.ts';

/** What the cells of a column show in each row of a table, by the name of the row; of several, the first. */
function cellsOf(report: Report, title: RegExp, column: RegExp): ReadonlyMap<Cell, string> {
  const table = report.filter(isTable).find((own) => title.test(own.title));
  const place = table?.columns.findIndex(({ name }) => column.test(name)) ?? -1;
  const own = table?.columns[place];
  assert.ok(table !== undefined && own !== undefined, `no column ${column}`);
  return new Map(table.rows.toReversed().map(({ cells }) => [cells[0], cellText(cells[place], own)]));
}

function assertAgree(run: ReturnType<typeof runOf>): void {
  const [bench, analysis] = [benchReport(summaryOf(run)), analysisReport(analyzeRun(run))];
  for (const [inBench, inAnalysis] of [
    [/^solved \(of \d+\)$/, /^solved$/],
    [/^passed$/, /^pass@1$/],
    [/^faults$/, /^faults$/],
  ] as const) {
    assert.deepEqual(cellsOf(bench, /^own: /, inBench), cellsOf(analysis, /^Tasks solved/, inAnalysis));
  }
  const compared = cellsOf(bench, /^Compared with/, /^points$/);
  const separated = cellsOf(analysis, /^Pipelines compared/, /^points$/);
  for (const [pipeline, points] of compared) assert.deepEqual(points, separated.get(pipeline));
}

test('bench and analyze have the same numbers of the same trials', () => {
  assertAgree(runOf());
  assertAgree(runOf(4, 1));
});

test('also where trials faulted or outgrew the context', () => {
  const words = fc.constantFrom('ok', 'AssertionError', 'NameError ok', 'sandbox', 'model: context-overflow');
  const size = fc.record({ tasks: fc.integer({ min: 1, max: 5 }), repeats: fc.integer({ min: 1, max: 3 }) });
  const runs = size.chain(({ tasks, repeats }) => {
    const count = 2 * tasks * repeats;
    return fc.array(words, { minLength: count, maxLength: count }).map((all) => ({ tasks, repeats, all }));
  });
  fc.assert(
    fc.property(runs, ({ tasks, repeats, all }) => {
      const trials = all.map((word, index) => {
        const repeat = Math.floor(index / 2 / tasks);
        const changes = { pipeline: index % 2 === 0 ? 'one' : 'two', repeat };
        const task = `own/${Math.floor(index / 2) % tasks}`;
        return /^(?:sandbox|model)/.test(word)
          ? trialOf(task, '', { ...changes, fault: word })
          : trialOf(task, word, changes);
      });
      const { summary } = runOf(tasks, repeats);
      assertAgree({ specs: [specOf('one', 1), specOf('two', 1)], trials, summary });
    }),
  );
});
