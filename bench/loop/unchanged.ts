// What repairs come to in LDB's logs, and what the next one comes to after a repair that gave back the same program:
//   node bench/loop/unchanged.ts --data ../shared/data
import { parseArgs } from 'node:util';
import { type Cases, rateOf } from '../../src/statistics/rate.ts';
import { formatTable } from '../format-table.ts';
import { percent } from './percent.ts';
import { type LoggedRepair, logsIn, type RepairLog, readLog } from './repair-logs.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } });
const HEADER = [
  'log',
  'tasks',
  'first repair unchanged',
  'to the letter',
  'after it unchanged',
  'passes',
  'after another passes',
];
const rows = logsIn(values.data).map((name) => [name, ...figuresOf(readLog(values.data, name))]);
process.stdout.write(`${formatTable(HEADER, rows)}\n`);

function figuresOf(log: readonly RepairLog[]): string[] {
  const first = log.map(({ repairs }) => [repairs[0]!]);
  const next = (isAfter: (one: LoggedRepair) => boolean) => log.map(({ repairs }) => followers(repairs, isAfter));
  return [
    String(log.length),
    rate(first, isSame),
    rate(first, ({ change }) => change === 'none'),
    rate(next(isSame), isSame),
    rate(next(isSame), ({ isPassing }) => isPassing),
    rate(
      next((one) => !isSame(one)),
      ({ isPassing }) => isPassing,
    ),
  ];
}

/** Comments and layout are no change. */
function isSame({ change }: LoggedRepair): boolean {
  return change !== 'program';
}

/** The repairs that come right after such a one. */
function followers(repairs: readonly LoggedRepair[], isAfter: (one: LoggedRepair) => boolean): LoggedRepair[] {
  return repairs.filter((_, index) => index > 0 && isAfter(repairs[index - 1]!));
}

/** Hits of cases with the share and its 95 % interval over tasks. */
function rate(repairs: readonly (readonly LoggedRepair[])[], isHit: (one: LoggedRepair) => boolean): string {
  const cases = repairs.map((own): Cases => ({ of: own.length, hits: own.filter(isHit).length }));
  const { of, hits, share } = rateOf(cases);
  const interval = share === null ? '' : ` [${(100 * share.low).toFixed(1)}, ${(100 * share.high).toFixed(1)}]`;
  return `${hits} of ${of}: ${percent(share?.mean ?? null)}${interval}`;
}
