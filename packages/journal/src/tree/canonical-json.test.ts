import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const parsed = (text: string) => JSON.parse(text) as object;

describe('canonical JSON', () => {
  it('is as the library for RFC 8785 writes it, of whatever JSON can say', () => {
    const oddName = fc.constantFrom(
      '__proto__',
      '10',
      '9',
      '-1',
      '',
      'é',
      '\u{1f600}',
      '\ufb33',
      'toString',
      'a"b',
      '\\',
    );
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), oddName);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
        fc.constantFrom(null, true, false, '\u0000\u001f\u007f\u2028"\\/', 1e21, 1e-7, -0, 0.1),
        fc.array(tie('tree'), { maxLength: 40 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 40 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, tree), (value) => {
        const read = parsed(JSON.stringify(value));
        expect(canonicalJson(read)).toBe(canonicalize(read));
      }),
      { numRuns: 500 },
    );
  });

  it('orders members by UTF-16 code units and writes numbers as ECMAScript does, as the example of RFC 8785 §3.2.3', () => {
    const given = parsed(
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis","n":333333333.33333329}',
    );
    expect(canonicalJson(given)).toBe(
      '{"\\r":"Carriage Return","1":"One","n":333333333.3333333,"\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('has no end to its depth, for nobody may halt the sealer by what is in an entry', () => {
    const depth = 20_000;
    const text = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(canonicalJson(parsed(text))).toBe(text);
  });

  it.each([['1e999'], ['"\\ud800"'], ['{"\\udc00":1}']])(
    'is none of %s, which would pass for something else',
    (json) => {
      expect(() => canonicalJson(parsed(`{"a":[${json}]}`))).toThrow(/not allowed/);
    },
  );
});
