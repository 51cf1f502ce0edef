import type { Finding } from './finding.ts';

/** Follows the positions of rows as they come, each due once and in order from 1. Memory grows with the gaps alone. */
export function positionsInOrder() {
  let last = 0;
  let gaps: { from: number; to: number }[] = [];
  return {
    last: () => last,
    /** Whether rows are missing before this one, and what is wrong with its own place. */
    next(position: number): { isBehindGap: boolean; wrong: Pick<Finding, 'what' | 'detail'> | null } {
      if (position > last) {
        const isBehindGap = position > last + 1;
        if (isBehindGap) gaps.push({ from: last + 1, to: position - 1 });
        last = position;
        return { isBehindGap, wrong: null };
      }
      const gap = gaps.find(({ from, to }) => from <= position && position <= to);
      if (gap === undefined)
        return { isBehindGap: false, wrong: { what: 'duplicate', detail: 'this position is there twice' } };
      gaps = gaps.flatMap((each) =>
        each === gap
          ? [
              { from: gap.from, to: position - 1 },
              { from: position + 1, to: gap.to },
            ].filter(({ from, to }) => from <= to)
          : [each],
      );
      return {
        isBehindGap: false,
        wrong: { what: 'out-of-order', detail: `this row stands behind that of position ${last}` },
      };
    },
    missing: (): Finding[] =>
      gaps.map(({ from, to }) => ({
        what: 'missing',
        position: from,
        ...(to > from ? { through: to } : {}),
        detail: 'there is no entry at this position',
      })),
  };
}
