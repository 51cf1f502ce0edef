import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, isReferralNumber, newReferralNumber } from './number.ts';

describe('a referral’s number', () => {
  it('checks as the standard’s own example does', () => {
    expect(checkCharacter('A12425GABC1234002')).toBe('M'); // ISO/IEC 7064 MOD 37,36: the Global Release Identifier of the IFPI's handbook
  });

  it('is found wrong when one character was misread or two neighbours were swapped', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ')), (at, other) => {
        const number = newReferralNumber();
        expect(isReferralNumber(number)).toBe(true);
        const place = at < 5 ? at + 3 : at + 4;
        const misread = number.slice(0, place) + other + number.slice(place + 1);
        expect(isReferralNumber(misread)).toBe(misread === number);
        const [a, b] = [number[3]!, number[4]!];
        expect(isReferralNumber(`RH-${b}${a}${number.slice(5)}`)).toBe(a === b);
      }),
    );
  });
});
