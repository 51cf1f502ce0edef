import type { Range } from '../world/seed-referral.ts';
import type { Bench } from './path.ts';

/** So many rows for each second of a turn: 100,000 as usual. */
const rowsPerSecond = 50_000;

/** How many rows a file or a backlog has. */
export const rowCountOf = ({ seconds }: Pick<Bench, 'seconds'>): number => Math.round(rowsPerSecond * seconds);

export const rowsLabel = (count: number): string => count.toLocaleString('en');

/** Takes ranges of so many numbers, one after another. */
export function rangesOf(count: number, first = 0): () => Range {
  let next = first;
  return () => {
    const from = next;
    next += count;
    return { from, to: next };
  };
}
