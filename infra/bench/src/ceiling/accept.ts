import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';

/** A referral moves to `accepted`, with its entry, for a whole group in one statement. Nothing is asked, checked or locked before. */
const updateAll = {
  name: 'accept',
  text: `with r as materialized (select * from json_to_recordset($1) as t(id uuid, entry uuid, nonce bytea)),
    moved as (update referral t set state = 'accepted', version = t.version + 1, changed_at = now(), entered_state_at = now(),
        due_at = now() + interval '14 days', wake_at = null
      from r where t.id = r.id returning t.id, t.version, t.task_id, t.priority, t.facility_id),
    noted as (insert into entry (id, kind, subject, version, type, time, data, detail, actor, traceparent, nonce)
      select r.entry, 'referral', m.id, m.version, 'referral.accepted.v1', now(),
        jsonb_build_object('referralId', m.id, 'taskId', m.task_id, 'state', 'accepted', 'priority', m.priority, 'facilityId', m.facility_id,
          'facilityOrganisationId', '${facilityOrganisation}'),
        '{"reasonCode":null,"implied":["acknowledged"]}', $2::jsonb, '${traceparent}', r.nonce from moved m join r using (id)),
    queued as (insert into unplaced (id) select entry from r)
    select id, version::int as version from moved`,
};
const actor = actorJson('facility', facilityOrganisation);

/** `POST /v1/referrals/{id}/accept`, written together with whatever arrives meanwhile. */
export const accept: Ceiling = (app, { connection }) => {
  const write = inGroups(async (rows: { id: string }[]) => {
    const { rows: moved } = await connection.query<{ id: string; version: number }>({
      ...updateAll,
      values: [JSON.stringify(rows), actor],
    });
    const versions = new Map(moved.map(({ id, version }) => [id, version]));
    return rows.map(({ id }) => versions.get(id));
  });
  app.post<{ Params: { id: string } }>('/v1/referrals/:id/accept', async (request, reply) => {
    const { id } = request.params;
    const version = await write({ id, ...newEntry() });
    return reply.send({ id, version, state: 'accepted' });
  });
};
