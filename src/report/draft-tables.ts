import type { AgreementBin } from '../analysis/agreement-reliability.ts';
import type { Analysis } from '../analysis/analyze-run.ts';
import type { MoveValue } from '../analysis/move-values.ts';
import { countColumn, grouped, pointsColumn, type Row, row, shareColumn, type Table, textColumn } from './table.ts';

/** What each further draft and each repair is worth; without a row where no pipeline draws further drafts. */
export function moveTable({ moves }: Analysis): Table {
  return {
    title: 'Value of each further draft and of each repair',
    columns: [
      textColumn('draft or repair'),
      countColumn('trials', 'trials'),
      countColumn('solved', 'trials'),
      countColumn('lost', 'trials'),
      pointsColumn('net,'),
      { name: 'net per 1,000 tokens', kind: 'difference', unit: 'trials', digits: 2, interval: '95 %' },
    ],
    rows: [...Map.groupBy(moves, ({ pipeline }) => pipeline)].flatMap(([pipeline, own]) =>
      grouped(pipeline, own.map(moveRow)),
    ),
    notes: [
      'solved: the answer became right. lost: it became wrong. net: solved minus lost, as a share of the trials that got this far. When a pass ends the trial, only harder tasks get to later attempts.',
      'Counts prompt and new tokens, without those of drafts that were requested ahead and not used.',
    ],
  };
}

function moveRow({ kind, number, trials, solved, lost, net, tokens, netPerThousandTokens }: MoveValue): Row {
  const change = solved - lost;
  const price = netPerThousandTokens ?? (tokens === null ? null : (1000 * change) / tokens);
  return row(`${kind} ${number}`, trials, solved, lost, net ?? change / trials, price);
}

/** How often answers were right, by how many drafts behaved like them. */
export function agreementTable({ agreement }: Analysis): Table {
  return {
    title: 'Agreement: how often the answer is right, by how many drafts behave alike',
    columns: [textColumn('drafts alike'), countColumn('right', 'trials'), shareColumn('right')],
    rows: agreement.flatMap(({ pipeline, bins }) => grouped(pipeline, bins.map(binRow))),
    notes: ['The drafts alike include the answer itself. Trials with one draft are left out.'],
  };
}

function binRow({ from, below, right: { hits, of, share } }: AgreementBin): Row {
  return row(binName(from, below), { hits, of }, share ?? hits / of);
}

function binName(from: number, below: number | null): string {
  const percent = (share: number) => Math.round(100 * share);
  if (below === null) return 'all';
  return from === 0 ? `under ${percent(below)} %` : `${percent(from)}-${percent(below) - 1} %`;
}

/** How many answers were ended early. */
export function cutTable({ cut }: Analysis): Table {
  return {
    title: 'Answers ended early because their program was complete',
    columns: [textColumn('pipeline'), countColumn('cut', 'answers'), shareColumn('cut')],
    rows: cut.map(({ pipeline, cut: { hits, of, share } }) => row(pipeline, { hits, of }, share ?? hits / of)),
    notes: [],
  };
}
