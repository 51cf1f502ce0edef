import { SlipToken } from '@rohnamo/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupsOf, newSlipToken, proofHashOf, tokenHashOf } from './token.ts';

const tokens = fc.array(fc.nat(31), { minLength: 28, maxLength: 28 }).map((digits) => {
  const left = [...digits];
  return newSlipToken(() => left.pop() ?? 0);
});

it('a token that is read aloud and written down by hand is the token still', () => {
  fc.assert(
    fc.property(tokens, fc.constantFrom(' ', '-', ' - '), (token, between) => {
      const written = groupsOf(token).join(between).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
      expect(SlipToken.parse(written)).toBe(token);
    }),
  );
});

it('every printing makes another token', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newSlipToken())).size).toBe(1000);
});

it('what is kept of a token is 32 bytes that differ by token and by year', () => {
  fc.assert(
    fc.property(tokens, tokens, fc.integer({ min: 1900, max: 2099 }), (one, other, year) => {
      fc.pre(one !== other);
      const kept = [tokenHashOf(one), tokenHashOf(other), proofHashOf(one, year), proofHashOf(one, year + 1)];
      expect(kept.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
      expect(new Set(kept.map((hash) => hash.toString('hex'))).size).toBe(4);
    }),
  );
});
