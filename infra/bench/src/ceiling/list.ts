import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';
import { jsonSql, referralColumns } from './json-sql.ts';

const pageLength = 50;

/** The newest page of each facility of a group, and one entry a page that names what was on it, in one statement and one commit. */
const listAll = {
  name: 'list',
  text: `with r as materialized (select * from json_to_recordset($1) as t(n int, facility uuid, entry uuid, nonce bytea, list uuid)),
    pages as materialized (select r.*, p.items, p.ids from r cross join lateral (
      select string_agg(t.item, ',') as items, jsonb_agg(t.id) as ids from (
        select t.id, ${jsonSql('t', referralColumns)} as item
        from referral t
        where facility_organisation_id = '${facilityOrganisation}' and facility_id = r.facility and sent_at is not null order by id desc limit ${pageLength}) t) p),
    noted as (insert into entry (id, kind, subject, type, time, data, detail, actor, traceparent, nonce)
      select entry, 'referral-list', list, 'referral-list.observed.v1', now(), '{}', jsonb_build_object('subjects', ids), $2::jsonb,
        '${traceparent}', nonce from pages),
    queued as (insert into unplaced (id) select entry from pages)
    select items from pages order by n`,
};
const actor = actorJson('facility', facilityOrganisation);

/** `GET /v1/referrals?facilityId=…`: as Postgres spells it. */
export const list: Ceiling = (app, { connection }) => {
  const look = inGroups(async (rows: object[]) => {
    const { rows: pages } = await connection.query<{ items: string }>({
      ...listAll,
      values: [JSON.stringify(rows.map((row, n) => ({ n, ...row }))), actor],
    });
    return pages.map(({ items }) => `{"items":[${items}]}`);
  });
  app.get<{ Querystring: { facilityId: string } }>('/v1/referrals', async (request, reply) => {
    const answer = await look({ facility: request.query.facilityId, ...newEntry(), list: newEntry().entry });
    return reply.type('application/json').send(answer);
  });
};
