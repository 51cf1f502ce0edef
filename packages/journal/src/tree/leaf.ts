import canonicalize from 'canonicalize';
import type { Entry } from '../entry.ts';
import { hashLeaf } from './hashing.ts';

/**
 * The bytes that a leaf commits to: the entry's 16-byte nonce, then the entry without it as canonical JSON (RFC 8785). The
 * nonce keeps anybody who holds a hash from guessing the entry.
 */
function leafBytes({
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
  nonce,
}: Entry): Buffer {
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
  return Buffer.concat([nonce, Buffer.from(json)]);
}

export const leafHash = (entry: Entry): Buffer => hashLeaf(leafBytes(entry));
