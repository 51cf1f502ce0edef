import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlowDown, paceOfAddress, paceOfCode, waitAfterMs } from './slow-down.ts';

const dayMs = 24 * 3_600_000;

/** How many guesses somebody gets through who makes each as soon as they may. */
function guessesWithin(ms: number): number {
  const slowDown = createSlowDown(paceOfCode);
  let count = 0;
  for (let now = 0; now < ms; count += 1) {
    now += slowDown.waitMs('code', now);
    if (now < ms) slowDown.count('code', now);
    else break;
  }
  return count;
}

describe('guessing', () => {
  it('by one code is as slow as docs/security.md says: 36 on the first day, 24 on each later one', () => {
    expect(guessesWithin(dayMs)).toBe(36);
    expect(guessesWithin(8 * dayMs) - guessesWithin(7 * dayMs)).toBe(24);
  });

  it('never makes anybody wait for longer than an hour by a code, or a quarter of one by an address', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 200 }), (pauses) => {
        for (const pace of [paceOfCode, paceOfAddress]) {
          const slowDown = createSlowDown(pace);
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            expect(slowDown.waitMs('key', now)).toBeLessThanOrEqual(pace.waitMaxMs);
            if (slowDown.waitMs('key', now) === 0) slowDown.count('key', now);
          }
        }
      }),
    );
    expect(paceOfCode.waitMaxMs).toBe(3_600_000);
    expect(waitAfterMs(1000, paceOfCode)).toBe(3_600_000);
  });

  it('is forgotten after a day without a guess, and a guess that is taken back leaves nothing', () => {
    const slowDown = createSlowDown(paceOfCode);
    for (let guess = 0; guess < 5; guess += 1) slowDown.count('code', 0);
    expect(slowDown.waitMs('code', 0)).toBe(10_000);
    expect(slowDown.waitMs('code', dayMs)).toBe(0);
    for (let ask = 0; ask < 100; ask += 1) slowDown.count('other', ask)();
    expect(slowDown.waitMs('other', 100)).toBe(0);
  });

  it('of thousands of other keys washes away no wait of this moment but the oldest', () => {
    const slowDown = createSlowDown(paceOfCode);
    for (let other = 0; other < 9_999; other += 1) slowDown.count(`other ${other}`, 0);
    for (let guess = 0; guess < 5; guess += 1) slowDown.count('code', 0);
    for (let other = 0; other < 9_999; other += 1) slowDown.count(`more ${other}`, 0);
    expect(slowDown.waitMs('code', 0)).toBeGreaterThan(0);
  });
});
