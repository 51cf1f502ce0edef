import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultKinds, longestMs, type Strike, strikesOf, type Targets } from './schedule.ts';

const targets: Targets = {
  replicas: ['registry-1', 'referral-1', 'referral-2'],
  entrances: ['referral-1', 'referral-2'],
  facilities: ['facility-1', 'facility-2'],
};
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const strikes = (seed: number, count = 60, limitMs?: number): Strike[] => {
  const schedule = strikesOf(seed, targets, limitMs);
  return Array.from({ length: count }, () => schedule.next().value);
};

describe('the schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(strikes(seed)).toEqual(strikes(seed));
      }),
    );
    expect(strikes(1)).not.toEqual(strikes(2));
  });

  it('strikes only what there is, for as long as its kind allows and no longer than is asked for', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 500, max: longestMs }), (seed, limitMs) => {
        for (const { kind, target, lastsMs } of strikes(seed, 60, limitMs).flatMap(({ faults }) => faults)) {
          const { at, maxMs } = faultKinds[kind];
          expect(at === 'postgres' || at === 'broker' ? [at] : targets[at]).toContain(target);
          expect(lastsMs).toBeGreaterThan(0);
          expect(lastsMs).toBeLessThanOrEqual(Math.min(maxMs, limitMs));
        }
      }),
    );
  });

  it('never strikes one target twice at a time', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const { faults } of strikes(seed)) {
          const struck = faults.map(({ target }) => target);
          expect(new Set(struck).size).toBe(struck.length);
        }
      }),
    );
  });

  it('leaves no kind out, and no process unkilled', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const faults = strikes(seed, 200).flatMap((strike) => strike.faults);
        expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(Object.keys(faultKinds)));
        const killed = faults.filter(({ kind }) => kind === 'process-killed').map(({ target }) => target);
        expect(new Set(killed)).toEqual(new Set(targets.replicas));
      }),
    );
  });
});
