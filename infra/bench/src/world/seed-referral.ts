import type { Facility, Offering } from '@rohnamo/contracts';
import { facilityCount, facilityOrganisation, idOf, idSql, referrerOrganisation, service } from './ids.ts';
import type { Course } from './course.ts';
import type { Query } from './stage.ts';

/** Rows by their numbers: from, and up to but without. */
export interface Range {
  from: number;
  to: number;
}

/** The referral service's copies of facilities and their offerings: all open. */
export async function seedPlaces(query: Query): Promise<void> {
  const base: Omit<Facility, 'id'> = {
    version: 1,
    organisationId: facilityOrganisation,
    kind: 'rural-health-centre',
    name: { tg: 'Маркази саломатӣ (намуна)', en: 'Health centre (sample)' },
    location: { latitude: 37.91459, longitude: 69.78454 },
    locationConfidential: false,
    address: null,
    languages: ['tg'],
    wheelchairAccess: false,
    desks: [],
    status: 'open',
  };
  const offered: Omit<Offering, 'id' | 'facilityId'> = {
    version: 1,
    service,
    pyramidLayer: 1,
    languages: ['tg'],
    staffWomen: true,
    staffMen: true,
    walkIns: false,
    capacity: 'open',
    verifiedAt: '2026-11-01T00:00:00.000Z',
  };
  for (let number = 0; number < facilityCount; number += 1) {
    const facility: Facility = { ...base, id: idOf('facility', number) };
    const offering: Offering = { ...offered, id: idOf('offering', number), facilityId: facility.id };
    await query('insert into facility (id, version, record) values ($1, 1, $2)', [facility.id, facility]);
    await query('insert into offering (id, version, record) values ($1, 1, $2)', [offering.id, offering]);
  }
}

/** People of the referrer, each with a consent to the facilities' organisation, as this service has copied them. */
export async function seedPeople(query: Query, { from, to }: Range): Promise<void> {
  const numbers = [from, to - 1];
  await query(
    `insert into person (id, version, stale, asked_at, organisation_id, age_band, language, access_requirements, district_id)
     select ${idSql('person', 'n')}, 1, false, now(), '${referrerOrganisation}', '30-44', 'tg', '{}', 'TJK003D010'
     from generate_series($1::int, $2::int) n`,
    numbers,
  );
  await query(
    `insert into consent (id, version, beneficiary_id, state, purposes, recipient_organisation_id, data_categories)
     select ${idSql('consent', 'n')}, 1, ${idSql('person', 'n')}, 'active', '{referral}', '${facilityOrganisation}', '{identity,contact,health}'
     from generate_series($1::int, $2::int) n`,
    numbers,
  );
}

/** Facilities of others, among which the caller's own are few. */
export const othersFacilityCount = 990;

interface Referrals extends Range {
  course: Course;
}

/** Referrals of the referrer to the facilities that the caller speaks for, in turn, each with its first entry. */
export const seedReferrals = (query: Query, referrals: Referrals): Promise<void> =>
  seed(query, referrals, {
    referral: idSql('referral', 'n'),
    entry: idSql('entry', 'n'),
    facility: idSql('facility', `n % ${facilityCount}`),
    offering: idSql('offering', `n % ${facilityCount}`),
    referrerOrganisation,
    facilityOrganisation,
  });

/** Referrals that are nobody's whom the bench asks as: between many facilities of others, as most of a country's are. */
export const seedOthersReferrals = (query: Query, referrals: Referrals): Promise<void> =>
  seed(query, referrals, {
    referral: idSql('othersReferral', 'n'),
    entry: idSql('othersEntry', 'n'),
    facility: idSql('facility', `${facilityCount} + n % ${othersFacilityCount}`),
    offering: idSql('offering', `${facilityCount} + n % ${othersFacilityCount}`),
    referrerOrganisation: idOf('organisation', 3),
    facilityOrganisation: idOf('organisation', 4),
  });

type SeedNames = 'referral' | 'entry' | 'facility' | 'offering' | 'referrerOrganisation' | 'facilityOrganisation';

async function seed(query: Query, { from, to, course }: Referrals, of: Record<SeedNames, string>): Promise<void> {
  const numbers = [from, to - 1];
  await query(
    `insert into referral (id, version, number, task_id, referrer_kind, walk_in, consent_purposes, silence_steps, beneficiary_id, consent_id, referrer_organisation_id,
       facility_id, facility_organisation_id, offering_id, service, need_category, age_band, language, access_requirements,
       safe_contact, reason, sharing_stopped, attended, ${Object.keys(course.columns).join(', ')})
     select ${of.referral}, 1, 'RH-' || upper(substr(md5(${of.referral}::text), 1, 14)), gen_random_uuid(), 'migration-service', false, '{referral}', 0,
       ${idSql('person', 'n')}, ${idSql('consent', 'n')}, '${of.referrerOrganisation}', ${of.facility},
       '${of.facilityOrganisation}', ${of.offering}, '${service}', 'physical-injury', '30-44', 'tg', '{}',
       '{"method":"phone","phone":"+992000000001"}', repeat('Fell from a scaffold. ', 10), false, false, ${Object.values(course.columns).join(', ')}
     from generate_series($1::int, $2::int) n ${course.from}`,
    numbers,
  );
  await query(
    `insert into entry (id, kind, subject, version, type, time, data, detail, actor, nonce)
     select ${of.entry}, 'referral', ${of.referral}, 1, 'referral.sent.v1', now(),
       jsonb_build_object('referralId', ${of.referral}, 'state', 'sent', 'priority', 'routine'), '{"reasonCode":null,"implied":[]}',
       '{"kind":"client","clientId":"bench","role":"migration-service","actingPerson":null}', decode(md5(n::text), 'hex')
     from generate_series($1::int, $2::int) n`,
    numbers,
  );
  await query(endedTasksSql(of.referral), numbers);
  await query(messagesSql(of.referral), numbers);
}

/** Of who is somewhere else now: where the person could not be taken, two days before. */
const endedTasksSql = (id: string): string =>
  `insert into task (id, version, referral_id, number, state, reason_code, priority, need_category, facility_id, facility_organisation_id, offering_id,
     district_id, walk_in, no_shows, rejection_code, sent_at, acknowledged_at, rejected_at, ended_at)
   select gen_random_uuid(), 1, id, 1, 'redirected', 'redirected', priority, need_category, ${idSql('facility', `${facilityCount} + (n + 7) % ${othersFacilityCount}`)},
     '${idOf('organisation', 4)}', ${idSql('offering', `${facilityCount} + (n + 7) % ${othersFacilityCount}`)}, district_id, false, 0, null,
     sent_at - interval '2 days', sent_at - interval '1 day', null, sent_at
   from generate_series($1::int, $2::int) n join referral on id = ${id} where task_number = 2`;

/** About one in five of those of which anything has been done: one side wrote to the other an hour later. */
const messagesSql = (id: string): string =>
  `insert into message (id, version, referral_id, task_id, by, organisation_id, text, details_open, sent_at)
   select gen_random_uuid(), 1, id, task_id, case when n % 2 = 0 then 'referrer' else 'facility' end,
     case when n % 2 = 0 then referrer_organisation_id else facility_organisation_id end, 'Is there a step at the door?', accepted_at is not null, least(now(), entered_state_at + interval '1 hour')
   from generate_series($1::int, $2::int) n join referral on id = ${id} where n % 10 in (3, 6) and entered_state_at > sent_at`;
