import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeTexts, unstorable, valuesMax } from './storable-text.ts';

const storableText = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\0'));
const storable = fc.jsonValue({ stringUnit: 'grapheme' }).filter((value) => {
  const json = JSON.stringify(value);
  return json.isWellFormed() && !json.includes(String.raw`\u0000`) && !/\\ud[89a-f]/.test(json);
});

describe('text that cannot be stored', () => {
  it('is not seen in what can be', () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(unstorable(value, 'body')).toEqual([]);
      }),
    );
  });

  it.each(['\0', '\uD800', '\uDC00', '\uDC00\uD800'])('is found wherever it hides: %j', (bad) => {
    fc.assert(
      fc.property(
        storable,
        fc.array(fc.oneof(storableText, fc.nat(3)), { maxLength: 6 }),
        storableText,
        fc.boolean(),
        (beside, path, text, asName) => {
          const leaf: unknown = asName ? { [`${text}${bad}`]: 1 } : `${text}${bad}`;
          const value = path.reduceRight<unknown>(
            (inner, step) => (typeof step === 'number' ? [beside, inner] : { beside, [step]: inner }),
            leaf,
          );
          expect(unstorable(value, 'body').length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('is pointed at', () => {
    expect(unstorable({ a: [{ b: 'x\0' }], c: '\uD800' }, 'body')).toEqual([
      { pointer: '#/c', detail: 'must not hold half a surrogate pair' },
      { pointer: '#/a/0/b', detail: 'must not hold a NUL character' },
    ]);
    expect(unstorable({ id: 'x\0' }, 'path')).toEqual([
      { parameter: 'id', in: 'path', detail: 'must not hold a NUL character' },
    ]);
  });

  it('is looked for without end of depth', () => {
    let deep: unknown = '\0';
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(unstorable(deep, 'query')).toHaveLength(1);
  });
});

describe('text that a caller has written', () => {
  it('is pointed at where it holds what cannot be seen, in every part of a request', () => {
    expect(takeTexts({ name: 'Али\u200B', more: [{ note: 'x\uFFFD' }] }, 'body')).toEqual([
      { pointer: '#/more/0/note', detail: expect.stringContaining('U+FFFD') as string },
      { pointer: '#/name', detail: 'must not hold the invisible character U+200B' },
    ]);
    expect(takeTexts({ name: '\u202Ex' }, 'query')).toEqual([
      { parameter: 'name', in: 'query', detail: 'must not hold the invisible character U+202E' },
    ]);
  });

  it('is composed where it stands', () => {
    const value = { name: 'И\u0306', list: [{ note: 'И\u0306' }, 'И\u0306', 1, null] };
    expect(takeTexts(value, 'body')).toEqual([]);
    expect(value).toEqual({ name: 'Й', list: [{ note: 'Й' }, 'Й', 1, null] });
  });

  it('is not looked at in what holds more values than a request may', () => {
    expect(takeTexts({ list: Array.from({ length: valuesMax }, () => '\0') }, 'body')).toEqual([
      { pointer: '#', detail: `must not hold more than ${valuesMax} values` },
    ]);
    expect(takeTexts({ list: Array.from({ length: valuesMax - 1 }, () => 0) }, 'body')).toEqual([]);
  });
});
