import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, page, PageQuery } from './pagination.ts';

const keyPart = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

describe('a cursor', () => {
  it('gives back the key that it was made of', () => {
    fc.assert(
      fc.property(fc.array(keyPart, { minLength: 1, maxLength: 8 }), (key) => {
        const cursor = encodeCursor(key);
        fc.pre(cursor.length <= 1000);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(cursor)).toEqual(key.map((part) => (Object.is(part, -0) ? 0 : part)));
      }),
    );
  });

  it('is refused where it is anything that we did not give', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(text)).toThrow('cursor-invalid');
      }),
    );
  });

  it.each([
    ['no array', encodeJson({ a: 1 })],
    ['an empty array', encodeJson([])],
    ['an object inside', encodeJson([{ a: 1 }])],
    ['NUL', Buffer.from(String.raw`["\u0000"]`).toString('base64url')],
    ['half a surrogate pair', Buffer.from(String.raw`["\ud800"]`).toString('base64url')],
    ['spaces', Buffer.from('[ 1 ]').toString('base64url')],
    ['padding', `${encodeJson([1])}=`],
    ['a number too large', Buffer.from('[1e999]').toString('base64url')],
  ])('is refused with %s in it', (_what, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('cursor-invalid');
  });

  it('is refused by the list of another kind', () => {
    const key = z.tuple([z.iso.datetime(), z.uuid()]);
    const good = ['2026-11-24T04:30:00Z', '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60'] as const;
    expect(decodeCursor(encodeCursor(good), key)).toEqual(good);
    expect(() => decodeCursor(encodeCursor([good[0]]), key)).toThrow('cursor-invalid');
    expect(() => decodeCursor(encodeCursor(['yesterday', good[1]]), key)).toThrow('cursor-invalid');
  });

  it('is null for the first page', () => {
    expect(decodeCursor(undefined)).toBeNull();
  });
});

describe('pages', () => {
  it('give every item once, in order, whatever the limit, and end', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (numbers, limit) => {
          const rows = numbers.sort((a, b) => a - b);
          const seen: number[] = [];
          let cursor: string | null = null;
          do {
            const after = decodeCursor(cursor ?? undefined, z.tuple([z.number()]));
            const found = rows.filter((row) => after === null || row > after[0]).slice(0, limit + 1);
            const given: { items: number[]; next: string | null } = page(found, limit, (row) => [row]);
            expect(given.items.length).toBeLessThanOrEqual(limit);
            seen.push(...given.items);
            cursor = given.next;
          } while (cursor !== null);
          expect(seen).toEqual(rows);
        },
      ),
    );
  });

  it.each([
    [{}, 50],
    [{ limit: '1' }, 1],
    [{ limit: '200' }, 200],
  ])('hold as many as asked: %j', (query, limit) => {
    expect(PageQuery.parse(query).limit).toBe(limit);
  });

  it.each([
    { limit: '0' },
    { limit: '201' },
    { limit: '-1' },
    { limit: '1.5' },
    { limit: '' },
    { limit: '1e2' },
    { page: '2' },
  ])('are not asked for by %j', (query) => {
    expect(PageQuery.safeParse(query).success).toBe(false);
  });
});

function encodeJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
