import { facilityOrganisation, idOf, idSql, referrerOrganisation } from './ids.ts';
import type { Range } from './seed-referral.ts';
import type { Query } from './stage.ts';

/** Entries as sent referrals have them, each of a subject of its own. They neither have a position nor wait for one. */
export async function seedEntries(query: Query, { from, to }: Range): Promise<void> {
  await query(
    `insert into entry (id, kind, subject, version, type, time, data, detail, actor, traceparent, nonce)
     select ${idSql('entry', 'n')}, 'referral', ${idSql('referral', 'n')}, 1, 'referral.sent.v1', now(),
       jsonb_build_object('referralId', ${idSql('referral', 'n')}, 'taskId', ${idSql('othersEntry', 'n')}, 'state', 'sent',
         'priority', 'routine', 'referrerOrganisationId', '${referrerOrganisation}', 'facilityId', '${idOf('facility', 0)}',
         'facilityOrganisationId', '${facilityOrganisation}'),
       '{"reasonCode":null,"implied":[]}',
       jsonb_build_object('kind', 'client', 'clientId', '${idOf('organisation', 255)}', 'organisationId', '${referrerOrganisation}',
         'role', 'migration-service', 'actingPerson', null),
       '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', decode(md5(n::text), 'hex')
     from generate_series($1::int, $2::int) n`,
    [from, to - 1],
  );
}

/** Queues such entries for their positions, as `record` does. */
export async function queueEntries(query: Query, { from, to }: Range): Promise<void> {
  await query(`insert into unplaced (id) select ${idSql('entry', 'n')} from generate_series($1::int, $2::int) n`, [
    from,
    to - 1,
  ]);
}

/** Gives such entries the positions that follow the last, in the order of their numbers. */
export async function placeEntries(query: Query, { from, to }: Range): Promise<void> {
  await query(
    `insert into place (position, id) select (select coalesce(max(position), 0) from place) + n - $1 + 1, ${idSql('entry', 'n')}
     from generate_series($1::int, $2::int) n`,
    [from, to - 1],
  );
}
