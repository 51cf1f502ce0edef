import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';
import { jsonSql } from './json-sql.ts';

const pageLength = 50;

const itemColumns = {
  id: 'plain',
  version: 'raw',
  number: 'plain',
  state: 'plain',
  priority: 'plain',
  facility_id: 'plain',
  facility_organisation_id: 'plain',
  desk_id: 'plain',
  service: 'plain',
  entered_state_at: 'plain',
  due_at: 'plain',
  responsible: 'plain',
} as const;

/** In the words of the index that serves it. */
const openWork = `state in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested')`;
const urgency = `(case when state = 'draft' then 3 when priority = 'emergency' then 0 when priority = 'urgent' then 1 else 2 end), (coalesce(due_at, entered_state_at)), id`;
const asksSomething = `(state in ('sent', 'acknowledged', 'accepted', 'no_show', 'in_service', 'cancel_requested') or state = 'scheduled' and appointment_at <= now()
  or exists (select from message m where m.referral_id = t.id and m.task_id = t.task_id and m.by = 'referrer' and m.sent_at > coalesce(t.facility_acted_at, '-infinity')))`;

/** The most urgent page of each facility of a group, when the other side last wrote of each, and one entry a page that names what was on it. */
const workOfAll = {
  name: 'worklist',
  text: `with r as materialized (select * from json_to_recordset($1) as t(n int, facility uuid, entry uuid, nonce bytea, list uuid)),
    pages as materialized (select r.*, p.items, p.ids from r cross join lateral (
      select string_agg('{"referral":' || t.item || ',"written":' || coalesce('"' || m.sent_at || '"', 'null') || '}', ',') as items, jsonb_agg(t.id) as ids from (
        select t.id, t.task_id, ${jsonSql('t', itemColumns)} as item from referral t
        where facility_organisation_id = '${facilityOrganisation}' and facility_id = r.facility and ${openWork} and ${asksSomething}
        order by ${urgency} limit ${pageLength}) t
      left join lateral (select m.sent_at from message m where m.referral_id = t.id and m.task_id = t.task_id order by m.id desc limit 1) m on true) p),
    noted as (insert into entry (id, kind, subject, type, time, data, detail, actor, traceparent, nonce)
      select entry, 'referral-list', list, 'referral-list.observed.v1', now(), '{}', jsonb_build_object('subjects', ids), $2::jsonb,
        '${traceparent}', nonce from pages),
    queued as (insert into unplaced (id) select entry from pages)
    select items from pages order by n`,
};
const actor = actorJson('facility', facilityOrganisation);

/** `POST /v1/worklist` of one facility: as Postgres spells it. */
export const worklist: Ceiling = (app, { connection }) => {
  const look = inGroups(async (rows: object[]) => {
    const { rows: pages } = await connection.query<{ items: string | null }>({
      ...workOfAll,
      values: [JSON.stringify(rows.map((row, n) => ({ n, ...row }))), actor],
    });
    return pages.map(({ items }) => `{"items":[${items ?? ''}]}`);
  });
  app.post<{ Body: { facilityId: string } }>('/v1/worklist', async (request, reply) => {
    const answer = await look({ facility: request.body.facilityId, ...newEntry(), list: newEntry().entry });
    return reply.type('application/json').send(answer);
  });
};
