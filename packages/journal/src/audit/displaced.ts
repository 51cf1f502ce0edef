import type { Finding } from './finding.ts';

/** A position whose entry is not the one that was sealed there; hashes in hexadecimal. */
export interface Discrepancy {
  position: number;
  sealed: string | null;
  /** What stands there; null where nothing does. */
  row: { id: string; hash: string } | null;
}

/**
 * Tells what was done to the rows that are not as they were sealed: an entry changed where it stands, one removed, one slipped
 * in, or several moved, so that the renumbering behind a removal is one finding and not one for each row. Pure.
 * @param discrepancies in the order of their positions; those behind the last sealed one may be entries that are rightly new.
 */
export function explain(discrepancies: readonly Discrepancy[]): Finding[] {
  const sealedAt = new Map(discrepancies.flatMap(({ sealed, position }) => (sealed ? [[sealed, position]] : [])));
  const standsAt = new Map(discrepancies.flatMap(({ row, position }) => (row ? [[row.hash, position]] : [])));

  return discrepancies.flatMap(({ position, sealed, row }): Finding[] => {
    const cameFrom = row === null ? undefined : sealedAt.get(row.hash);
    const isGone = sealed !== null && !standsAt.has(sealed);
    const missing: Finding = { what: 'missing', position, detail: 'the entry that was sealed here is gone' };
    if (row === null) return isGone ? [missing] : [];
    const named = { position, entry: row.id };
    if (cameFrom !== undefined) {
      const moved: Finding = { what: 'moved', ...named, detail: movedBy(position - cameFrom) };
      return isGone ? [missing, moved] : [moved];
    }
    if (sealed === null) return [];
    return isGone
      ? [{ what: 'changed', ...named, detail: 'the entry is not the one that was sealed at this position' }]
      : [{ what: 'inserted', ...named, detail: 'this entry was never sealed; the one that was stands elsewhere' }];
  });
}

const movedBy = (shift: number): string =>
  `sealed ${Math.abs(shift)} ${Math.abs(shift) === 1 ? 'position' : 'positions'} ${shift > 0 ? 'before' : 'behind'} the one where it stands now`;
