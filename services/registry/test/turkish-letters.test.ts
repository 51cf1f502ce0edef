import { migrate, migrationsOf } from '@rohnamo/service-kit';
import { databaseOfBefore } from '@rohnamo/testkit';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { registry } from '../src/service.ts';
import { ownOrganisation } from './registry.ts';

it('who was marked for a letter of Turkish alone is marked no longer, and each is found by their own id', async () => {
  const today = migrationsOf(registry);
  const database = await databaseOfBefore('turkish_letters', {
    ...today,
    migrate: ({ service: lockKey, ...folder }) => migrate({ ...folder, lockKey }),
  });
  onTestFinished(() => database.drop());
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  onTestFinished(() => client.end());
  // Registered one after another; all but the first were marked, for then all of them coincided.
  const spellings = ['k-ı', 'k-i', 'K-I', 'K-ı', 'k-İ', 'other'];
  for (const [index, externalId] of spellings.entries())
    await client.query(
      `insert into beneficiary (id, version, organisation_id, source_system, external_id, given_name, family_name, sex, language,
         access_requirements, registered_at, is_kept_apart)
       values (gen_random_uuid(), 1, $1, 'office', $2, 'A', 'B', 'unknown', 'tg', '{}', now() + $3 * interval '1 s', $4)`,
      [ownOrganisation, externalId, index, index > 0 && externalId !== 'other'],
    );
  await today.migrate(database.ownerUrl);
  const { rows } = await client.query<{ external_id: string; is_kept_apart: boolean }>(
    'select external_id, is_kept_apart from beneficiary order by registered_at',
  );
  expect(rows.map(({ external_id, is_kept_apart }) => [external_id, is_kept_apart])).toEqual([
    ['k-ı', false],
    ['k-i', false],
    ['K-I', true],
    ['K-ı', true],
    ['k-İ', false],
    ['other', false],
  ]);
  await client.query('set enable_seqscan = off');
  for (const [asked, found] of [
    ['K-ı', 'k-ı'],
    ['k-I', 'k-i'],
    ['K-İ', 'k-İ'],
  ]) {
    const { rows: people } = await client.query<{ external_id: string }>(
      `select external_id from beneficiary where organisation_id = $1 and fold_text(source_system) = fold_text('Office')
         and fold_text(external_id) = fold_text($2) and external_id is not null and not is_kept_apart`,
      [ownOrganisation, asked],
    );
    expect(people.map(({ external_id }) => external_id)).toEqual([found]);
  }
});
