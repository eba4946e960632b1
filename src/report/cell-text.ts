import type { Cell, Column, ColumnKind } from './table.ts';

interface NumberFormat {
  readonly scale: number;
  readonly digits: number;
  /** Decimals of the ends of an interval, and of a range. */
  readonly endDigits: number;
  readonly isSigned: boolean;
}

/** Of these many digits two sums of the same numbers are equal, in whatever order they are added: so they are rounded alike. */
const EXACT_DIGITS = 12;

const PLAIN = { scale: 1, isSigned: false } as const;

type FormattedKind = Exclude<ColumnKind, 'text' | 'id' | 'tokens' | 'p-value'>;

const FORMATS: Readonly<Record<FormattedKind, NumberFormat>> = {
  count: { ...PLAIN, digits: 0, endDigits: 0 },
  change: { ...PLAIN, digits: 0, endDigits: 0, isSigned: true },
  mean: { ...PLAIN, digits: 1, endDigits: 1 },
  difference: { ...PLAIN, digits: 1, endDigits: 1, isSigned: true },
  share: { ...PLAIN, scale: 100, digits: 1, endDigits: 0 },
  points: { scale: 100, digits: 1, endDigits: 1, isSigned: true },
  seconds: { ...PLAIN, digits: 1, endDigits: 1 },
  hours: { ...PLAIN, digits: 2, endDigits: 2 },
};

/** Kinds of which a heading says the unit; of others the name does. */
const WITH_UNIT: ReadonlySet<ColumnKind> = new Set<ColumnKind>(['share', 'points']);

/** The heading of a column: `pass@1 % [95 %]`. */
export function columnTitle(column: Column): string {
  return titleWords(column).join(' ');
}

/** The heading in words that stay whole. */
export function titleWords({ name, kind, unit, interval }: Column): string[] {
  const isUnitShown = WITH_UNIT.has(kind) && unit !== null && unit !== name;
  return [...name.split(' '), ...(isUnitShown ? [unit] : []), ...(interval === undefined ? [] : [`[${interval}]`])];
}

/** What a number of a column is multiplied by to be in the unit of the column. */
export function scaleOf({ kind }: Column): number {
  return isFormatted(kind) ? FORMATS[kind].scale : 1;
}

function isFormatted(kind: ColumnKind): kind is FormattedKind {
  return Object.hasOwn(FORMATS, kind);
}

/** A cell as people read it: `41.0 [36, 46]`, `93.6 ±3.0`, `3 of 6`, `6-24`; `-` where it is not known. */
export function cellText(cell: Cell, column: Column): string {
  if (cell === undefined) return '';
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  const write = (value: number) => numberText(value, column);
  if (typeof cell === 'number') return write(cell);
  if ('low' in cell) return `${write(cell.mean)} [${endText(cell.low, column)}, ${endText(cell.high, column)}]`;
  if ('sd' in cell)
    return `${cell.mean === null ? '-' : write(cell.mean)}${cell.sd === null ? '' : ` ±${write(cell.sd)}`}`;
  if ('of' in cell) return `${write(cell.hits)} of ${write(cell.of)}`;
  return cell.least === cell.most ? write(cell.most) : `${write(cell.least)}-${write(cell.most)}`;
}

function numberText(value: number, { kind, digits }: Column): string {
  if (isFormatted(kind)) return scaledText(value, FORMATS[kind], digits ?? FORMATS[kind].digits);
  if (kind === 'tokens') return tokensText(value);
  if (kind === 'p-value') return value < 0.001 ? '<0.001' : value.toFixed(3);
  return String(value);
}

function endText(value: number, column: Column): string {
  const { kind, digits } = column;
  if (isFormatted(kind)) return scaledText(value, FORMATS[kind], digits ?? FORMATS[kind].endDigits);
  return numberText(value, column);
}

function scaledText(value: number, { scale, isSigned }: NumberFormat, digits: number): string {
  const text = Number((scale * value).toPrecision(EXACT_DIGITS)).toFixed(digits);
  if (!isSigned) return text;
  const size = text.replace(/^-/, '');
  if (Number(size) === 0) return digits === 0 ? size : `+${size}`;
  return `${value < 0 ? '-' : '+'}${size}`;
}

/** A number of tokens: `9876`, `12k`, `10.0M`. */
function tokensText(value: number): string {
  const tokens = Math.round(value);
  if (tokens < 10_000) return String(tokens);
  return tokens < 10_000_000 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1_000_000).toFixed(1)}M`;
}
