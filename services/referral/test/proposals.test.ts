import { randomUUID } from 'node:crypto';
import type { NewReferral } from '@rohnamo/contracts';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentsAtRegistry } from './consents-at-registry.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let clock = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());

const hour = 3_600_000;
const later = (ms: number) => void (clock = new Date(clock.getTime() + ms));
const { withdraw, endAt, hearOfWithdrawal } = consentsAtRegistry(
  () => at,
  () => clock,
);
const read = (as: TokenRequest, id: string) => at.call(as, 'GET', `/v1/referrals/${id}`);
const secret = 'fell from a scaffold';

/** A case of which another organisation is asked whether it takes it over, and who works there. */
async function proposed({ endsAt = null, ...other }: Partial<NewReferral> & { endsAt?: Date | null } = {}) {
  const person = at.person();
  const id = await at.refer({ ...person, reason: secret, ...other });
  const organisationId = randomUUID();
  at.organisations.set(organisationId, { id: organisationId, version: 1, kind: 'ngo', name: 'Another (sample)' });
  const asked = {
    clerk: { role: 'migration-service', organisationId, clientId: 'clerk' },
    clinic: { role: 'facility', organisationId, facilityIds: [randomUUID()], clientId: 'clinic' },
    supervisor: { role: 'supervisor', organisationId, clientId: 'its-supervisor' },
  } satisfies Record<string, TokenRequest>;
  const consentId = at.consentTo(person.beneficiaryId, organisationId, { endsAt });
  const body = { organisationId, consentId };
  expect((await at.act(at.roles.supervisor, id, 'propose_transfer', body)).status).toBe(200);
  return { id, asked, organisationId, consent: { beneficiaryId: person.beneficiaryId, consentId } };
}
const eventsOf = async (id: string) => {
  const { rows } = await at.pool.query<{ type: string; other: string | null }>(
    `select type, data->>'otherOrganisationId' as other from entry where subject = $1 and version > 1 order by version`,
    [id],
  );
  return rows;
};
/** To the organisation that was asked it is like nothing, and its referrer is told of no question any more. */
async function isOver({ id, asked }: Awaited<ReturnType<typeof proposed>>) {
  const said = ({ status, body: { instance: _ofEachRequest, ...rest } }: Awaited<ReturnType<typeof read>>) => [
    status,
    rest,
  ];
  for (const as of Object.values(asked)) {
    const nobody = said(await read(as, randomUUID()));
    expect(nobody[0]).toBe(404);
    expect(said(await read(as, id))).toEqual(nobody);
    expect((await at.act(as, id, 'accept_transfer')).status).toBe(404);
    expect((await at.call(as, 'GET', '/v1/referrals')).body).toMatchObject({ items: [] });
  }
  for (const as of [at.roles.referrer, at.roles.supervisor])
    expect((await read(as, id)).body).not.toHaveProperty('proposedTo');
}

describe('a proposal is over', () => {
  it('once its own consent was withdrawn, by the event, which is told to who was asked', async () => {
    const one = await proposed();
    withdraw(one.consent);
    await hearOfWithdrawal(one.consent);
    await isOver(one);
    expect((await read(at.roles.referrer, one.id)).body).toMatchObject({ state: 'sent', sharingStopped: false });
    expect((await eventsOf(one.id)).at(-1)).toEqual({
      type: 'referral.transfer-declined.v1',
      other: one.organisationId,
    });
  });

  it.each(['withdrawn', 'ended'])('once its own consent has %s, by asking', async (gone) => {
    const one = await proposed();
    if (gone === 'withdrawn') withdraw(one.consent);
    else endAt(one.consent, clock);
    const { status, body } = await at.act(one.asked.clerk, one.id, 'accept_transfer');
    expect([status, body['type']]).toEqual([422, '/problems/consent-missing']);
    await isOver(one);
  });

  it('once the consent of the referral was withdrawn, or has ended', async () => {
    const one = await proposed();
    expect((await read(one.asked.clerk, one.id)).body).toMatchObject({ view: 'proposal' });
    await at.pool.query('update referral set sharing_stopped = true where id = $1', [one.id]);
    await isOver(one);
    const other = await proposed();
    await at.pool.query('update referral set consent_ends_at = $2 where id = $1', [other.id, clock]);
    await isOver(other);
  });

  it('at the instant at which its own consent ends, and the system writes that down', async () => {
    const one = await proposed({ endsAt: new Date(clock.getTime() + hour) });
    expect((await read(one.asked.clerk, one.id)).body).toMatchObject({ view: 'proposal' });
    later(hour);
    await isOver(one);
    await at.start();
    await eventually(async () => (await eventsOf(one.id)).at(-1)?.type === 'referral.transfer-declined.v1');
    await isOver(one);
  });
});

describe('an open proposal', () => {
  const listed = async (as: TokenRequest, query = '') => {
    const { body } = await at.call(as, 'GET', `/v1/referrals${query}`);
    return body['items'] as unknown as { id: string; view: string; proposedTo?: string }[];
  };

  it('is found by who is asked, in the view of a proposal, and by what that tells', async () => {
    const { id, asked } = await proposed({ needCategory: 'physical-injury', priority: 'urgent' });
    for (const as of Object.values(asked)) {
      for (const query of ['', '?proposed=true', '?state=sent', '?priority=urgent', `?facilityId=${at.facilityId}`]) {
        const items = await listed(as, query);
        expect(items, query).toMatchObject([
          { id, view: 'proposal', allowedActions: ['accept_transfer', 'decline_transfer'] },
        ]);
        expect(JSON.stringify(items)).not.toContain(secret);
        for (const hidden of ['details', 'deskId', 'result', 'proposedTo']) expect(items[0]).not.toHaveProperty(hidden);
      }
      for (const query of ['?state=accepted', '?priority=routine', '?reference=case-17', `?facilityId=${randomUUID()}`])
        expect(await listed(as, query), query).toEqual([]);
    }
  });

  it('is found by who refers and their supervisor, with who is asked, and by nobody of the facility', async () => {
    const { id, organisationId, asked } = await proposed();
    const { referrer, supervisor, facility } = at.roles;
    const itsSupervisor = { ...supervisor, organisationId: facility.organisationId };
    for (const as of [referrer, supervisor])
      expect((await listed(as, '?proposed=true')).find((one) => one.id === id)).toMatchObject({
        proposedTo: organisationId,
      });
    for (const as of [facility, itsSupervisor]) {
      expect(await listed(as, '?proposed=true')).toEqual([]);
      expect((await read(as, id)).body).not.toHaveProperty('proposedTo');
    }
    await at.act(asked.supervisor, id, 'decline_transfer');
    for (const as of [referrer, supervisor])
      expect((await listed(as, '?proposed=true')).map((one) => one.id)).not.toContain(id);
  });

  it('is noted as looked at where it was on a list', async () => {
    const { id, asked } = await proposed();
    await listed(asked.clerk);
    const { rows } = await at.pool.query(
      `select 1 from entry where type = 'referral-list.observed.v1' and detail->'subjects' = to_jsonb(array[$1::text])`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });
});
