import { tileWidth } from './edge.ts';
import { hashNode } from './hashing.ts';

const hashLength = 32;

/** The hashes of a tile, 32 bytes each, as far as it is filled. */
export type ReadTile = (level: number, index: number) => Promise<Buffer>;

/**
 * The audit path of a leaf in the tree of the first `size` entries (RFC 6962 §2.1.1): with the leaf's hash it makes the root.
 * @param leaf 0 for the first entry.
 */
export async function inclusionProof(
  readTile: ReadTile,
  { leaf, size }: { leaf: number; size: number },
): Promise<Buffer[]> {
  if (leaf < 0 || leaf >= size) throw new RangeError('the tree has no such leaf');
  const subtree = subtreeHasher(readTile);
  const path = async (from: number, to: number): Promise<Buffer[]> => {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    return leaf < middle
      ? [...(await path(from, middle)), await subtree(middle, to)]
      : [...(await path(middle, to)), await subtree(from, middle)];
  };
  return path(0, size);
}

/** That the tree of `newer` entries begins with the tree of `older` ones (RFC 6962 §2.1.2). */
export async function consistencyProof(
  readTile: ReadTile,
  { older, newer }: { older: number; newer: number },
): Promise<Buffer[]> {
  if (older < 1 || older > newer) throw new RangeError('a proof leads from a smaller tree to a larger one');
  const subtree = subtreeHasher(readTile);
  const proof = async (from: number, to: number, upTo: number, isWhole: boolean): Promise<Buffer[]> => {
    if (upTo === to) return isWhole ? [] : [await subtree(from, to)];
    const middle = from + splitOf(to - from);
    return upTo <= middle
      ? [...(await proof(from, middle, upTo, isWhole)), await subtree(middle, to)]
      : [...(await proof(middle, to, upTo, false)), await subtree(from, middle)];
  };
  return proof(0, newer, older, true);
}

/** The root that a leaf and its audit path make in a tree of this size; null when the path does not fit (RFC 9162 §2.1.3.2). */
export function rootByInclusion({
  leaf,
  size,
  hash,
  path,
}: {
  leaf: number;
  size: number;
  hash: Buffer;
  path: readonly Buffer[];
}): Buffer | null {
  if (leaf < 0 || leaf >= size) return null;
  let [at, last, root] = [leaf, size - 1, hash];
  for (const step of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = hashNode(step, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else root = hashNode(root, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}

/** Whether a proof shows that the newer tree begins with the older one (RFC 9162 §2.1.4.2). */
export function isConsistent({
  older,
  newer,
  path,
}: {
  older: { size: number; root: Buffer };
  newer: { size: number; root: Buffer };
  path: readonly Buffer[];
}): boolean {
  if (older.size < 1 || older.size > newer.size) return false;
  if (older.size === newer.size) return path.length === 0 && older.root.equals(newer.root);
  const steps = Number.isInteger(Math.log2(older.size)) ? [older.root, ...path] : [...path];
  const first = steps.shift();
  if (first === undefined) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [olderRoot, newerRoot] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      olderRoot = hashNode(step, olderRoot);
      newerRoot = hashNode(step, newerRoot);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else newerRoot = hashNode(newerRoot, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && olderRoot.equals(older.root) && newerRoot.equals(newer.root);
}

/** The largest power of two below a number above 1. */
const splitOf = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

/** Hashes of the subtrees over entries `from` up to, not including, `to`, out of tiles, each read once. */
function subtreeHasher(readTile: ReadTile): (from: number, to: number) => Promise<Buffer> {
  const tiles = new Map<string, Promise<Buffer>>();
  const tileAt = (level: number, index: number): Promise<Buffer> => {
    const key = `${level}/${index}`;
    const known = tiles.get(key) ?? readTile(level, index);
    tiles.set(key, known);
    return known;
  };
  const subtree = async (from: number, to: number): Promise<Buffer> => {
    const unit = tileUnit(from, to - from);
    if (unit === null || to - from !== unit.span) {
      const middle = from + splitOf(to - from);
      return hashNode(await subtree(from, middle), await subtree(middle, to));
    }
    const index = from / unit.span;
    const tile = await tileAt(unit.level, Math.floor(index / tileWidth));
    const at = (index % tileWidth) * hashLength;
    const hash = tile.subarray(at, at + hashLength);
    if (hash.length !== hashLength)
      throw new Error(`tile ${unit.level}/${Math.floor(index / tileWidth)} is shorter than the tree`);
    return hash;
  };
  return subtree;
}

/** The tile level whose hashes span exactly so many entries; null where it lies between two levels. */
function tileUnit(from: number, count: number): { level: number; span: number } | null {
  const level = Math.log2(count) / Math.log2(tileWidth);
  return Number.isInteger(level) && from % count === 0 ? { level, span: count } : null;
}
