import { createPool } from '@rohnamo/service-kit';
import type { ReferralService } from './referral-service.ts';

const own = ['id', 'number', 'state', 'beneficiary_id', 'consent_id'];
const parties = ['referrer_organisation_id', 'facility_organisation_id', 'facility_id'];

/** Makes 30,000 closed referrals of the kind that there is, from the referrer to itself and to the facility in turn, and has Postgres know of them. */
export async function manyClosed(at: ReferralService): Promise<void> {
  const { referrer, facility } = at.roles;
  const { rows } = await at.pool.query<{ others: string }>(
    `select string_agg(quote_ident(column_name), ', ') as others from information_schema.columns
     where table_name = 'referral' and column_name <> all($1)`,
    [[...own, ...parties]],
  );
  const others = rows[0]?.others ?? '';
  for (let thousands = 0; thousands < 30; thousands += 5)
    await at.pool.query(
      `insert into referral (${[...own, ...parties].join(', ')}, ${others})
       select gen_random_uuid(), gen_random_uuid(), 'closed', gen_random_uuid(), gen_random_uuid(), $1::uuid, case closed % 2 when 0 then $1::uuid else $2::uuid end, $3::uuid, ${others}
       from (select * from referral where sent_at is not null limit 1), generate_series(1, 5000) closed`,
      [referrer.organisationId, facility.organisationId, at.facilityId],
    );
  const owner = createPool(at.database.ownerUrl, { applicationName: 'referral test owner', max: 1 });
  await owner.query('analyze');
  await owner.end();
}
