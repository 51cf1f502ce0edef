import { randomInt } from 'node:crypto';

/** A value that is found nowhere but where it was planted, and what it may look like elsewhere. */
export interface Canary {
  field: string;
  value: string;
  forms: readonly string[];
}

/** Makes canaries, and remembers them. */
export function aviary() {
  const canaries: Canary[] = [];
  const keep = (field: string, value: string): string => {
    canaries.push({ field, value, forms: formsOf(value) });
    return value;
  };
  const mark = () =>
    randomInt(2 ** 40)
      .toString(36)
      .padStart(8, '0');
  return {
    canaries,
    /** In Cyrillic, with a mark that no other has. */
    text: (field: string) => keep(field, `Канарейка-${mark()}-${field}`),
    /** In ASCII, for what is a reference or an id. */
    ascii: (field: string) => keep(field, `kanareyka-${mark()}-${field}`),
    phone: (field: string) => keep(field, `+99299${String(randomInt(10_000_000)).padStart(7, '0')}`),
    /** A day; the year must be one that nothing else is dated by. */
    day: (field: string, year: number) => keep(field, `${year}-0${randomInt(1, 10)}-${randomInt(10, 29)}`),
    /** A moment that nothing else is due at. */
    instant: (field: string) =>
      keep(field, `2054-0${randomInt(1, 10)}-${randomInt(10, 29)}T04:${randomInt(10, 59)}:13.000Z`),
  };
}
export type Aviary = ReturnType<typeof aviary>;

/** As it is, in other case and script, in a URL, escaped in JSON, in base64 at each of its three offsets, and in hexadecimal. */
function formsOf(value: string): string[] {
  const latin = transliterated(value);
  const mark = /-([0-9a-z]{8,})-/.exec(value)?.[1];
  const spelled = [value, value.toLowerCase(), value.toUpperCase(), latin, latin.toLowerCase()];
  const digits = /^\+\d+$/.test(value) ? [value.slice(1)] : [];
  const moment = /^\d{4}-\d\d-\d\dT/.test(value) ? [value.slice(0, 16), value.slice(0, 16).replace('T', ' ')] : [];
  const encoded = [...spelled, ...digits, ...moment].flatMap((each) => [
    each,
    encodeURIComponent(each),
    encodeURIComponent(each).toLowerCase(),
    JSON.stringify(each).slice(1, -1),
    escaped(each),
    Buffer.from(each).toString('hex'),
    ...base64Forms(each),
  ]);
  // The mark alone is enough to know it by, whatever became of the rest.
  return [...new Set([...encoded, ...(mark === undefined ? [] : [mark])])];
}

const escaped = (text: string): string =>
  text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What stays the same of a text in base64, wherever in a longer one it stands; in both alphabets. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = shifted.slice(offset === 0 ? 0 : offset + 1, -1);
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const latinOf: Record<string, string> = { К: 'K', а: 'a', н: 'n', р: 'r', е: 'e', й: 'y', к: 'k' };
const transliterated = (text: string): string => text.replace(/[а-яК]/g, (char) => latinOf[char] ?? char);

/** The canaries that some bytes hold, by field. */
export function foundIn(bytes: Buffer | string, canaries: readonly Canary[]): string[] {
  const haystack = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return canaries.flatMap(({ field, forms }) => (forms.some((form) => haystack.includes(form)) ? [field] : []));
}
