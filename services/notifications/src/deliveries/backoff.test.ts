import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttempt, tries } from './backoff.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: tries.count - 1 });
const middle = (attempts: number, firstRetryMs?: number) => nextAttempt(attempts, 0.5, firstRetryMs) ?? 0;

describe('the pause before the next try', () => {
  it('is at first about 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 6 h, then 12 h', () => {
    const seconds = Array.from({ length: tries.count - 1 }, (_, index) => middle(index + 1) / 1000);
    expect(seconds).toEqual([5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 43_200, 43_200, 43_200, 43_200]);
  });

  it('lies between half and one and a half of the schedule, whatever chance says', () => {
    fc.assert(
      fc.property(attempts, random, (attempts, random) => {
        const pause = nextAttempt(attempts, random) ?? Number.NaN;
        expect(pause).toBeGreaterThanOrEqual(middle(attempts) * 0.5);
        expect(pause).toBeLessThanOrEqual(middle(attempts) * 1.5);
      }),
    );
  });

  it('grows in proportion to the first', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 10, max: 3_600_000 }), (attempts, firstRetryMs) => {
        expect(middle(attempts, firstRetryMs)).toBeCloseTo((middle(attempts) * firstRetryMs) / 5000, -1);
      }),
    );
  });

  it('is never nothing, so that a failing endpoint is never called without pause', () => {
    fc.assert(
      fc.property(attempts, random, fc.integer({ min: 1, max: 10 }), (attempts, random, firstRetryMs) => {
        expect(nextAttempt(attempts, random, firstRetryMs)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('comes to an end: within three days as a rule', () => {
    fc.assert(
      fc.property(fc.integer({ min: tries.count, max: 1000 }), random, (attempts, random) => {
        expect(nextAttempt(attempts, random)).toBeNull();
      }),
    );
    const total = Array.from({ length: tries.count - 1 }, (_, index) => middle(index + 1)).reduce(
      (sum, pause) => sum + pause,
      0,
    );
    expect(total).toBeLessThan(tries.withinMs);
  });
});
