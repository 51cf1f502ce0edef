import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unstorable } from './storable-text.ts';

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
