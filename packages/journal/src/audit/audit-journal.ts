import type { Pool } from 'pg';
import { readFeed } from '../feed.ts';
import { readTile } from '../sealer.ts';
import { tileWidth } from '../tree/edge.ts';
import { auditEntries, type Finding } from './audit-entries.ts';

const batchMax = 1000;
const hashLength = 32;

/**
 * Audits a whole journal where it stands: its entries against its tiles, so that a changed row is named, and against its
 * newest checkpoint and those that somebody kept outside.
 * @returns what is wrong; nothing where all is as it was sealed.
 */
export async function auditJournal(
  pool: Pool,
  { verifier, kept = [] }: { verifier: string; kept?: readonly string[] },
): Promise<Finding[]> {
  const { rows } = await pool.query<{ note: string }>('select note from checkpoint order by size desc limit 1');
  const findings = await auditEntries(placedEntries(pool), {
    verifier,
    checkpoints: [...rows.map(({ note }) => note), ...kept],
    sealedHash: sealedHashes(pool),
  });
  return [...findings, ...(await strangers(pool))];
}

async function* placedEntries(pool: Pool) {
  for (let after = 0; ;) {
    const entries = await readFeed(pool, { after, limit: batchMax });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}

/** The hash that was sealed at a position; one tile is kept at a time. */
function sealedHashes(pool: Pool): (position: number) => Promise<Buffer | null> {
  let tile: { index: number; hashes: Buffer } | null = null;
  return async (position) => {
    const index = Math.floor((position - 1) / tileWidth);
    if (tile?.index !== index) {
      tile = { index, hashes: await readTile(pool, 0, index) };
    }
    const at = ((position - 1) % tileWidth) * hashLength;
    const hash = tile.hashes.subarray(at, at + hashLength);
    return hash.length === hashLength ? hash : null;
  };
}

/** Entries that have no place and do not wait for one. */
async function strangers(pool: Pool): Promise<Finding[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from entry e where not exists (select from place where place.id = e.id) and not exists (select from unplaced where unplaced.id = e.id) order by id',
  );
  return rows.map(({ id }) => ({
    what: 'unplaced',
    entry: id,
    detail: 'the entry has no place and does not wait for one: nobody recorded it',
  }));
}
