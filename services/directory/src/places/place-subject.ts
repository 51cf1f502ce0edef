import { createHash } from 'node:crypto';

/** The namespace of place codes: made once, at random. */
const namespace = Buffer.from('7f0c1e9a52b64d3f9a1d4be2c8a05f36', 'hex');

/** The id under which the journal knows a place: a name-based UUID of its code (RFC 9562 §5.5), the same on every import. */
export function placeSubject(code: string): string {
  const hash = createHash('sha1').update(namespace).update(code, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
