import { rootOf } from './hashing.ts';

/** Hashes in a tile (C2SP tlog-tiles). */
export const tileWidth = 256;

/** The right edge of a growing tree: per tile level, the hashes of its last, part-full tile. All that appending needs. */
export interface Edge {
  size: number;
  levels: Buffer[][];
}

export const emptyEdge: Edge = { size: 0, levels: [] };

/** A tile that appending has filled or begun. */
export interface TileWrite {
  level: number;
  index: number;
  hashes: Buffer[];
}

/** Appends leaf hashes: the new edge, and every tile that is now other than it was. Pure: the old edge stays as it is, and so will the new one and its tiles. */
export function append(edge: Edge, leaves: readonly Buffer[]): { edge: Edge; tiles: TileWrite[] } {
  const levels = edge.levels.map((hashes) => [...hashes]);
  const counts = levels.map((_, level) => Math.floor(edge.size / tileWidth ** level));
  const tiles: TileWrite[] = [];
  const newest: TileWrite[] = []; // by level

  const add = (level: number, hash: Buffer): void => {
    const hashes = (levels[level] ??= []);
    const index = Math.floor((counts[level] ??= 0) / tileWidth);
    hashes.push(hash);
    counts[level] += 1;
    if (newest[level]?.hashes !== hashes) tiles.push((newest[level] = { level, index, hashes }));
    if (hashes.length < tileWidth) return;
    levels[level] = [];
    add(level + 1, rootOf(hashes));
  };
  for (const leaf of leaves) add(0, leaf);
  return { edge: { size: edge.size + leaves.length, levels }, tiles };
}

/** The root hash of the whole tree (RFC 6962 §2.1), from its edge alone. */
export function rootOfEdge({ levels }: Edge): Buffer {
  const rest = levels.reduce<Buffer | null>((below, hashes) => {
    const row = below === null ? hashes : [...hashes, below];
    return row.length === 0 ? null : rootOf(row);
  }, null);
  return rest ?? rootOf([]);
}
