import { randomUUID } from 'node:crypto';
import { migrate, migrationsOf } from '@rohnamo/service-kit';
import { databaseOfBefore } from '@rohnamo/testkit';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { notifications } from '../src/service.ts';

it('a subscription that was made before is the client’s that made it; one of which the journal does not tell is nobody’s', async () => {
  const today = migrationsOf(notifications);
  const database = await databaseOfBefore('owners_of_subscriptions', {
    ...today,
    migrate: ({ service: lockKey, ...folder }) => migrate({ ...folder, lockKey }),
  });
  onTestFinished(() => database.drop());
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  onTestFinished(() => client.end());
  const [told, untold, organisation] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [told, untold])
    await client.query(
      `insert into subscription (id, version, organisation_id, url, desk_ids, state, secret, created_at)
       values ($1, 2, $2, 'https://clinic.example/', '{}', 'active', '\\x00', now())`,
      [id, organisation],
    );
  for (const [version, type, clientId] of [
    [1, 'created', 'clinic'],
    [2, 'rotated', 'colleague'],
  ])
    await client.query(
      `insert into entry (id, kind, subject, version, type, time, data, actor, nonce)
       values (gen_random_uuid(), 'subscription', $1, $2, $3, now(), '{}', $4, '\\x00')`,
      [told, version, `subscription.${type}.v1`, { kind: 'client', clientId, organisationId: organisation }],
    );
  await today.migrate(database.ownerUrl);
  const { rows } = await client.query<{ id: string; client_id: string | null; state: string }>(
    'select id, client_id, state from subscription',
  );
  expect(new Map(rows.map(({ id, client_id, state }) => [id, [client_id, state]]))).toEqual(
    new Map([
      [told, ['clinic', 'active']],
      [untold, [null, 'active']],
    ]),
  );
});
