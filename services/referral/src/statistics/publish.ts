import { type Counts, countOf, isPublishable, type Level, levels, summed } from './counts.ts';

/** Which groups are told by themselves at a level, and whether the others, together, and the total are. */
export interface Telling {
  groups: ReadonlySet<string>;
  /** null: there are no others. */
  others: { counts: Counts; isTold: boolean } | null;
  isTotalTold: boolean;
}

/**
 * What may be told of a grouping. At each level the groups that are told by themselves and all others together make up the total.
 * A group that may not be told is among the others; where these may not be told either, the smallest told group joins them, until
 * they may. So nothing that is told, and no difference of what is told, counts from 1 to 4; of a group among the others no more is
 * known than that it is part of them.
 *
 * Tables of different groupings share nothing but the total, so that one tells nothing of the other; there are no tables by
 * two groupings at once, and no overlapping periods, whose differences would tell.
 */
export function tellingOf(groups: ReadonlyMap<string, Counts>): Record<Level, Telling> {
  const total = summed([...groups.values()]);
  const tellings: Partial<Record<Level, Telling>> = {};
  let candidates: ReadonlySet<string> = new Set(groups.keys());
  for (const level of levels) {
    const telling = tellingAt(level, groups, candidates);
    tellings[level] = { ...telling, isTotalTold: isPublishable(total, level) };
    candidates = telling.groups;
  }
  return tellings as Record<Level, Telling>; // of each level
}

function tellingAt(
  level: Level,
  groups: ReadonlyMap<string, Counts>,
  candidates: ReadonlySet<string>,
): Omit<Telling, 'isTotalTold'> {
  const told = new Set([...candidates].filter((key) => isPublishable(groups.get(key) ?? {}, level)));
  const bySize = [...told].toSorted(
    (one, other) => sizeOf(groups, one) - sizeOf(groups, other) || (one < other ? -1 : 1),
  );
  for (;;) {
    const others = [...groups].filter(([key]) => !told.has(key)).map(([, counts]) => counts);
    if (others.length === 0) return { groups: told, others: null };
    const counts = summed(others);
    const isTold = isPublishable(counts, level);
    const smallest = bySize.shift();
    if (isTold || smallest === undefined) return { groups: told, others: { counts, isTold } };
    told.delete(smallest);
  }
}

const sizeOf = (groups: ReadonlyMap<string, Counts>, key: string): number => countOf(groups.get(key) ?? {}, 'sent');
