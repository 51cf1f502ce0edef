import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import pg from 'pg';
import { type Finding, noteKey, openCheckpoint, verifierKey } from '../../src/index.ts';
import { parcelChange, scratchJournal } from './scratch-journal.ts';

const entryCount = 1000;
const tables = ['entry', 'place', 'checkpoint', 'tile', 'unplaced'];

/** A journal of 1,000 entries, four versions of each of 250 parcels, all of them sealed; and the database's owner, who may do anything. */
export async function sealedScratch() {
  const scratch = await scratchJournal();
  const signingKey = Buffer.alloc(32, 9).toString('base64');
  const superuser = new pg.Client(scratch.database.superuserUrl);
  await superuser.connect();
  scratch.journal.start({ sealer: { pool: scratch.sealerPool, signingKey } });
  const ids = Array.from({ length: entryCount / 4 }, () => randomUUID());
  for (let version = 0; version < 4; version++)
    await Promise.all(ids.map((id) => scratch.journal.record({ changes: [parcelChange(id, version)] })));
  const verifier = verifierKey(noteKey('rohnamo/scratch', signingKey));
  const kept = await eventually(async () => {
    const note = await scratch.journal.newestCheckpoint();
    return note !== null && openCheckpoint(note, verifier)?.size === entryCount && note;
  });
  await scratch.journal.stop();
  return {
    ...scratch,
    superuser,
    verifier,
    /** The checkpoint over all of it, which somebody outside has kept: each webhook carries one. */
    kept,
    async idsInOrder(): Promise<string[]> {
      const { rows } = await scratch.pool.query<{ id: string }>('select id from place order by position');
      return rows.map(({ id }) => id);
    },
    /** Does something while the database's owner has done this to it; undone afterwards. */
    async whileTampered<Result>(statements: readonly string[], work: () => Promise<Result>): Promise<Result> {
      await superuser.query('create schema before');
      for (const table of tables) await superuser.query(`create table before.${table} as table public.${table}`);
      try {
        for (const statement of statements) await superuser.query(statement);
        return await work();
      } finally {
        for (const table of tables.slice(0, 4)) {
          await superuser.query(`truncate public.${table}`);
          await superuser.query(`insert into public.${table} select * from before.${table}`);
        }
        await superuser.query('drop schema before cascade');
      }
    },
    async stop() {
      await superuser.end();
      await scratch.stop();
    },
  };
}
export type SealedScratch = Awaited<ReturnType<typeof sealedScratch>>;

const idAt = (position: number) => `(select id from place where position = ${position})`;
const slip =
  "insert into entry select '00000000-0000-4000-8000-00000000beef', kind, subject, 99, type, time, data, detail, actor, audience, traceparent, nonce from entry limit 1";
const slipped = '00000000-0000-4000-8000-00000000beef';
/** Positions from one on, one up or down, by way of numbers that nothing has. */
const renumber = (from: number, by: number) => [
  `update place set position = position + 1000000 where position >= ${from}`,
  `update place set position = position - 1000000 + ${by} where position > 1000000`,
];
const changes = [
  "type = 'client.revoked.v1'",
  "time = time + interval '1 ms'",
  "actor = '{}'",
  'data = data || \'{"x": 1}\'',
  'version = version + 10',
  "nonce = '\\x00000000000000000000000000000000'",
];

/** What the owner of a database can do to a journal, and all that an audit then finds, in order. */
export const tamperings: readonly {
  deed: string;
  statements: readonly string[];
  finds: (idsInOrder: readonly string[]) => Partial<Finding>[];
}[] = [
  ...changes.map((change) => ({
    deed: `an entry was changed (${change})`,
    statements: [`update entry set ${change} where id = ${idAt(417)}`],
    finds: (ids: readonly string[]): Partial<Finding>[] => [{ what: 'changed', position: 417, entry: ids[416]! }],
  })),
  {
    deed: 'an entry was deleted',
    statements: [`delete from entry where id = ${idAt(42)}`],
    finds: () => [{ what: 'missing', position: 42 }],
  },
  {
    deed: 'three entries were deleted with their places',
    statements: [
      'delete from entry where id in (select id from place where position between 42 and 44)',
      'delete from place where position between 42 and 44',
    ],
    finds: () => [{ what: 'missing', position: 42, through: 44 }],
  },
  {
    deed: 'an entry was deleted and the others moved up',
    statements: [
      `delete from entry where id = ${idAt(42)}`,
      'delete from place where position = 42',
      ...renumber(43, -1),
    ],
    finds: (ids) => [
      { what: 'missing', position: 42 },
      { what: 'moved', position: 42, through: 999, entry: ids[42]! },
    ],
  },
  {
    deed: 'two entries changed places',
    statements: [
      'alter table place drop constraint place_id_unique',
      'create temp table swapped as select 500 + 501 - position as position, id from place where position in (500, 501)',
      'update place set id = swapped.id from swapped where swapped.position = place.position',
      'drop table swapped',
      'alter table place add constraint place_id_unique unique (id)',
    ],
    finds: (ids) => [
      { what: 'moved', position: 500, entry: ids[500]! },
      { what: 'moved', position: 501, entry: ids[499]! },
    ],
  },
  {
    deed: 'an entry was slipped in between two, and the others moved down',
    statements: [slip, ...renumber(700, 1), `insert into place (position, id) values (700, '${slipped}')`],
    finds: (ids) => [
      { what: 'inserted', position: 700, entry: slipped },
      { what: 'moved', position: 701, through: 1001, entry: ids[699]! },
    ],
  },
  {
    deed: 'an entry was put in another’s place',
    statements: [slip, `update place set id = '${slipped}' where position = 700`],
    finds: (ids) => [
      { what: 'changed', position: 700, entry: slipped },
      { what: 'unplaced', entry: ids[699]! },
    ],
  },
  {
    deed: 'an entry was slipped in behind the last',
    statements: [slip, `insert into place (position, id) values (1001, '${slipped}')`],
    finds: () => [{ what: 'version-gap', position: 1001, entry: slipped }],
  },
  {
    deed: 'an entry was slipped in without a place',
    statements: [slip],
    finds: () => [{ what: 'unplaced', entry: slipped }],
  },
  {
    deed: 'everything was rolled back, checkpoints included',
    statements: [
      'delete from entry where id in (select id from place where position > 900)',
      'delete from place where position > 900',
      'delete from checkpoint where size > 900',
      'truncate tile',
    ],
    finds: () => [{ what: 'rolled-back', position: 901, through: 1000 }],
  },
];
