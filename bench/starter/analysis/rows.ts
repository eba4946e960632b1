import type { MeasurementFolder } from '../measurement-folder.ts';
import { type Pair, type Part, partName } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';

/** The trials of a pair under a setting; null where they are not all there. */
export type Rows = (setting: string, pair: Pair) => readonly TrialRow[] | null;

/** Reads each of the parts once. */
export function rowsOf(folder: MeasurementFolder, parts: readonly Part[]): Rows {
  const byName = new Map(parts.map((part) => [partName(part), part]));
  const known = new Map<string, readonly TrialRow[]>();
  return (setting, pair) => {
    const name = partName({ ...pair, setting });
    const part = byName.get(name);
    if (part === undefined || !folder.has(part)) return null;
    const rows = known.get(name) ?? folder.read(part);
    known.set(name, rows);
    return rows;
  };
}

/** The trials of those pairs that are there, with their pairs. */
export function measuredPairs(rows: Rows, setting: string, pairs: readonly Pair[]) {
  return pairs.flatMap((pair) => {
    const own = rows(setting, pair);
    return own === null ? [] : [{ pair, rows: own }];
  });
}

/** The trials of all given pairs together; null where one is missing. */
export function pooledRows(rows: Rows, setting: string, pairs: readonly Pair[]): readonly TrialRow[] | null {
  const found = measuredPairs(rows, setting, pairs);
  return found.length === 0 || found.length < pairs.length ? null : found.flatMap((item) => item.rows);
}
