import { createHash, randomInt } from 'node:crypto';

/** Digits and letters that are not taken for one another when read out or written by hand (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 28;
const groupLength = 4;

/** What stands on one printed slip: 140 random bits, which tell nothing. Without hyphens. */
export const newSlipToken = (random: (max: number) => number = randomInt): string =>
  Array.from({ length }, () => alphabet[random(alphabet.length)]!).join('');

/** As it is printed and read aloud: in groups of four. */
export const groupsOf = (token: string): string[] => token.match(new RegExp(`.{${groupLength}}`, 'g')) ?? [];

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What is kept of a token: a hash without salt or stretching, for 140 random bits cannot be guessed. */
export const tokenHashOf = (token: string): Buffer => sha256(token);

/** What is kept of a token and a birth year. Without the token, which nobody keeps, no year can be tried out. */
export const proofHashOf = (token: string, birthYear: number): Buffer => sha256(`${token} ${birthYear}`);
