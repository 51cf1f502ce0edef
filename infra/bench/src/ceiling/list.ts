import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { jsonSql, referralColumns } from './json-sql.ts';
import { notedPages, pageLength } from './pages.ts';

/** The newest of a facility. */
const page = `select string_agg(t.item, ',') as items, jsonb_agg(t.id) as ids from (
  select t.id, ${jsonSql('t', referralColumns)} as item
  from referral t
  where facility_organisation_id = '${facilityOrganisation}' and facility_id = r.facility and sent_at is not null order by id desc limit ${pageLength}) t`;

/** `GET /v1/referrals?facilityId=…`: as Postgres spells it. */
export const list: Ceiling = (app, { connection }) => {
  const pageOf = notedPages(connection, { name: 'list', page });
  app.get<{ Querystring: { facilityId: string } }>('/v1/referrals', async (request, reply) =>
    reply.type('application/json').send(await pageOf(request.query.facilityId)),
  );
};
