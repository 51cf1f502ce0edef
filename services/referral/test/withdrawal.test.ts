import { createJournal, type Journal, system } from '@rohnamo/journal';
import { inProcessTransport } from '@rohnamo/messaging';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consent } from '../src/schema.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let registry: { journal: Journal; stop: () => Promise<void> };

/** The registry's journal, as far as its consents: another service's, on the same transport. */
beforeAll(async () => {
  const transport = inProcessTransport({ onError: () => undefined });
  at = await referralService({ transport });
  const other = await referralService();
  const journal = createJournal({
    service: 'registry',
    pool: other.pool,
    subjects: { consent },
    onError: () => undefined,
  });
  journal.start();
  await at.start();
  await transport.publish(journal);
  registry = {
    journal,
    stop: async () => {
      await journal.stop();
      await other.stop();
    },
  };
});
afterAll(async () => {
  await at.stop();
  await registry.stop();
});

/** The person takes their consent back: at the source, so the referral service hears of it as an event. */
async function withdrawAtSource({
  beneficiaryId,
  consentId,
}: {
  beneficiaryId: string;
  consentId: string;
}): Promise<void> {
  const terms = {
    beneficiaryId,
    purposes: ['referral' as const],
    recipientOrganisationId: at.roles.facility.organisationId,
  };
  const change = (expected: number, state: 'active' | 'withdrawn') => ({
    kind: 'consent',
    id: consentId,
    expected,
    state: { ...terms, state, dataCategories: null, endsAt: null },
    entry: {
      type: state === 'active' ? ('consent.given.v1' as const) : ('consent.withdrawn.v1' as const),
      data: { consentId, state, ...terms },
      actor: system,
      time: new Date(),
    },
  });
  await registry.journal.record({ changes: [change(0, 'active')] });
  await registry.journal.record({ changes: [change(1, 'withdrawn')] });
}

const stateOf = async (id: string) =>
  (await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body as unknown as {
    state: string;
    sharingStopped: boolean;
    reasonCode: string;
  };
const copyOf = async (consentId: string) =>
  (await at.pool.query<{ state: string }>('select state from consent where id = $1', [consentId])).rows[0]?.state;

describe('a consent that is withdrawn', () => {
  it('after the referral was sent, ends it where nobody has accepted', async () => {
    const person = at.person();
    const id = await at.refer(person);
    await withdrawAtSource(person);
    await eventually(async () => (await stateOf(id)).state === 'cancelled');
    expect(await stateOf(id)).toMatchObject({ reasonCode: 'consent-withdrawn', sharingStopped: true });
  });

  it('before the referral is sent, leaves nothing sent', async () => {
    const person = at.person();
    await withdrawAtSource(person);
    await eventually(async () => (await copyOf(person.consentId)) === 'withdrawn');
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral(person));
    expect({ status, type: body['type'] }).toEqual({ status: 422, type: '/problems/consent-missing' });
  });

  it('while the referral is being sent, never leaves it sent: whichever commits first', async () => {
    for (let round = 0; round < 25; round++) {
      const person = at.person();
      const sending = at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral(person));
      await withdrawAtSource(person);
      const { status, body } = await sending;
      await eventually(async () => (await copyOf(person.consentId)) === 'withdrawn');
      if (status === 201) await eventually(async () => (await stateOf(String(body['id']))).state === 'cancelled');
      else expect(body['type']).toBe('/problems/consent-missing');
    }
  });

  it('between reading and writing, makes the write lose: the row it leaned on is locked and has moved', async () => {
    const person = at.person();
    const draft = await at.refer({ ...person, draft: true });
    const blocker = await at.pool.connect();
    await blocker.query('begin');
    await blocker.query("update consent set state = 'withdrawn', version = version + 1 where id = $1", [
      person.consentId,
    ]);
    const submitting = at.act(at.roles.referrer, draft, 'submit');
    await eventually(async () => {
      const { rows } = await at.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    });
    await blocker.query('commit');
    blocker.release();
    expect((await submitting).body['type']).toBe('/problems/consent-missing');
    expect((await stateOf(draft)).state).toBe('draft');
  });

  it('before it has ended the referral, keeps the person from being taken on', async () => {
    const person = at.person();
    const id = await at.refer(person);
    await at.pool.query("update consent set state = 'withdrawn' where id = $1", [person.consentId]);
    for (const [action, body] of [
      ['accept', {}],
      ['schedule', { appointmentAt: '2056-11-26T04:00:00.000Z' }],
      ['start', {}],
    ] as const)
      expect((await at.act(at.roles.facility, id, action, body)).body['type']).toBe('/problems/consent-missing');
    expect((await stateOf(id)).state).toBe('sent');
  });

  it('makes a withdrawal that comes during the write wait for it, and then ends what was sent', async () => {
    const person = at.person();
    const draft = await at.refer({ ...person, draft: true });
    const blocker = await at.pool.connect();
    await blocker.query('begin');
    await blocker.query('select 1 from referral where id = $1 for update', [draft]); // holds the submit between its two locks
    const submitting = at.act(at.roles.referrer, draft, 'submit');
    await eventually(async () => {
      const { rows } = await at.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    });
    await withdrawAtSource(person);
    await blocker.query('commit');
    blocker.release();
    await submitting;
    await eventually(async () => (await stateOf(draft)).state === 'cancelled');
  });

  it('after the facility has said no, ends what may be said of the person', async () => {
    const person = at.person();
    const id = await at.refer(person);
    await at.act(at.roles.facility, id, 'reject', { code: 'no-capacity' });
    await withdrawAtSource(person);
    await eventually(async () => (await stateOf(id)).sharingStopped);
    expect((await stateOf(id)).state).toBe('rejected');
    const said = await at.call(at.roles.referrer, 'POST', `/v1/referrals/${id}/messages`, { text: 'Why not?' });
    expect(said.status).toBe(409);
  });

  it('after acceptance, stops sharing but not care', async () => {
    const person = at.person();
    const id = await at.refer(person);
    await at.act(at.roles.facility, id, 'accept');
    await withdrawAtSource(person);
    await eventually(async () => (await stateOf(id)).sharingStopped);
    expect(await stateOf(id)).toMatchObject({ state: 'accepted' });
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`)).body).toMatchObject({
      type: '/problems/details-closed',
    });
    expect((await at.act(at.roles.facility, id, 'start')).body).toMatchObject({ state: 'in_service', view: 'triage' });
  });
});
