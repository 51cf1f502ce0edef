import canonicalize from 'canonicalize';
import type { Entry } from '../entry.ts';
import { hashLeaf } from './hashing.ts';

/** An entry without its nonce as canonical JSON (RFC 8785): with the nonce before it, the bytes that its leaf commits to. */
export function canonicalEntry({
  id,
  kind,
  subject,
  version,
  type,
  time,
  data,
  detail,
  actor,
  audience,
  traceparent,
}: Entry): string {
  const json = canonicalize({
    id,
    kind,
    subject,
    version,
    type,
    time: time.toISOString(),
    data,
    detail,
    actor,
    audience,
    traceparent,
  });
  if (json === undefined) throw new Error('an entry is always an object');
  return json;
}

/** The hash of a leaf: over the entry's 16-byte nonce, which keeps anybody who holds the hash from guessing the entry, and its text. */
export const hashOfEntry = (nonce: Uint8Array, canonical: string | Uint8Array): Buffer =>
  hashLeaf(nonce, typeof canonical === 'string' ? Buffer.from(canonical) : canonical);

export const leafHash = (entry: Entry): Buffer => hashOfEntry(entry.nonce, canonicalEntry(entry));
