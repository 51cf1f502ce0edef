/**
 * Rules for every text that comes in, by whatever way. What cannot be seen must not tell two names apart, or hide in one: such a
 * text is refused by name and never mended silently. Texts that were stored before the rules are answered as they are.
 */

/**
 * What is never part of a text: format characters (Cf: bidirectional controls, zero-width spaces and joiners, tags), other
 * characters that are not displayed (Default_Ignorable_Code_Point), control characters but tab and line ends, non-characters, and
 * U+2800, a blank that is no space. Unicode Technical Report 36 §3.
 */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]|(?![\t\n\r])\p{Cc}/u;

/** Where such a character is part of the spelling: emoji, and U+200C between Persian letters, where it keeps them apart (RFC 5892 A.1). */
const spelled = /\p{RGI_Emoji}|(?<=\p{Script=Arabic}\p{M}*)\u200C(?=\p{Script=Arabic})/gv;

/** Marks on one letter that any language of ours writes, with some to spare. Long runs take a normalizer the square of their length. */
const tooManyMarks = /\p{M}{9}/u;

/** What is wrong with the characters of a text, or null. It names the character, and nothing else of the text. */
export function complaintAboutText(text: string): string | null {
  if (text.includes('\0')) return 'must not hold a NUL character';
  if (!text.isWellFormed()) return 'must not hold half a surrogate pair';
  if (text.includes('\uFFFD'))
    return 'must not hold U+FFFD, which stands for a character that was lost: take the text from its source again';
  if (tooManyMarks.test(text)) return 'must not hold more than 8 combining marks in a row';
  if (!invisible.test(text)) return null;
  const found = invisible.exec(text.replaceAll(spelled, 'x'))?.[0].codePointAt(0);
  return found === undefined ? null : `must not hold the invisible character U+${hexOf(found)}`;
}

const hexOf = (codePoint: number): string => codePoint.toString(16).toUpperCase().padStart(4, '0');

/** A text in Unicode's composed form (NFC), in which all text is kept. For text without a complaint: of another it may take long. */
export const composed = (text: string): string => text.normalize('NFC');

/**
 * Text without the white space around it. Not `trim`, which also takes away U+FEFF: what cannot be seen is refused, not passed over.
 */
export const trimmed = (text: string): string => text.replace(/^\p{White_Space}+/u, '').replace(whiteSpaceBehind, '');

/** Looked for only where it begins, so that no text takes longer than its length. */
const whiteSpaceBehind = /(?<!\p{White_Space})\p{White_Space}+$/u;
