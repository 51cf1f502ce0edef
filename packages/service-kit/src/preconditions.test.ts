import * as fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createSampleApp } from '../test/sample-app.ts';
import {
  canonicalJson,
  etagOf,
  fingerprint,
  parseIdempotencyKey,
  parseIfMatch,
  versionMismatch,
} from './preconditions.ts';

describe('If-Match', () => {
  it.each([
    ['"3"', 3, true],
    ['"2"', 3, false],
    ['"2", "3"', 3, true],
    ['"2","3"', 3, true],
    ['*', 3, true],
    ['W/"3"', 3, false],
    ['W/"3", "3"', 3, true],
    ['"a,b", "3"', 3, true],
    ['"33"', 3, false],
    [undefined, 3, true],
  ])('%s and version %d: %s', (header, version, expected) => {
    expect(versionMismatch(header, version) === null).toBe(expected);
  });

  it.each(['3', '"3', '3"', '"3" "4"', '"3";"4"', '"\u0001"', 'w/"3"', '*, "3"', ',"3"'])(
    'is refused where it is no list of tags: %s',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow('invalid-field');
    },
  );

  it('allows the version whose tag is in the list, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 8 }), fc.nat(), (versions, version) => {
        const header = versions.map((each) => etagOf(each)).join(', ');
        expect(versionMismatch(header, version) === null).toBe(versions.includes(version));
      }),
    );
  });

  it('never hangs and never fails otherwise than by refusing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (header) => {
        expect(outcomeOf(() => parseIfMatch(header))).toMatch(/^(fine|invalid-field)$/);
      }),
    );
  });

  it('is required for a change: 428 without it, 412 with the ETag of now where it does not fit', async () => {
    const { app, authorized } = await createSampleApp();
    const headers = await authorized();
    const patch = (more: Record<string, string>) =>
      app.inject({ method: 'PATCH', url: '/v1/notes/a', headers: { ...headers, ...more }, payload: {} });
    const [without, stale, fitting] = [
      await patch({}),
      await patch({ 'if-match': '"2"' }),
      await patch({ 'if-match': '"3"' }),
    ];
    expect([without.statusCode, stale.statusCode, fitting.statusCode]).toEqual([428, 412, 200]);
    expect(stale.headers['etag']).toBe('"3"');
    await app.close();
  });
});

describe('Idempotency-Key', () => {
  it.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['  abc ', 'abc'],
    [String.raw`"a\"b"`, 'a"b'],
    ['x'.repeat(200), 'x'.repeat(200)],
  ])('%s is the key %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each(['', '""', 'a b', 'ключ', 'x'.repeat(201), 'a\u0000'])('cannot be %s', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow('invalid-field');
  });
});

describe('a fingerprint', () => {
  const request = (body: unknown, url = '/v1/notes/:id', params: unknown = { id: '1' }, query: unknown = {}) =>
    ({ method: 'POST', routeOptions: { url }, params, query, body }) as unknown as FastifyRequest;

  it('is the same however the keys are ordered, and another for any other content', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue(), (a, b) => {
        expect(fingerprint(request(reordered(a)))).toEqual(fingerprint(request(a)));
        expect(fingerprint(request(a)).equals(fingerprint(request(b)))).toBe(canonicalJson(a) === canonicalJson(b));
      }),
    );
  });

  it('is another for another route, path parameter or query', () => {
    const all = [
      request({}),
      request({}, '/v1/other/:id'),
      request({}, '/v1/notes/:id', { id: '2' }),
      request({}, '/v1/notes/:id', { id: '1' }, { a: '1' }),
      request(null),
    ].map((each) => fingerprint(each).toString('hex'));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((hex) => hex.length === 64)).toBe(true);
  });
});

function outcomeOf(work: () => unknown): string {
  try {
    work();
    return 'fine';
  } catch (error) {
    return error instanceof Error ? error.message : 'something else';
  }
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}
