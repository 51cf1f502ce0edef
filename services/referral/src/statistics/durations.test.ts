import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationsOf, secondsOf } from './durations.ts';

const hours = (...values: number[]) => Int32Array.from(values, (value) => value * 3600);

describe('what is told of times', () => {
  it('is the median, between the two in the middle of an even number, and the ninth of ten', () => {
    expect(durationsOf([hours(5, 1, 3)])).toEqual({ cases: 3, medianHours: 3, p90Hours: 4.6 });
    expect(durationsOf([hours(4, 1, 2, 3)]).medianHours).toBe(2.5);
  });

  it('is the same in whatever order and in however many parts they come', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(10_000_000))), (parts) => {
        const inOne = Int32Array.from(parts.flat().toReversed());
        expect(durationsOf(parts.map((part) => Int32Array.from(part)))).toEqual(durationsOf([inOne]));
      }),
    );
  });

  it('of none is that there are none', () => {
    expect(durationsOf([])).toEqual({ cases: 0, medianHours: 0, p90Hours: 0 });
    expect(secondsOf(null)).toHaveLength(0);
  });
});

it('times are read as the database strings them together', () => {
  expect([...secondsOf(Buffer.from('0000000a7fffffff', 'hex'))]).toEqual([10, 2 ** 31 - 1]);
});
