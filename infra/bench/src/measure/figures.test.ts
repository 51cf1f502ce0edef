import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianOf, percentile, ratioOf } from './figures.ts';
import { someFigures as figures } from './some-figures.ts';

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });

describe('a percentile', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0.001, 1],
  ])('at %d of 1 to 100 is %d', (share, value) => {
    expect(
      percentile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        share,
      ),
    ).toBe(value);
  });

  it('of one value is that value, and of none 0', () => {
    expect([percentile([7], 0.99), percentile([], 0.5)]).toEqual([7, 0]);
  });

  it('is a value that the wanted share is not above', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const found = percentile(sorted, share);
        expect(sorted).toContain(found);
        expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * sorted.length);
      }),
    );
  });
});

describe('a median', () => {
  it('is the middle value, or the mean of the middle two', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });

  it('is not told where a value is missing', () => {
    expect([median([1, null, 2]), median([])]).toEqual([null, null]);
  });

  it('of rounds is that of each figure, but counts every failure', () => {
    const rounds = [
      figures(10, { p99Ms: 9, failures: 1 }),
      figures(30, { p99Ms: 7 }),
      figures(20, { p99Ms: 8, failures: 2 }),
    ];
    expect(medianOf(rounds)).toEqual(figures(20, { p99Ms: 8, failures: 3 }));
  });
});

describe('a ratio', () => {
  it('is the share of the ceiling that the product reaches', () => {
    expect(ratioOf({ label: '', product: figures(30), ceiling: figures(40) })).toBe(0.75);
  });

  it('is not told without a ceiling, or beside one that did nothing', () => {
    const product = figures(1);
    expect([null, figures(0)].map((ceiling) => ratioOf({ label: '', product, ceiling }))).toEqual([null, null]);
  });
});
