import { hash } from 'node:crypto';

const leafPrefix = 0x00;
const nodePrefix = 0x01;
const bytesPerCodeUnitMax = 3; // UTF-8 of what is one unit in UTF-16

/** Where what is hashed is put together, for as long as that takes. It grows with the longest leaf. */
let joined = Buffer.allocUnsafe(16 * 1024);

/**
 * SHA-256 over the first so many bytes of what was put together, in one call: an object for each hash costs several times what
 * the hashing does. Asked for as text, for bytes come in memory of their own outside the heap, which costs as much again.
 */
const hashJoined = (length: number): string => hash('sha256', joined.subarray(0, length), 'hex');
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

function hashParts(prefix: number, parts: readonly (Uint8Array | string)[]): string {
  let lengthMax = 1;
  for (const part of parts) lengthMax += typeof part === 'string' ? part.length * bytesPerCodeUnitMax : part.length;
  if (lengthMax > joined.length) joined = Buffer.allocUnsafe(2 * lengthMax);
  joined[0] = prefix;
  let length = 1;
  for (const part of parts) {
    if (typeof part === 'string') length += joined.write(part, length);
    else {
      joined.set(part, length);
      length += part.length;
    }
  }
  return hashJoined(length);
}

/** RFC 6962 §2.1: the hash of a leaf, whose bytes may come in parts, text as UTF-8. The prefix keeps a leaf from passing for a node. */
export const hashLeaf = (...parts: readonly (Uint8Array | string)[]): Buffer => bytesOf(hashLeafInHex(...parts));

/** The same, in hexadecimal. */
export const hashLeafInHex = (...parts: readonly (Uint8Array | string)[]): string => hashParts(leafPrefix, parts);

/** RFC 6962 §2.1: the hash of the node over two subtrees. */
export const hashNode = (left: Uint8Array, right: Uint8Array): Buffer => bytesOf(hashParts(nodePrefix, [left, right]));

/** RFC 6962 §2.1: the hash of the empty tree. */
export const emptyRoot: Buffer = bytesOf(hashJoined(0));

/** RFC 6962 §2.1: the Merkle tree hash over hashes of leaves, or of complete subtrees of one size whose last may be smaller. */
export function rootOf(hashes: readonly Buffer[], from = 0, to = hashes.length): Buffer {
  const count = to - from;
  if (count === 0) return emptyRoot;
  if (count === 1) return hashes[from]!;
  const split = 2 ** Math.floor(Math.log2(count - 1));
  return hashNode(rootOf(hashes, from, from + split), rootOf(hashes, from + split, to));
}
