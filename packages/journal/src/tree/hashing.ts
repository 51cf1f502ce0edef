import { createHash } from 'node:crypto';

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

/** RFC 6962 §2.1: the hash of a leaf. The prefix keeps a leaf from passing for a node. */
export const hashLeaf = (data: Uint8Array): Buffer => createHash('sha256').update(leafPrefix).update(data).digest();

/** RFC 6962 §2.1: the hash of the node over two subtrees. */
export const hashNode = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(nodePrefix).update(left).update(right).digest();

/** RFC 6962 §2.1: the hash of the empty tree. */
export const emptyRoot: Buffer = createHash('sha256').digest();

/** RFC 6962 §2.1: the Merkle tree hash over hashes of leaves, or of complete subtrees of one size whose last may be smaller. */
export function rootOf(hashes: readonly Buffer[], from = 0, to = hashes.length): Buffer {
  const count = to - from;
  if (count === 0) return emptyRoot;
  if (count === 1) return hashes[from]!;
  const split = 2 ** Math.floor(Math.log2(count - 1));
  return hashNode(rootOf(hashes, from, from + split), rootOf(hashes, from + split, to));
}
