/** What one turn of a side gives. `null`: cannot be told here, or means nothing for this path. */
export interface Figures {
  perSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  /** CPU time of the measured process, or of several together, in µs for each that it did. */
  nodeCpuUs: number | null;
  /** CPU time of all processes of Postgres, in µs for each that was done. */
  postgresCpuUs: number | null;
  /** Their resident memory when the turn was over. */
  rssMb: number | null;
  /** How long what the turn had left to do in the background (placing, relaying) took to finish after it. */
  settleMs: number | null;
  failures: number;
}

/** One line of a comparison: 64 callers, or 100,000 rows. */
export interface Row {
  label: string;
  product: Figures;
  /** `null`: there is nothing to hold it against. */
  ceiling: Figures | null;
  /** Both were given so many a second and no more: their rates say nothing. */
  isPaced?: boolean;
}

/** The smallest value that at least this share of the values is not above (nearest rank). 0 of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return 0;
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** The middle value; of an even count the mean of the middle two. `null` where any value is missing. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length < values.length) return null;
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

/** The rounds of a side as one: each figure's median, but every failure. */
export function medianOf(rounds: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number | null) => median(rounds.map(pick));
  return {
    perSecond: of(({ perSecond }) => perSecond) ?? 0,
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    nodeCpuUs: of(({ nodeCpuUs }) => nodeCpuUs),
    postgresCpuUs: of(({ postgresCpuUs }) => postgresCpuUs),
    rssMb: of(({ rssMb }) => rssMb),
    settleMs: of(({ settleMs }) => settleMs),
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/** The product's share of the ceiling. `null` where there is no ceiling, it did nothing, or neither did what it can. */
export const ratioOf = ({ product, ceiling, isPaced = false }: Row): number | null =>
  ceiling === null || ceiling.perSecond === 0 || isPaced ? null : product.perSecond / ceiling.perSecond;
