import type { Pool } from 'pg';
import type { Entry, PlacedEntry, SubjectKey } from './entry.ts';
import { type Leaf, leafOf } from './tree/leaf.ts';

/** As Postgres gives it: 64-bit numbers come as text. */
interface EntryRow extends Omit<Entry, 'version'> {
  position: string | null;
  version: string | null;
}

const columns = 'e.id, kind, subject, version, type, time, data, detail, actor, e.audience, traceparent, nonce';

const entryOf = (row: EntryRow): PlacedEntry => ({
  ...row,
  position: Number(row.position),
  version: row.version === null ? null : Number(row.version),
});

/**
 * Entries of places, each looked up by its id whatever the planner believes of the tables: it knows little of what grows by
 * thousands between two of its looks, and read the whole journal for a page of it (`offset 0` keeps it from joining otherwise).
 */
const entriesOf = (places: string): string =>
  `select position, ${columns} from (${places}) p cross join lateral (select * from entry where entry.id = p.id offset 0) e order by position`;

/** The entries after a position, in order, as far as they are placed. */
export async function readFeed(pool: Pool, { after, limit }: { after: number; limit: number }): Promise<PlacedEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read feed',
    text: entriesOf('select position, id from place where position > $1 order by position limit $2'),
    values: [after, limit],
  });
  return rows.map(entryOf);
}

/** The same, bounded to what is for any of these audiences. Each is read in the order of its own index, so that a page costs the same however many entries there are. */
export async function readFeedOf(
  pool: Pool,
  { audiences, after, limit }: { audiences: readonly string[]; after: number; limit: number },
): Promise<PlacedEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read feed of one',
    text: entriesOf(`select position, id from unnest($1::uuid[]) as wanted (audience) cross join lateral (
        select position, id from place where place.audience = wanted.audience and position > $2 order by position limit $3) p
      order by position limit $3`),
    values: [[...new Set(audiences)], after, limit],
  });
  return rows.map(entryOf);
}

/** An entry of a subject's trail; position null while it waits for its place. */
export type TrailEntry = Entry & { position: number | null };

/** Everything that happened to some subjects, oldest first: one trail of a thing and of what belongs to it. */
export async function readTrail(pool: Pool, subjects: readonly SubjectKey[]): Promise<TrailEntry[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read trail',
    text: `select position, ${columns} from entry e left join place p using (id) where (subject, kind) in (select * from unnest($1::uuid[], $2::text[])) order by p.position nulls last, e.time, e.id`,
    values: [subjects.map(({ id }) => id), subjects.map(({ kind }) => kind)],
  });
  return rows.map((row) => ({ ...entryOf(row), position: row.position === null ? null : Number(row.position) }));
}

/** The same, of which no more is wanted than an audit does. */
export const readLeaves = async (
  pool: Pool,
  page: { after: number; limit: number },
): Promise<(Leaf & { position: number })[]> =>
  (await readFeed(pool, page)).map((entry) => ({ ...leafOf(entry), position: entry.position }));

/** Leaves of entries that have no place and do not wait for one: nobody recorded them. A thousand at most. */
export async function readStrangers(pool: Pool): Promise<Leaf[]> {
  const { rows } = await pool.query<EntryRow>({
    name: 'read strangers',
    text: `select null as position, ${columns} from entry e where not exists (select from place where place.id = e.id) and not exists (select from unplaced where unplaced.id = e.id) order by id limit 1000`,
  });
  return rows.map((row) => leafOf(entryOf(row)));
}
