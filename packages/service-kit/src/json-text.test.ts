import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatsName } from './json-text.ts';

describe('a name that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    [String.raw`{"a":1,"\u0061":2}`, true],
    ['{"a":{"b":1,"b" : 2}}', true],
    ['[{"a":1},{"a":1}]', false],
    ['{"a":{"a":"a"},"b":"\\"b\\":"}', false],
    ['{"a":"a","b":["a","a"]}', false],
  ])('is found in %s: %s', (json, isRepeated) => expect(repeatsName(json)).toBe(isRepeated));

  it('is never found in what a serializer wrote, and always where a name is added again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 }), (object) => {
        const json = JSON.stringify(object);
        expect(repeatsName(json)).toBe(false);
        const again = JSON.stringify(Object.keys(object)[0]);
        expect(repeatsName(`${json.slice(0, -1)},${again}:1}`)).toBe(true);
      }),
    );
  });
});
