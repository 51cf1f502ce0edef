/**
 * Rules for every text that comes in, by whatever way. What cannot be seen must not tell two names apart, or hide in one: such a
 * text is refused by name and never mended silently. Texts that were stored before the rules are answered as they are.
 */

/**
 * Characters that are not displayed, or are displayed as nothing: format characters (Cf: bidirectional controls, zero-width spaces
 * and joiners, interlinear annotations, tags), other characters that are not displayed (Default_Ignorable_Code_Point, variation
 * selectors among them), control characters but tab and line ends, non-characters, U+2800, a blank that is no space, and U+FFFC, which
 * stands for an object that was not copied along. Unicode Technical Report 36 §3.
 */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC]|(?![\t\n\r])\p{Cc}/u;

/**
 * Characters that no two systems display alike: of private use (Co), and those that Unicode has not assigned (Cn). Places that are
 * kept for emoji to come are taken: a telephone may have them before we do.
 */
const unknown = /[\p{Co}[\p{Cn}--\p{Extended_Pictographic}]]/v;

/** Line ends that some readers of text take for one and others do not: in a field of one line they would be a second one. */
const separator = /[\p{Zl}\p{Zp}]/u;

/** Whether a text may be wrong at all: a quick look, since hardly any is. */
const suspicious = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\uFFFC]/u;

/**
 * Where an invisible character is part of the spelling: U+200C between Persian letters, where it keeps them apart (RFC 5892 A.1); and
 * emoji, also as older telephones write them (UTS 51, ED-17: pictographs with a selector, a colour of skin, joiners between them).
 */
const spelled =
  /\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0E\uFE0F]?(?:\u200D\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0E\uFE0F]?)*(?![\u{E0020}-\u{E007F}])|\p{RGI_Emoji}|(?<=\p{Script=Arabic}\p{M}*)\u200C(?=\p{Script=Arabic})/gv;

/** Marks on one letter that any language of ours writes, with some to spare. Long runs take a normalizer the square of their length. */
const tooManyMarks = /\p{M}{9}/u;

/** What is wrong with the characters of a text, or null. It names the character, and nothing else of the text. */
export function complaintAboutText(text: string): string | null {
  if (text.includes('\0')) return 'must not hold a NUL character';
  if (!text.isWellFormed()) return 'must not hold half a surrogate pair';
  if (text.includes('\uFFFD'))
    return 'must not hold U+FFFD, which stands for a character that was lost: take the text from its source again';
  if (tooManyMarks.test(text)) return 'must not hold more than 8 combining marks in a row';
  if (!suspicious.test(text)) return null;
  const rest = text.replaceAll(spelled, 'x');
  const found = (kind: RegExp) => hexOf(kind.exec(rest)?.[0].codePointAt(0));
  const unseen = found(invisible);
  if (unseen !== null) return `must not hold the invisible character ${unseen}`;
  const separating = found(separator);
  if (separating !== null) return `must not hold the separator ${separating}: write a line break`;
  const stranger = found(unknown);
  return (
    stranger && `must not hold ${stranger}, a character of private use or none: nobody else can tell what it means`
  );
}

const hexOf = (codePoint: number | undefined): string | null =>
  codePoint === undefined ? null : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

/** A text in Unicode's composed form (NFC), in which all text is kept. For text without a complaint: of another it may take long. */
export const composed = (text: string): string => text.normalize('NFC');

/**
 * Text without the spaces, tabs and line ends around it. Not `trim`, which also takes away U+FEFF and what {@link complaintAboutText}
 * refuses: what no text may hold is refused, not passed over.
 */
export const trimmed = (text: string): string => text.replace(/^[\p{Zs}\t\n\r]+/u, '').replace(spaceBehind, '');

/** Looked for only where it begins, so that no text takes longer than its length. */
const spaceBehind = /(?<![\p{Zs}\t\n\r])[\p{Zs}\t\n\r]+$/u;
