import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { jsonSql } from './json-sql.ts';
import { notedPages, pageLength } from './pages.ts';

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

/** The most urgent of a facility, with when the other side last wrote of each. */
const page = `select string_agg('{"referral":' || t.item || ',"written":' || coalesce('"' || m.sent_at || '"', 'null') || '}', ',') as items, jsonb_agg(t.id) as ids from (
    select t.id, t.task_id, ${jsonSql('t', itemColumns)} as item from referral t
    where facility_organisation_id = '${facilityOrganisation}' and facility_id = r.facility and ${openWork} and ${asksSomething}
    order by ${urgency} limit ${pageLength}) t
  left join lateral (select m.sent_at from message m where m.referral_id = t.id and m.task_id = t.task_id order by m.id desc limit 1) m on true`;

/** `POST /v1/worklist` of one facility: as Postgres spells it. */
export const worklist: Ceiling = (app, { connection }) => {
  const pageOf = notedPages(connection, { name: 'worklist', page });
  app.post<{ Body: { facilityId: string } }>('/v1/worklist', async (request, reply) =>
    reply.type('application/json').send(await pageOf(request.body.facilityId)),
  );
};
