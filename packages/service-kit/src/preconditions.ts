import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Refused, refused } from './problem.ts';

/** The strong entity tag of a subject's version (RFC 9110 §8.8.3). */
export const etagOf = (version: number | bigint): string => `"${version}"`;

/** What an If-Match header asks for: any version, or one of some. Weak tags are left out: they never match (RFC 9110 §13.1.1). */
export type IfMatch = { kind: 'any' } | { kind: 'tags'; tags: readonly string[] };

/** Reads If-Match; undefined where there is none. Refuses what the grammar does not allow. */
export function parseIfMatch(header: string | undefined): IfMatch | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  if (header.trim() === '*') return { kind: 'any' };
  const tags: string[] = [];
  let rest = header.trim();
  while (rest !== '') {
    const match = /^(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t]*|$)/.exec(rest);
    if (match === null) throw invalidHeader('if-match', 'must be an ETag as it was given, such as "3", or *');
    const [whole, weak, tag] = match;
    if (weak === undefined && tag !== undefined) tags.push(tag);
    rest = rest.slice(whole.length);
  }
  return { kind: 'tags', tags };
}

function ifMatchAllows(header: string | undefined, version: number | bigint): boolean {
  const wanted = parseIfMatch(header);
  return wanted === undefined || wanted.kind === 'any' || wanted.tags.includes(etagOf(version));
}

/**
 * The refusal of a change to another version than If-Match names, with the ETag of now; null where it fits or was not sent. It is
 * returned, never thrown: a repeat with its Idempotency-Key names the version from before its own change, and is no mismatch.
 */
export const versionMismatch = (header: string | undefined, version: number | bigint): { refuse: Refused } | null =>
  ifMatchAllows(header, version)
    ? null
    : { refuse: refused('version-mismatch', { headers: { etag: etagOf(version) } }) };

/** Whether If-Match was sent at all: ask before the subject is read, so that who may not see it learns nothing from 428. */
export const hasIfMatch = (request: FastifyRequest): boolean => parseIfMatch(request.headers['if-match']) !== undefined;

/**
 * The Idempotency-Key of a request, or null. 1 to 200 visible ASCII characters; the quotes of the draft's
 * structured form (draft-ietf-httpapi-idempotency-key-header) are taken off, so `abc` and `"abc"` are one key.
 */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key'];
  return header === undefined ? null : parseIdempotencyKey(Array.isArray(header) ? header.join(',') : header);
}

/** The key itself, without the draft's quotes. */
export function parseIdempotencyKey(header: string): string {
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header.trim())?.[1];
  const key = quoted === undefined ? header.trim() : quoted.replace(/\\(["\\])/g, '$1');
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw invalidHeader('idempotency-key', 'must be 1 to 200 visible ASCII characters');
  }
  return key;
}

/** What makes two requests the same: SHA-256 over method, route, path parameters, query and body, whatever the order of its keys. */
export function fingerprint(request: FastifyRequest): Buffer {
  const asked = canonicalJson([
    request.method,
    request.routeOptions.url ?? '',
    request.params ?? null,
    request.query ?? null,
    request.body ?? null,
  ]);
  return hash('sha256', asked, 'buffer');
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return inner.toString();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Header schema of a write: a repeat with the same key is done once. Extend it, never make it strict: requests carry other headers. */
export const writeHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .max(202)
    .optional()
    .describe('Your own name for this request: sent again, it is done once')
    .meta({ examples: ['3f1c7a52-6c1e-4a5e-9d0e-7f0d0f9b6c11'] }),
});

/** Header schema of a change to something that has a version. */
export const changeHeaders = writeHeaders.extend({
  'if-match': z
    .string()
    .max(500)
    .optional()
    .describe('The ETag you last read: the change is refused if it has changed since')
    .meta({ examples: ['"3"'] }),
});

const invalidHeader = (parameter: string, detail: string) =>
  refused('invalid-field', { errors: [{ parameter, in: 'header', detail }] });
