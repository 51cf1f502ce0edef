/**
 * Names of places and facilities exist in Tajik and Russian (Cyrillic) and in Latin, each spelled many ways. They are compared
 * by a key: Cyrillic is written in Latin as BGN/PCGN 1994 does for Tajik (and 1947 for Russian), then whatever writers confuse
 * is folded together, and nothing else, so that different names keep different keys.
 */

const latinOf: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ғ: 'gh',
  д: 'd',
  е: 'e',
  ё: 'yo',
  ж: 'zh',
  з: 'z',
  и: 'i',
  ӣ: 'i',
  й: 'y',
  к: 'k',
  қ: 'q',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ӯ: 'u',
  ф: 'f',
  х: 'kh',
  ҳ: 'h',
  ц: 'ts',
  ч: 'ch',
  ҷ: 'j',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  // Letters of Kyrgyz and Uzbek names.
  ң: 'ng',
  ү: 'u',
  ө: 'o',
  ў: 'u',
  // Latin letters that stand for a digraph of BGN/PCGN.
  ç: 'ch',
  č: 'ch',
  ş: 'sh',
  š: 'sh',
  ž: 'zh',
  ı: 'i',
};

/** What is folded, in this order. The key writes the sounds of ch and j as č, of sh as š, of zh as ž. */
const folds: readonly (readonly [RegExp, string])[] = [
  [/dzh|dj/g, 'č'], // ҷ as Russian and French write it
  [/shch|sh/g, 'š'],
  [/zh/g, 'ž'],
  [/ch|j/g, 'č'], // Ванҷ is Ванч in Russian
  [/kh|x/g, 'h'],
  [/gh/g, 'g'],
  [/ck|q|c/g, 'k'],
  [/w/g, 'v'],
  [/ye/g, 'e'],
  [/(?<=[^aou])y(?=[aoui])/g, ''], // Куляб and Kulob, Қубодиён and Kabodian; a y that begins a word stays: Ёвон
  [/y(?![aou])/g, 'i'],
  [/[aou]+/g, 'a'], // о is Russian а, ӯ is Russian у or о: Шуғнон and Шугнан, Хоруғ and Хорог
  [/[ei]+/g, 'i'],
  [/(\p{L})\1+/gu, '$1'],
];

/** The folded words of a name, in their order. Empty where the name has no letter and no digit. */
export function searchWords(name: string): string[] {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\p{L}/gu, (letter) => latinOf[letter] ?? letter)
    .normalize('NFKD')
    .replace(/[\p{M}ʻʼ'’‘`´]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => folds.reduce((folded, [pattern, by]) => folded.replace(pattern, by), word).normalize('NFC'));
}

/** The key of a name: two spellings of one name have the same. */
export const searchKey = (name: string): string => searchWords(name).join(' ');

/** Beginnings are kept up to this length; a longer word is compared by its first letters. */
const beginningMax = 24;

/**
 * All beginnings of all words of some names, and of each name run together: what an index holds, so that "shug", "Shughnon" and
 * "Курган Тюбе" or "Кургантюбе" find their names. In no order, without repeats.
 */
export function nameBeginnings(names: readonly string[]): string[] {
  const beginnings = new Set<string>();
  for (const words of names.map(searchWords)) {
    for (const word of [...words, words.join('')]) {
      for (let length = 1; length <= Math.min(word.length, beginningMax); length += 1)
        beginnings.add(word.slice(0, length));
    }
  }
  return [...beginnings];
}

/** What a search for a name asks of the beginnings: all of `words`, or `together`. */
export function nameQuestion(name: string): { words: string[]; together: string } {
  const words = searchWords(name);
  return {
    words: words.map((word) => word.slice(0, beginningMax)),
    together: words.join('').slice(0, beginningMax),
  };
}
