import { hash } from 'node:crypto';

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

/** SHA-256 of parts one after another, in one call: an object for each hash costs several times what the hashing does. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

/** RFC 6962 §2.1: the hash of a leaf, whose bytes may come in parts. The prefix keeps a leaf from passing for a node. */
export const hashLeaf = (...parts: readonly Uint8Array[]): Buffer => sha256(leafPrefix, ...parts);

/** RFC 6962 §2.1: the hash of the node over two subtrees. */
export const hashNode = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodePrefix, left, right);

/** RFC 6962 §2.1: the hash of the empty tree. */
export const emptyRoot: Buffer = sha256();

/** RFC 6962 §2.1: the Merkle tree hash over hashes of leaves, or of complete subtrees of one size whose last may be smaller. */
export function rootOf(hashes: readonly Buffer[], from = 0, to = hashes.length): Buffer {
  const count = to - from;
  if (count === 0) return emptyRoot;
  if (count === 1) return hashes[from]!;
  const split = 2 ** Math.floor(Math.log2(count - 1));
  return hashNode(rootOf(hashes, from, from + split), rootOf(hashes, from + split, to));
}
