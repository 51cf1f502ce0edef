import { createHash } from 'node:crypto';

/** An id that the same words always give: a UUID version 8 (RFC 9562 §5.8) of their SHA-256. What is made twice from one event is one thing. */
export function derivedId(...words: readonly string[]): string {
  const hash = createHash('sha256').update(words.join('\n')).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
