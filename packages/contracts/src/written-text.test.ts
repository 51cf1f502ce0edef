import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { line, text } from './identifiers.ts';
import { complaintAboutText, composed, trimmed } from './written-text.ts';

const codePoints = function* () {
  for (let code = 0; code <= 0x10ffff; code += 1) yield code;
};

describe('a text', () => {
  it.each([
    'Фирӯза Назарова',
    'Қурбонов-Ҷӯраев',
    "Mu'minobod",
    'Нозанин\tбону\r\nбай',
    'می‌خواهم', // Persian: U+200C between two letters
    'نازنین',
    'Ўғилой Өмүр Iñtäs Ā',
    'И\u0306', // Й in the decomposed form
    'дард мекунад 👍🏽 👩‍⚕️ ❤️ 🇹🇯 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\u{1F469}\u200D\u2695 \u2764\uFE0E', // emoji as older telephones write them
    '\u{1FAFF}', // a place that is kept for emoji to come
    '',
  ])('%j is taken', (text) => expect(complaintAboutText(text)).toBe(null));

  it.each([
    ['a zero-width space', 'Али\u200B', 'U+200B'],
    ['a zero-width non-joiner that joins nothing', 'Али\u200C', 'U+200C'],
    ['a zero-width joiner', 'А\u200Dли', 'U+200D'],
    ['a word joiner', 'А\u2060ли', 'U+2060'],
    ['a byte order mark', '\uFEFFАли', 'U+FEFF'],
    ['a soft hyphen', 'А\u00ADли', 'U+00AD'],
    ['a right-to-left override', 'А\u202Eли', 'U+202E'],
    ['an isolate', '\u2066Али\u2069', 'U+2066'],
    ['a mark of direction', 'Али\u200F', 'U+200F'],
    ['a variation selector', 'А\uFE0Fли', 'U+FE0F'],
    ['a tag', 'А\u{E0041}ли', 'U+E0041'],
    ['a filler', 'А\u3164ли', 'U+3164'],
    ['a grapheme joiner', 'А\u034Fли', 'U+034F'],
    ['a blank of Braille', '\u2800', 'U+2800'],
    ['a non-character', 'А\uFFFEли', 'U+FFFE'],
    ['another', 'А\u{1FFFF}ли', 'U+1FFFF'],
    ['a control character', 'А\u0007ли', 'U+0007'],
    ['one of the second set', 'А\u0085ли', 'U+0085'],
    ['a character that was lost', 'А\uFFFDли', 'U+FFFD'],
    ['a line separator', 'А\u2028ли', 'U+2028'],
    ['a paragraph separator', 'Али\u2029', 'U+2029'],
    ['a character of private use', 'А\uE000ли', 'U+E000'],
    ['another one', 'А\u{100000}ли', 'U+100000'],
    ['an unassigned character', 'А\u0378ли', 'U+0378'],
    ['an interlinear annotation', 'А\uFFF9ли', 'U+FFF9'],
    ['an object that was not copied', 'А\uFFFCли', 'U+FFFC'],
    ['a selector after a digit', '1\uFE0F', 'U+FE0F'],
    ['a joiner between letters and an emoji', 'А\u200D👍', 'U+200D'],
    ['tags that spell no flag', '🏴\u{E0041}\u{E0042}\u{E007F}', 'U+E0041'],
    ['NUL', 'А\0ли', 'NUL'],
    ['half a pair', 'А\uD800ли', 'surrogate'],
    ['marks without end', `А${'\u0301'.repeat(9)}`, 'combining marks'],
  ])('with %s is refused, and the character named', (_what, given, named) =>
    expect(complaintAboutText(given)).toContain(named),
  );

  it('may hold what is assigned and displayed, and of all other code points none: in lines as in notes', () => {
    const wrong: string[] = [];
    const [note, oneLine] = [text(10), line(10)];
    for (const code of codePoints()) {
      const character = String.fromCodePoint(code);
      const isDisplayed =
        /^(?:[\p{L}\p{N}\p{P}\p{S}\p{Zs}\p{M}]|[\p{Cn}&&\p{Extended_Pictographic}])$/v.test(character) &&
        !/^[\p{Default_Ignorable_Code_Point}\u2800\uFFFC\uFFFD]$/u.test(character);
      const isLineEnd = ['\t', '\n', '\r'].includes(character);
      const written = `a${character}b`;
      const isTaken = complaintAboutText(written) === null;
      const taken = [oneLine, note].map(
        (field) =>
          isTaken && // most are not, and no field is asked
          field.safeParse(written).success,
      );
      if (taken[0] !== isDisplayed || taken[1] !== (isDisplayed || isLineEnd)) wrong.push(code.toString(16));
      if (isTaken !== (complaintAboutText(trimmed(character)) === null)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('without a complaint is composed in one pass, and stays without one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(complaintAboutText(text) === null);
        expect(composed(composed(text))).toBe(composed(text));
      }),
    );
    expect(composed('И\u0306')).toBe('Й');
  });

  it('is trimmed of spaces of every kind, and of nothing else', () => {
    expect(trimmed('\u00A0 \t\u3000Али Карим \u2003\n')).toBe('Али Карим');
    expect(trimmed('\uFEFFАли')).toBe('\uFEFFАли');
    expect(trimmed(`${' '.repeat(100_000)}x${' '.repeat(100_000)}`)).toBe('x');
    expect(trimmed(' \n ')).toBe('');
  });
});
