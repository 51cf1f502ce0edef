import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsOf } from '@rohnamo/service-kit';
import { testDatabase, type TestDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { referral } from '../src/service.ts';

interface Entry {
  idx: number;
  version: string;
  when: number;
  tag: string;
  breakpoints: boolean;
}

const today = migrationsOf(referral);
const folders: string[] = [];
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder of migrations as it stood once: so many of today's, and what was there beside them. */
function folderOf(count: number, beside: readonly Entry[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'rohnamo-landed-'));
  folders.push(folder);
  const journalFile = join('meta', '_journal.json');
  const journal = JSON.parse(readFileSync(join(today.migrationsFolder, journalFile), 'utf8')) as { entries: Entry[] }; // written by drizzle-kit
  const ofToday = journal.entries.slice(0, count);
  mkdirSync(join(folder, 'meta'));
  writeFileSync(join(folder, journalFile), JSON.stringify({ ...journal, entries: [...ofToday, ...beside] }));
  for (const { tag } of ofToday) cpSync(join(today.migrationsFolder, `${tag}.sql`), join(folder, `${tag}.sql`));
  for (const { tag } of beside) cpSync(join(import.meta.dirname, 'landed', `${tag}.sql`), join(folder, `${tag}.sql`));
  return folder;
}

async function databaseMadeBy(migrationsFolder: string): Promise<TestDatabase> {
  const database = await testDatabase({
    service: 'referral',
    migrationsFolder,
    migrate: (ownerUrl) => migrate({ ownerUrl, migrationsFolder, lockKey: 'referral' }),
  });
  databases.push(database);
  return database;
}

/** Columns, constraints, indexes, functions, triggers and rights, each as Postgres words it; the order of columns aside. */
async function schemaOf({ superuserUrl }: TestDatabase): Promise<string[]> {
  const client = new pg.Client(superuserUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      select format('column %s.%s %s %s default %s rights %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then 'not null' else 'null' end, coalesce(pg_get_expr(d.adbin, d.adrelid), 'none'), a.attacl) as line
      from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p')
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attnum > 0 and not a.attisdropped
      union all select format('constraint %s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
      union all select format('index %s', indexdef) from pg_indexes where schemaname = 'public'
      union all select format('function %s', pg_get_functiondef(oid)) from pg_proc where pronamespace = 'public'::regnamespace
      union all select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
      union all select format('rights %s %s %s', relname, relkind, (select array_agg(one::text order by one::text) from unnest(relacl) one))
        from pg_class where relnamespace = 'public'::regnamespace`);
    return rows.map(({ line }) => line).sort();
  } finally {
    await client.end();
  }
}

test('a database of 27 November, one made since by what stood in place of its last five migrations, and a new one come to one schema', async () => {
  const mended = { idx: 9, version: '7', when: 1795807512424, tag: '0009_whole_life_mended', breakpoints: true };
  const ofThatDay = await databaseMadeBy(folderOf(14));
  const madeSince = await databaseMadeBy(folderOf(9, [mended]));
  const half = await databaseMadeBy(folderOf(9));
  const fresh = await testDatabase(today);
  databases.push(fresh);

  const schemas = await Promise.all([ofThatDay, madeSince, half].map(schemaOf));
  expect(schemas[1]).toEqual(schemas[0]);
  expect(schemas[2]).not.toEqual(schemas[0]);
  for (const old of [ofThatDay, madeSince, half]) await today.migrate(old.ownerUrl);
  const wanted = await schemaOf(fresh);
  expect(wanted.length).toBeGreaterThan(100);
  expect(await schemaOf(ofThatDay)).toEqual(wanted);
  expect(await schemaOf(madeSince)).toEqual(wanted);
  expect(await schemaOf(half)).toEqual(wanted);
});

test('what was consumed under bare ids is of consents and of deliveries, by the version of their ids', async () => {
  const old = await databaseMadeBy(folderOf(14));
  const client = new pg.Client(old.superuserUrl);
  await client.connect();
  try {
    const [consent, delivery] = ['01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60', '01934b6e-7c1a-8e2f-9d3b-5a8c1f2e4d60'];
    await client.query(
      `insert into consumed (consumer, subject, sequence) values ('referral', $1, 1), ('referral', $2, 2)`,
      [consent, delivery],
    );
    await today.migrate(old.ownerUrl);
    const { rows } = await client.query('select kind, subject, sequence::int from consumed order by sequence');
    expect(rows).toEqual([
      { kind: 'consent', subject: consent, sequence: 1 },
      { kind: 'delivery', subject: delivery, sequence: 2 },
    ]);
  } finally {
    await client.end();
  }
});
