import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultKinds, kindsOfFault, longestMs, type Strike, strikesOf, type Targets } from './schedule.ts';

const targets: Targets = {
  postgres: ['postgres'],
  brokers: ['broker-1', 'broker-2'],
  sharers: ['referral-1', 'referral-2'],
  consumers: ['notifications'],
  clocks: ['referral-1'],
  disks: ['disk'],
  replicas: ['registry-1', 'referral-1', 'referral-2'],
  entrances: ['referral-1', 'referral-2'],
  facilities: ['facility-1', 'facility-2'],
};
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const strikes = (seed: number, count = 60, limitMs?: number, at = targets): Strike[] => {
  const schedule = strikesOf(seed, at, { limitMs });
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
          expect(targets[at]).toContain(target);
          expect(lastsMs).toBeGreaterThan(0);
          expect(lastsMs).toBeLessThanOrEqual(Math.min(maxMs, limitMs));
        }
      }),
    );
  });

  it('leaves out what has no target', () => {
    const kinds = strikes(1, 200, undefined, { ...targets, clocks: [], disks: [] })
      .flatMap(({ faults }) => faults)
      .map(({ kind }) => faultKinds[kind].at);
    expect(kinds).not.toContain('clocks');
    expect(kinds).not.toContain('disks');
  });

  it('draws only the kinds that are asked for', () => {
    const schedule = strikesOf(1, targets, { only: ['broker-killed', 'disk-full'] });
    const kinds = Array.from({ length: 20 }, () => schedule.next().value.faults).flatMap((faults) =>
      faults.map(({ kind }) => kind),
    );
    expect(new Set(kinds)).toEqual(new Set(['broker-killed', 'disk-full']));
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
        const faults = strikes(seed, 300).flatMap((strike) => strike.faults);
        expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(kindsOfFault));
        const killed = faults.filter(({ kind }) => kind === 'process-killed').map(({ target }) => target);
        expect(new Set(killed)).toEqual(new Set(targets.replicas));
      }),
    );
  });
});
