import { createHash, randomInt, randomUUID } from 'node:crypto';
import { NewReferral } from '@rohnamo/contracts';
import { uuidV7 } from '@rohnamo/journal';
import { facilityIds, facilityOrganisation, referrerOrganisation, service } from '../world/ids.ts';
import type { Ceiling } from './ceiling.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';

/** The rows that a sent referral makes, for a whole group in one statement. Nothing is asked, checked or locked. */
const insertAll = {
  name: 'refer',
  text: `with r as materialized (select * from json_to_recordset($1) as t(id uuid, number text, task uuid, beneficiary uuid,
      offering uuid, consent uuid, facility uuid, need text, priority text, contact jsonb, reference text, reason text,
      entry uuid, data jsonb, nonce bytea, key text, fingerprint bytea)),
    made as (insert into referral (id, version, number, state, task_id, task_number, referrer_kind, walk_in, consent_purposes, no_shows,
        silence_steps, priority, beneficiary_id, consent_id,
        referrer_organisation_id, facility_id, facility_organisation_id, offering_id, service, need_category, age_band, language,
        access_requirements, district_id, safe_contact, reference, reason, sharing_stopped, attended, created_at, changed_at,
        sent_at, entered_state_at, due_at, wake_at)
      select id, 1, number, 'sent', task, 1, 'migration-service', false, '{referral}', 0, 0, priority, beneficiary, consent, '${referrerOrganisation}', facility,
        '${facilityOrganisation}', offering, '${service}', need, '30-44', 'tg', '{}', 'TJK003D010', contact, reference, reason, false,
        false, now(), now(), now(), now(), now() + interval '5 days', now() + interval '30 days' from r),
    noted as (insert into entry (id, kind, subject, version, type, time, data, detail, actor, traceparent, nonce)
      select entry, 'referral', id, 1, 'referral.sent.v1', now(), data, '{"reasonCode":null,"implied":[]}', $2::jsonb,
        '${traceparent}', nonce from r),
    queued as (insert into unplaced (id) select entry from r)
    insert into idempotency (client, key, fingerprint, kind, subject, version, time)
      select 'ceiling', key, fingerprint, 'referral', id, 1, now() from r`,
};
const actor = actorJson('migration-service', referrerOrganisation);

/** `POST /v1/referrals`: validated, then written together with whatever arrives meanwhile. */
export const refer: Ceiling = (app, { connection }) => {
  const write = inGroups(async (rows: object[]) => {
    await connection.query({ ...insertAll, values: [JSON.stringify(rows), actor] });
    return rows;
  });
  app.post('/v1/referrals', async (request, reply) => {
    const body = NewReferral.parse(request.body);
    const id = uuidV7();
    const task = randomUUID();
    const facility = facilityIds[Number.parseInt(body.offeringId.slice(-4), 16) % facilityIds.length];
    const number = `RH-${randomInt(2 ** 47).toString(36)}`;
    await write({
      id,
      number,
      task,
      beneficiary: body.beneficiaryId,
      offering: body.offeringId,
      consent: body.consentId,
      facility,
      need: body.needCategory,
      priority: body.priority,
      contact: body.safeContact,
      reference: body.reference,
      reason: body.reason,
      data: {
        referralId: id,
        taskId: task,
        state: 'sent',
        priority: body.priority,
        referrerOrganisationId: referrerOrganisation,
        facilityId: facility,
        facilityOrganisationId: facilityOrganisation,
      },
      ...newEntry(),
      key: request.headers['idempotency-key'],
      fingerprint: `\\x${createHash('sha256').update(JSON.stringify(request.body)).digest('hex')}`,
    });
    return reply.code(201).send({ id, number, version: 1, state: 'sent' });
  });
};
