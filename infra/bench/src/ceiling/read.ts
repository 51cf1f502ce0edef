import { facilityOrganisation } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';
import { jsonSql, referralColumns } from './json-sql.ts';

/** Reads a group of referrals with their receipts, and notes each look, in one statement and one commit. */
const readAll = {
  name: 'read',
  text: `with r as materialized (select * from json_to_recordset($1) as t(id uuid, entry uuid, nonce bytea)),
    noted as (insert into entry (id, kind, subject, type, time, data, actor, traceparent, nonce)
      select entry, 'referral', id, 'referral.observed.v1', now(), '{}', $2::jsonb, '${traceparent}', nonce from r),
    queued as (insert into unplaced (id) select entry from r)
    select t.id, ${jsonSql('t', referralColumns)} as referral,
      (select json_agg(c)::text from receipt c where c.referral_id = t.id) as receipts
    from r join referral t using (id)`,
};
const actor = actorJson('facility', facilityOrganisation);

/** `GET /v1/referrals/{id}`: as Postgres spells it. */
export const read: Ceiling = (app, { connection }) => {
  const look = inGroups(async (rows: { id: string }[]) => {
    const { rows: found } = await connection.query<{ id: string; referral: string; receipts: string | null }>({
      ...readAll,
      values: [JSON.stringify(rows), actor],
    });
    const byId = new Map(
      found.map((row) => [row.id, `{"referral":${row.referral},"receipts":${row.receipts ?? '[]'}}`]),
    );
    return rows.map(({ id }) => byId.get(id) ?? '');
  });
  app.get<{ Params: { id: string } }>('/v1/referrals/:id', async (request, reply) => {
    const answer = await look({ id: request.params.id, ...newEntry() });
    return reply.type('application/json').send(answer);
  });
};
