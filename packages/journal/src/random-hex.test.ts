import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomHex } from './random-hex.ts';

describe('random bytes', () => {
  it('are as many as were asked for, and never the same twice', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 8, max: 9000 }), { minLength: 1, maxLength: 300 }), (sizes) => {
        const texts = sizes.map(randomHex);
        expect(texts.map(({ length }) => length / 2)).toEqual(sizes);
        expect(new Set(texts.map((text) => text.slice(0, 16))).size).toBe(sizes.length);
        for (const text of texts) expect(text).toMatch(/^[0-9a-f]*$/);
      }),
    );
  });
});
