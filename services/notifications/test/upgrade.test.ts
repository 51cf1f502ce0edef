import { randomUUID } from 'node:crypto';
import { migrate, migrationsOf } from '@rohnamo/service-kit';
import { databaseOfBefore, type TestDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notifications } from '../src/service.ts';

const today = migrationsOf(notifications);
let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await databaseOfBefore('one_id_one_subject', {
    ...today,
    migrate: ({ service: lockKey, ...folder }) => migrate({ ...folder, lockKey }),
  });
  client = new pg.Client(database.superuserUrl);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const rowsOf = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;

it('what was consumed and parked under bare ids gets its kind, and a journal that says one version twice migrates all the same', async () => {
  const [told, loud, message, parked, unreadable] = Array.from({ length: 5 }, () => randomUUID());
  await client.query(
    `insert into notice (id, version, organisation_id, referral_id, event_id, event_type, sequence, occurred_at)
     values (gen_random_uuid(), 1, gen_random_uuid(), $1, gen_random_uuid(), 'referral.sent.v1', 1, now())`,
    [told],
  );
  for (const [subject, sequence] of [
    [told, 1],
    [loud, 4],
    [message, 1],
  ] as const)
    await client.query(`insert into consumed (consumer, subject, sequence) values ('notifications', $1, $2)`, [
      subject,
      sequence,
    ]);
  const park = (subject: string, sequence: number, reason: string, of: { type?: string; at?: string }) =>
    client.query(
      `insert into parked (consumer, subject, sequence, event, message, message_at, parked_at, attempts, reason)
       values ('notifications', $1, $2, $3, $4, $5, now(), 1, $6)`,
      [subject, sequence, of.type ? { type: of.type } : null, of.at ? Buffer.from('{}') : null, of.at ?? null, reason],
    );
  await park(parked!, 1, 'Error', { type: 'message.sent.v1' });
  await park(parked!, 2, 'Error', { type: 'referral.sent.v1' });
  await park(parked!, 3, 'over', {});
  await park(unreadable!, -8, 'unreadable', { at: 'message:1:7' });
  const said = randomUUID();
  for (const [kind, version] of [
    ['notice', 1],
    ['notice', 1],
    ['delivery', 1],
    ['notice', null],
    ['notice', null],
  ] as const)
    await client.query(
      `insert into entry (id, kind, subject, version, type, time, data, actor, nonce) values (gen_random_uuid(), $1, $2, $3, 'x', now(), '{}', '{}', '\\x00')`,
      [kind, said, version],
    );

  await today.migrate(database.ownerUrl);

  const consumed = await rowsOf(`select subject, kind from consumed`);
  expect(new Map(consumed.map(({ subject, kind }) => [subject, kind]))).toEqual(
    new Map([
      [told, 'referral'],
      [loud, 'referral'],
      [message, 'message'],
    ]),
  );
  expect(await rowsOf(`select sequence::int, kind from parked order by sequence`)).toEqual([
    { sequence: -8, kind: 'message' },
    { sequence: 1, kind: 'message' },
    { sequence: 2, kind: 'referral' },
    { sequence: 3, kind: 'referral' },
  ]);
  const again = (kind: string) =>
    client.query(
      `insert into entry select gen_random_uuid(), kind, subject, version, type, time, data, detail, actor, audience, traceparent, nonce
       from entry where subject = $1 and kind = $2 and version = 1 limit 1`,
      [said, kind],
    );
  for (const kind of ['notice', 'delivery'])
    await expect(again(kind), kind).rejects.toMatchObject({ constraint: 'entry_version_once' });
});
