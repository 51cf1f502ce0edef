import fc from 'fast-check';
import { expect, it } from 'vitest';
import { remainingMs } from './evenly.ts';

it('every answer leaves at a whole number of steps after it arrived, and never before the first', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (elapsedMs) => {
      const left = elapsedMs + remainingMs(elapsedMs, 300);
      expect(left / 300).toBeCloseTo(Math.round(left / 300), 6);
      expect(left).toBeGreaterThanOrEqual(Math.max(300, elapsedMs) - 1e-6);
      expect(left).toBeLessThanOrEqual(elapsedMs + 300 + 1e-6);
    }),
  );
});

it('whatever takes less than a step leaves at the same time', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 300, noNaN: true }), (elapsedMs) => {
      expect(elapsedMs + remainingMs(elapsedMs, 300)).toBeCloseTo(300, 6);
    }),
  );
});
