import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Standing, verdictOf } from './verdict.ts';

/** A group with one subject, as the transport keeps it: what was taken in its order, and what is parked. */
function aGroup() {
  const effects: number[] = [];
  const queue = new Set<number>();
  let last: number | null = null;
  const standing = (): Standing => ({ last, isQueued: queue.size > 0 });
  const take = (sequence: number) => {
    effects.push(sequence);
    last = sequence;
  };
  return {
    effects,
    queue,
    arrive(sequence: number) {
      const verdict = verdictOf(sequence, standing());
      if (verdict === 'take') take(sequence);
      else if (verdict !== 'done') queue.add(sequence);
      return verdict;
    },
    replay() {
      for (const sequence of [...queue].toSorted((a, b) => a - b)) take(sequence);
      queue.clear();
    },
  };
}
const ascending = (sequences: number[]) => sequences.every((each, i) => i === 0 || each > sequences[i - 1]!);

describe('of a subject', () => {
  const anyArrivals = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });

  it('effects come in order, each once, and none over a gap, whatever arrives', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const group = aGroup();
        for (const sequence of arrivals) group.arrive(sequence);
        const first = group.effects[0] ?? 0;
        expect(group.effects).toEqual(group.effects.map((_, i) => first + i));
      }),
    );
  });

  it('a replay, which accepts the gaps, leaves no event out that came after the first, and keeps the order', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const group = aGroup();
        for (const sequence of arrivals) group.arrive(sequence);
        group.replay();
        expect(ascending(group.effects)).toBe(true);
        expect(group.effects).toEqual(
          [...new Set(arrivals)].filter((each) => each >= (arrivals[0] ?? 0)).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('batches that come again from any place leave nothing parked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 8 }), (backs) => {
        const group = aGroup();
        let next = 1;
        for (const back of backs) {
          for (next = Math.max(1, next - back); next < 12; next++) group.arrive(next);
        }
        expect(group.queue.size).toBe(0);
        expect(ascending(group.effects)).toBe(true);
      }),
    );
  });
});

it('a message whose sequence cannot be told is never taken for one that was done', () => {
  expect(verdictOf(-5, { last: 9, isQueued: false })).toBe('take');
  expect(verdictOf(-5, { last: 9, isQueued: true })).toBe('behind');
});
