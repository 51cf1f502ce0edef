/**
 * Text as it is compared: NFC, without blanks around it, and without regard to case, by the simple case folding of Unicode, a character
 * for a character. Two letters of Turkish, İ and ı, are themselves: folded with i, they would make one id of two. The database's
 * `fold_text` comes to the same: external ids and source systems are looked up by it.
 */
export const fold = (text: string): string =>
  Array.from(text.normalize('NFC').replace(/^ +| +$/g, ''), (character) =>
    character === 'İ' || character === 'ı'
      ? character
      : simply(
          simply(character, (one) => one.toUpperCase()),
          (one) => one.toLowerCase(),
        ),
  ).join('');

/** A mapping to more than one character is none of the simple ones. */
function simply(character: string, map: (one: string) => string): string {
  const mapped = map(character);
  return Array.from(mapped).length === 1 ? mapped : character;
}
