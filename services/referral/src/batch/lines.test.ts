import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, lineSplitter } from './lines.ts';

function split(bytes: Buffer, { cut = Infinity, bytesMax = 100 } = {}): Line[] {
  const lines = lineSplitter(bytesMax);
  const found: Line[] = [];
  for (let at = 0; at < bytes.length; at += cut) found.push(...lines.read(bytes.subarray(at, at + Math.min(cut, 1e6))));
  return [...found, ...lines.end()];
}
const textsOf = (lines: Line[]) => lines.map(({ number, bytes }) => [number, bytes?.toString('utf8') ?? null]);

describe('lines of bytes', () => {
  it('are the same wherever the bytes are cut, whatever is in them', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map((line) => `x${line.replaceAll('\n', '')}`);
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (texts, cut, ends) => {
          const bytes = Buffer.from(texts.join('\n') + (ends ? '\n' : ''));
          const wanted = texts.map((line, index) => [index + 1, Buffer.from(line).toString('utf8')]);
          expect(textsOf(split(bytes, { cut, bytesMax: 1000 }))).toEqual(wanted);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are numbered as an editor numbers them; blank ones are left out', () => {
    expect(textsOf(split(Buffer.from('a\r\n\r\n \t\nb\n\n')))).toEqual([
      [1, 'a\r'],
      [4, 'b'],
    ]);
    expect(split(Buffer.from(''))).toEqual([]);
  });

  it('that are too long are told alone, and nothing of them is kept', () => {
    for (const cut of [1, 3, Infinity])
      expect(textsOf(split(Buffer.from('ok\nfar too long\nok again\n'), { cut, bytesMax: 8 }))).toEqual([
        [1, 'ok'],
        [2, null],
        [3, 'ok again'],
      ]);
  });
});
