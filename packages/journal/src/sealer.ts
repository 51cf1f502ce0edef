import type { Pool } from 'pg';
import { crashPoint } from './crash-point.ts';
import { readLeaves } from './feed.ts';
import { type Held, leadership, type Lease, stillLeading } from './lease.ts';
import { append, type Edge, emptyEdge, rootOfEdge, tileWidth, type TileWrite } from './tree/edge.ts';
import { hashOfLeaf, type Leaf } from './tree/leaf.ts';
import { type NoteKey, signCheckpoint } from './tree/signed-note.ts';
import { startWorker, type Worker } from './worker.ts';

const batchMax = 2000;
const hashLength = 32;

/**
 * Appends placed entries to the Merkle tree and signs a checkpoint over it, about once a second while there is something new.
 * Its pool is the sealer role's: the only one that may write tiles and checkpoints.
 */
export function startSealer({
  pool,
  lease,
  key,
  onError,
  intervalMs = 1000,
}: {
  pool: Pool;
  lease: Lease;
  key: NoteKey;
  onError: (error: unknown) => void;
  intervalMs?: number;
}): Worker {
  const leading = leadership(lease);
  let edge: Edge = emptyEdge;
  /** In which the edge was read, and has grown since; null where it must be read again. */
  let epoch: number | null = null;
  let ahead: { after: number; page: Promise<Leaf[]> } | null = null;

  const pageAfter = (after: number): Promise<Leaf[]> => {
    const page = ahead?.after === after ? ahead.page : readLeaves(pool, { after, limit: batchMax });
    ahead = null;
    return page;
  };
  /** Reads the next page while the one before is hashed and written. */
  const readAhead = (after: number): void => {
    const page = readLeaves(pool, { after, limit: batchMax });
    page.catch(() => undefined); // whoever takes it is told
    ahead = { after, page };
  };

  const step = async () => {
    const held = await leading.lead();
    if (held === null) return 'idle';
    if (held.epoch !== epoch) {
      edge = await loadEdge(pool);
      epoch = held.epoch;
    }
    const leaves = await pageAfter(edge.size);
    if (leaves.length === 0) return 'idle';
    const isMore = leaves.length === batchMax;
    if (isMore) readAhead(edge.size + leaves.length);
    const grown = append(edge, leaves.map(hashOfLeaf));
    const note = signCheckpoint(key, { size: grown.edge.size, root: rootOfEdge(grown.edge) });
    crashPoint('seal.before-commit');
    if (await seal(pool, { held, from: edge.size, to: grown.edge.size, tiles: grown.tiles, note })) edge = grown.edge;
    else {
      leading.lost();
      epoch = null;
    }
    crashPoint('seal.after-commit');
    return isMore ? 'more' : 'idle';
  };

  const worker = startWorker({ step, pauseMs: intervalMs, onError });
  return {
    wake: () => undefined, // once a second is the promise; hurrying would only make more checkpoints
    async stop() {
      await worker.stop();
      await leading.release();
    },
  };
}

/** The right edge of the tree as it stands under the newest checkpoint. */
async function loadEdge(pool: Pool): Promise<Edge> {
  const size = await sealedSize(pool);
  const levels: Buffer[][] = [];
  for (let level = 0; tileWidth ** level <= size; level++) {
    const count = Math.floor(size / tileWidth ** level);
    const width = count % tileWidth;
    if (width === 0) {
      levels.push([]);
      continue;
    }
    const hashes = await readTile(pool, level, Math.floor(count / tileWidth));
    if (hashes.length < width * hashLength)
      throw new Error(`tile ${level}/${Math.floor(count / tileWidth)} is missing or short: the tree was tampered with`);
    levels.push(Array.from({ length: width }, (_, i) => hashes.subarray(i * hashLength, (i + 1) * hashLength)));
  }
  return { size, levels };
}

/** Writes tiles and checkpoint in one statement; false when another leads by now or the tree has grown otherwise. */
async function seal(
  pool: Pool,
  { held, from, to, tiles, note }: { held: Held; from: number; to: number; tiles: TileWrite[]; note: string },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'seal',
    text: `with leads as materialized (select 1 as yes where ${stillLeading(1)} and (select coalesce(max(size), 0) from checkpoint) = $4),
      tiled as (insert into tile (level, index, hashes) select t.level, t.index, t.hashes from unnest($5::int[], $6::bigint[], $7::bytea[]) as t(level, index, hashes), leads
        on conflict (level, index) do update set hashes = excluded.hashes)
      insert into checkpoint (size, note, time) select $8, $9, now() from leads on conflict do nothing`,
    values: [
      held.name,
      held.holder,
      held.epoch,
      from,
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => Buffer.concat(hashes)),
      to,
      note,
    ],
  });
  return rowCount === 1;
}

/** How many entries the newest checkpoint covers. */
export async function sealedSize(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ size: string }>({
    name: 'sealed size',
    text: 'select coalesce(max(size), 0) as size from checkpoint',
  });
  return Number(rows[0]!.size);
}

/** The hashes of a tile, as far as it is filled; empty where there is none. */
export async function readTile(pool: Pool, level: number, index: number): Promise<Buffer> {
  const { rows } = await pool.query<{ hashes: Buffer }>({
    name: 'read tile',
    text: 'select hashes from tile where level = $1 and index = $2',
    values: [level, index],
  });
  return rows[0]?.hashes ?? Buffer.alloc(0);
}

/**
 * The checkpoint that outsiders are shown: the newest one that was there at the last of the instants that come every so many
 * milliseconds; null before the first. So its size says what a whole interval has brought, and of no request what it has left.
 */
export async function publishedCheckpoint(pool: Pool, everyMs: number): Promise<string | null> {
  const { rows } = await pool.query<{ note: string }>({
    name: 'published checkpoint',
    text: `select note from checkpoint where time <= to_timestamp(floor(extract(epoch from now()) * 1000 / $1) * $1 / 1000)
      order by size desc limit 1`,
    values: [everyMs],
  });
  return rows[0]?.note ?? null;
}

/** The newest signed checkpoint; null before the first. */
export async function newestCheckpoint(pool: Pool): Promise<string | null> {
  const { rows } = await pool.query<{ note: string }>({
    name: 'newest checkpoint',
    text: 'select note from checkpoint order by size desc limit 1',
  });
  return rows[0]?.note ?? null;
}
