import type { Pool } from 'pg';
import type { Entry, PlacedEntry } from './entry.ts';

/** As Postgres gives it: 64-bit numbers come as text. */
interface EntryRow extends Omit<Entry, 'version'> {
  position: string | null;
  version: string | null;
}

const columns = 'id, kind, subject, version, type, time, data, detail, actor, e.audience, traceparent, nonce';

const entryOf = (row: EntryRow): PlacedEntry => ({
  ...row,
  position: Number(row.position),
  version: row.version === null ? null : Number(row.version),
});

/** The entries after a position, in order, as far as they are placed. */
export async function readFeed(pool: Pool, { after, limit }: { after: number; limit: number }): Promise<PlacedEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read feed',
    text: `select position, ${columns} from place p join entry e using (id) where position > $1 order by position limit $2`,
    values: [after, limit],
  });
  return rows.map(entryOf);
}

/** The same, bounded to what one organisation may see. */
export async function readFeedOf(
  pool: Pool,
  { audience, after, limit }: { audience: string; after: number; limit: number },
): Promise<PlacedEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read feed of one',
    text: `select position, ${columns} from place p join entry e using (id) where p.audience = $1 and position > $2 order by position limit $3`,
    values: [audience, after, limit],
  });
  return rows.map(entryOf);
}

/** An entry of a subject's trail; position null while it waits for its place. */
export type TrailEntry = Entry & { position: number | null };

/** Everything that happened to a subject, oldest first. */
export async function readTrail(pool: Pool, subject: string): Promise<TrailEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read trail',
    text: `select position, ${columns} from entry e left join place p using (id) where subject = $1 order by p.position nulls last, e.time, e.id`,
    values: [subject],
  });
  return rows.map((row) => ({ ...entryOf(row), position: row.position === null ? null : Number(row.position) }));
}

/** Entries that have no place and do not wait for one: nobody recorded them. A thousand at most. */
export async function readStrangers(pool: Pool): Promise<Entry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read strangers',
    text: `select null as position, ${columns} from entry e where not exists (select from place where place.id = e.id) and not exists (select from unplaced where unplaced.id = e.id) order by id limit 1000`,
  });
  return rows.map(entryOf);
}
