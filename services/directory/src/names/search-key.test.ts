import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameBeginnings, nameQuestion, searchKey } from './search-key.ts';

/** How a writer may spell one sound: as Tajik writes it, as Russian does, by BGN/PCGN 1994, and by ear. */
const consonants = [
  ['ғ', 'г', 'gh', 'g', 'Ғ'],
  ['қ', 'к', 'q', 'k', 'Қ'],
  ['х', 'х', 'kh', 'h', 'x'],
  ['ҳ', 'х', 'h', 'kh', 'Ҳ'],
  ['ҷ', 'дж', 'j', 'dzh', 'ch'],
  ['ч', 'ч', 'ch', 'ch', 'č'],
  ['ш', 'ш', 'sh', 'š', 'Sh'],
  ['в', 'в', 'v', 'w', 'V'],
  ['м', 'м', 'm', 'M', 'm'],
  ['р', 'р', 'r', 'r', 'R'],
  ['б', 'б', 'b', 'b', 'B'],
];
const vowels = [
  ['о', 'а', 'o', 'a', 'O'],
  ['ӯ', 'у', 'ŭ', 'u', 'o'],
  ['у', 'о', 'u', 'o', 'U'],
  ['ӣ', 'и', 'ī', 'i', 'y'],
  ['а', 'а', 'a', 'a', 'A'],
];
const syllable = fc.tuple(fc.constantFrom(...consonants), fc.constantFrom(...vowels), fc.nat(4), fc.nat(4));

describe('the key of a name', () => {
  it.each([
    ['Шуғнон', 'Shughnon', 'Shugnan', 'Шугнан', 'ШУҒНОН', 'shughnān'],
    ['Хоруғ', 'Khorugh', 'Khorog', 'Хорог', 'Xoruğ'],
    ['Кӯлоб', 'Kŭlob', 'Kulob', 'Kulyab', 'Куляб', 'Кӯлоб'],
    ['Ванҷ', 'Vanj', 'Ванч', 'Vanch', 'Wanj'],
    ['Қубодиён', 'Qubodiyon', 'Kabodiyon', 'Кабадиан', 'Kabodian'],
    ['Рӯшон', 'Rŭshon', 'Rushan', 'Рушан'],
    ['Файзобод', 'Faizabad', 'Fayzobod', 'Файзабад'],
    ['Хуҷанд', 'Khujand', 'Худжанд', 'Khudzhand', 'Xuçand'],
    ['Мурғоб', 'Murghob', 'Murghab', 'Мургаб'],
    ['Ёвон', 'Yovon', 'Yavan', 'Яван'],
    ['Ляхш', 'Лахш', 'Lakhsh', 'Lyakhsh'],
    ['Мӯъминобод', "Mu'minobod", 'Muminabad', 'Муминабад'],
    ['Панҷ', 'Panj', 'Пяндж', 'Pyanj'],
    ['Восеъ', 'Vose’', 'Vose'],
    ['Айнӣ', 'Ayni', 'Aini', 'Айни'],
  ])('is the same for %s however it is spelled', (name, ...spellings) => {
    for (const spelling of spellings) expect(searchKey(spelling), spelling).toBe(searchKey(name));
  });

  it('is the same whatever way each sound of a name is spelled', () => {
    fc.assert(
      fc.property(fc.array(syllable, { minLength: 1, maxLength: 6 }), (syllables) => {
        const spelledBy = (way: (choice: number, other: number) => number) =>
          syllables.map(([consonant, vowel, a, b]) => `${consonant[way(a, 0)]}${vowel[way(b, 0)]}`).join('');
        expect(searchKey(spelledBy((choice) => choice))).toBe(searchKey(spelledBy((_, tajik) => tajik)));
      }),
    );
  });

  it('does not depend on case, accents composed or not, apostrophes or what stands between words', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'абғӣйёқӯҳҷшŭīçs h-'.split('')), maxLength: 20 }), (name) => {
        const key = searchKey(name);
        expect(searchKey(name.toUpperCase())).toBe(key);
        expect(searchKey(name.normalize('NFD'))).toBe(key);
        expect(searchKey(` ${name.replaceAll('-', ' — ')}ʼ`)).toBe(key);
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(searchKey(name)).toMatch(/^(\S+( \S+)*)?$/u);
      }),
    );
  });

  it.each([
    ['Рашт', 'Рӯшон'],
    ['Панҷ', 'Ванҷ'],
    ['Дарвоз', 'Варзоб'],
    ['Фархор', 'Файзобод'],
    ['Восеъ', 'Вахш'],
    ['Ашт', 'Айнӣ'],
    ['Маркази 1', 'Маркази 11'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(searchKey(one)).not.toBe(searchKey(other));
  });
});

describe('the beginnings of names', () => {
  const answers = (names: string[], sought: string) => {
    const beginnings = new Set(nameBeginnings(names));
    const { words, together } = nameQuestion(sought);
    return words.every((word) => beginnings.has(word)) || beginnings.has(together);
  };

  it.each(['shug', 'Шуғ', 'Ноҳияи Шугнан', 'shughnon nohiya', 'ноҳияишуғнон'])('answer to %s', (sought) => {
    expect(answers(['Ноҳияи Шуғнон'], sought)).toBe(true);
  });

  it('answer to a name written as one word or as two', () => {
    expect(answers(['Курган-Тюбе'], 'кургантюбе')).toBe(true);
    expect(answers(['Shohmansur'], 'Шоҳ Мансур')).toBe(true);
  });

  it.each(['гнон', 'Рӯшон', 'Шуғнон Рашт'])('do not answer to %s', (sought) => {
    expect(answers(['Ноҳияи Шуғнон'], sought)).toBe(false);
  });

  it('answer to every beginning of every word of every name', () => {
    const word = fc.string({ unit: fc.constantFrom(...'абғқҳҷшsŭo'.split('')), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const beginnings = new Set(nameBeginnings([words.join(' '), 'Рашт']));
        for (const key of words.map(searchKey))
          for (let length = 1; length <= Math.min(key.length, 24); length += 1)
            expect(beginnings).toContain(key.slice(0, length));
      }),
    );
  });
});
