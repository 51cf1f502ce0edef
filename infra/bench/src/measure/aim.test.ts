import { describe, expect, it } from 'vitest';
import { checksOf } from './aim.ts';
import type { Row } from './figures.ts';
import { someFigures } from './some-figures.ts';

const row = (label: string, product: [number, number], ceiling: [number, number] | null): Row => ({
  label,
  product: someFigures(product[0], { p99Ms: product[1] }),
  ceiling: ceiling && someFigures(ceiling[0], { p99Ms: ceiling[1] }),
});

describe('an aim', () => {
  it('is met where rate and p99 are near enough to the ceiling’s', () => {
    const checks = checksOf([row('c = 16', [50, 20], [100, 10])], { ratioMin: 0.5, p99RatioMax: 2 });
    expect(checks.map(({ value, isMet }) => ({ value, isMet }))).toEqual([
      { value: 0.5, isMet: true },
      { value: 2, isMet: true },
    ]);
  });

  it('is missed where they are not', () => {
    const checks = checksOf([row('c = 16', [49, 21], [100, 10])], { ratioMin: 0.5, p99RatioMax: 2 });
    expect(checks.map(({ isMet }) => isMet)).toEqual([false, false]);
  });

  it('is about the named rows alone', () => {
    const rows = [row('c = 1', [1, 1], [100, 1]), row('c = 16', [50, 1], [100, 1])];
    expect(checksOf(rows, { ratioMin: 0.5, at: ['c = 16'] })).toEqual([
      { what: "c = 16: of the ceiling's rate, at least 0.5", value: 0.5, isMet: true },
    ]);
  });

  it('of growth holds every later row against the first', () => {
    const rows = [row('10', [1, 10], null), row('100', [1, 14], null), row('1000', [1, 16], null)];
    expect(checksOf(rows, { p99GrowthMax: 1.5 }).map(({ value, isMet }) => [value, isMet])).toEqual([
      [1.4, true],
      [1.6, false],
    ]);
  });

  it('of an answer’s time holds the product’s median itself against it', () => {
    const rows = [row('c = 1', [1, 1], null)].map((one) => ({ ...one, product: someFigures(1, { p50Ms: 1001 }) }));
    expect(checksOf(rows, { p50MsMax: 1000 })).toEqual([
      { what: 'c = 1: p50 in ms, at most 1000', value: 1001, isMet: false },
    ]);
  });
});
