import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentTrace,
  currentTraceId,
  formatTraceparent,
  newTrace,
  parseTraceparent,
  runInTrace,
  withTraceparent,
} from './trace.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
const isZero = (text: string) => /^0+$/.test(text);

describe('traceparent', () => {
  it('is read and written back the same', () => {
    fc.assert(
      fc.property(hex(32), hex(16), hex(2), (traceId, spanId, flags) => {
        fc.pre(!isZero(traceId) && !isZero(spanId));
        const header = `00-${traceId}-${spanId}-${flags}`;
        const trace = parseTraceparent(header);
        expect(trace).toEqual({ traceId, spanId, flags });
        expect(trace && formatTraceparent(trace)).toBe(header);
      }),
    );
  });

  it('is not read from anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseTraceparent(text)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['version ff', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['an empty trace', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['an empty span', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['capitals', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
    ['more than version 00 has', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
    ['a line end', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n'],
  ])('is not valid with %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('of a later version is read as far as we know it', () => {
    expect(parseTraceparent('01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more')?.flags).toBe('01');
  });
});

describe('the trace of the work under way', () => {
  it('is there in what is awaited, and nowhere else', async () => {
    const trace = newTrace();
    await runInTrace(trace, async () => {
      await Promise.resolve();
      expect(currentTrace()).toBe(formatTraceparent(trace));
    });
    expect(currentTrace()).toBeUndefined();
  });

  it('goes on from an event, with another span', () => {
    const parent = newTrace();
    withTraceparent(formatTraceparent(parent), () => {
      expect(currentTraceId()).toBe(parent.traceId);
      expect(currentTrace()).not.toBe(formatTraceparent(parent));
    });
  });

  it('begins with an event that has none', () => {
    withTraceparent(undefined, () => expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/));
  });
});
