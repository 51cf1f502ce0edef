import { randomInt } from 'node:crypto';

/** Digits and letters that are not taken for one another when read out or written by hand (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The characters of ISO/IEC 7064 MOD 37,36, in the order of their values. */
const checkAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The check character of ISO/IEC 7064 MOD 37,36: finds every wrong character and every swapped neighbour. */
export function checkCharacter(characters: string): string {
  let product = 36;
  for (const character of characters) {
    const sum = (product + checkAlphabet.indexOf(character)) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return checkAlphabet[(37 - product) % 36]!;
}

/** A referral's number for people, such as RH-4K7M2-QX93B-7: 50 random bits, so it tells nothing, and a check character. */
export function newReferralNumber(random: (max: number) => number = randomInt): string {
  const characters = Array.from({ length: 10 }, () => alphabet[random(alphabet.length)]!).join('');
  return `RH-${characters.slice(0, 5)}-${characters.slice(5)}-${checkCharacter(characters)}`;
}

/** Whether it is a number of ours as it was given: false when it was misread. */
export function isReferralNumber(text: string): boolean {
  const match = /^RH-([0-9A-Z]{5})-([0-9A-Z]{5})-([0-9A-Z])$/.exec(text);
  return match !== null && checkCharacter(`${match[1]}${match[2]}`) === match[3];
}
