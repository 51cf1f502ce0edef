import { type Change, createJournal, type NewEntry, system } from '../../src/index.ts';
import { testDatabase } from '@rohnamo/testkit';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { parcel, permit } from './schema.ts';

const migrationsFolder = new URL('./migrations', import.meta.url).pathname;

/** A journal over a database of its own, as the app role, with parcels and permits as its subjects. */
export async function scratchJournal() {
  const database = await testDatabase({
    service: 'scratch',
    migrationsFolder,
    migrate: async (ownerUrl) => {
      const client = new pg.Client(ownerUrl);
      await client.connect();
      await migrate(drizzle(client), { migrationsFolder });
      await client.end();
    },
  });
  const pool = new pg.Pool({ connectionString: database.appUrl, max: 8 });
  const sealerPool = new pg.Pool({ connectionString: database.sealerUrl, max: 2 });
  for (const each of [pool, sealerPool]) each.on('error', () => undefined);
  const errors: unknown[] = [];
  const journalOf = () => scratchJournalOver(pool, (error) => errors.push(error));
  return {
    database,
    pool,
    sealerPool,
    errors,
    journalOf,
    journal: journalOf(),
    async stop() {
      await pool.end();
      await sealerPool.end();
      await database.drop();
    },
  };
}
/** A journal over a database that was made so: for a process of its own. */
export const scratchJournalOver = (pool: pg.Pool, onError: (error: unknown) => void) =>
  createJournal({ service: 'scratch', pool, subjects: { permit, parcel }, onError });
export type Scratch = Awaited<ReturnType<typeof scratchJournal>>;

const entry: NewEntry<'client.created.v1'> = {
  type: 'client.created.v1',
  data: { clientId: 'scratch', organisationId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60' },
  actor: system,
  time: new Date('2026-11-24T00:00:00.000Z'),
};

export const parcelChange = (id: string, expected: number, label: string = id): Change => ({
  kind: 'parcel',
  id,
  expected,
  state: { label, notes: null },
  entry,
});
export const permitChange = (id: string, expected: number, state: string): Change => ({
  kind: 'permit',
  id,
  expected,
  state: { state },
  entry,
});
