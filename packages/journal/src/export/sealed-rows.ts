import type { Pool } from 'pg';
import { readLeaves, readStrangers } from '../feed.ts';
import { readTile, sealedSize } from '../sealer.ts';
import { tileWidth } from '../tree/edge.ts';
import type { Leaf } from '../tree/leaf.ts';

const batchMax = 1000;
const hashLength = 32;

/** A position of a journal as it stands: its entry, and the hash that was sealed there. */
export type SealedRow =
  | { position: number; entry: Leaf; sealed: Buffer | null }
  /** A hash was sealed at this position, and its entry is gone. */
  | { position: number; entry: null; sealed: Buffer }
  /** An entry that has no position and does not wait for one: nobody recorded it. */
  | { position: null; entry: Leaf; sealed: null };

/** A journal by position, from the one behind `after` to its end, then the entries without a place. Memory is flat: one batch, one tile. */
export async function* readSealedRows(pool: Pool, { after = 0 }: { after?: number } = {}): AsyncGenerator<SealedRow> {
  const sealedTo = await sealedSize(pool);
  const sealedHash = sealedHashes(pool);
  async function* gone(from: number, to: number): AsyncGenerator<SealedRow> {
    for (let position = from; position <= Math.min(to, sealedTo); position++) {
      const sealed = await sealedHash(position);
      if (sealed !== null) yield { position, entry: null, sealed };
    }
  }

  let last = after;
  for (let isMore = true; isMore;) {
    const entries = await readLeaves(pool, { after: last, limit: batchMax });
    for (const entry of entries) {
      const { position } = entry;
      yield* gone(last + 1, position - 1);
      yield { position, entry, sealed: await sealedHash(position) };
      last = position;
    }
    isMore = entries.length === batchMax;
  }
  yield* gone(last + 1, sealedTo);
  for (const entry of await readStrangers(pool)) yield { position: null, entry, sealed: null };
}

/** The hash that was sealed at a position; one tile is kept at a time. */
function sealedHashes(pool: Pool): (position: number) => Promise<Buffer | null> {
  let tile: { index: number; hashes: Buffer } | null = null;
  return async (position) => {
    const index = Math.floor((position - 1) / tileWidth);
    const at = ((position - 1) % tileWidth) * hashLength;
    // The last tile grows while it is being read.
    if (tile?.index !== index || tile.hashes.length < at + hashLength)
      tile = { index, hashes: await readTile(pool, 0, index) };
    const hash = tile.hashes.subarray(at, at + hashLength);
    return hash.length === hashLength ? hash : null;
  };
}
