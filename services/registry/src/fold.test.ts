import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';

/** The simple case folding of Unicode, as regular expressions apply it (ECMA-262, Canonicalize with flags i and u). */
const isSameButForCase = (a: string, b: string): boolean =>
  new RegExp(`^${a.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}$`, 'iu').test(b);

describe('text that is compared', () => {
  it('is one where two characters are one letter in two cases, and nowhere else', () => {
    const byFolded = new Map<string, string[]>();
    for (let code = 1; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (code === 0x20 || (code >= 0xd800 && code <= 0xdfff) || character.normalize('NFC') !== character) continue;
      const folded = fold(character);
      byFolded.set(folded, [...(byFolded.get(folded) ?? []), character]);
      if (folded !== character && !isSameButForCase(character, folded))
        expect.fail(`U+${code.toString(16)} is made ${folded}`);
    }
    const wrong = [...byFolded.values()].filter(
      ([first = '', ...others]) => !others.every((other) => isSameButForCase(first, other)),
    );
    expect(wrong).toEqual([]);
    for (const apart of ['ıi', 'ıI', 'İi', 'İI', 'İı']) expect(fold(apart[0] ?? '')).not.toBe(fold(apart[1] ?? ''));
  }, 60_000);

  it.each([
    ['MG-I1', 'mg-i1', true],
    ['mg-ı1', 'mg-i1', false],
    ['MG-İ1', 'MG-I1', false],
    ['MG-I\u03071', 'MG-İ1', true], // the same letter, composed
    ['straße', 'STRASSE', false],
    ['straße', 'STRAẞE', true],
    ['ΣΟΦΟΣ', 'σοφος', true],
    ['σοφος', 'σοφοσ', true],
    ['ﬁ-1', 'fi-1', false],
    ['Ҷ-1', 'ҷ-1', true],
  ])('%s and %s: %s', (a, b, isOne) => expect(fold(a) === fold(b)).toBe(isOne));

  it('is folded once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});
