import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSlipToken } from '../src/slip/token.ts';
import { ask, printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
  await at.start();
});
afterAll(() => at.stop());

const birthYear = 1994;
const withdraw = (said: object, by = at) =>
  ask(by, { birthYear, confirm: true, ...said }, { path: '/v1/status/withdraw' });
const aReferral = async (by = at) => {
  const person = by.person();
  const id = await by.refer(person);
  const { token } = await printed(by, id);
  return { ...person, id, token };
};
const stateOf = async (id: string, by = at) => (await by.call(by.roles.referrer, 'GET', `/v1/referrals/${id}`)).body;
const toldOf = (consentId: string, by = at) =>
  by.withdrawals.filter((told) => 'consentId' in told && told.consentId === consentId);
const entriesOf = async (type: string, id: string, by = at) =>
  (
    await by.pool.query<{ actor: object; detail: object | null }>(
      'select actor, detail from entry where type = $1 and (subject = $2 or data @> $3)',
      [type, id, { referralId: id }],
    )
  ).rows;
const somebody = { kind: 'client', clientId: null, organisationId: null, role: null, actingPerson: null };

describe('a consent that the person withdraws by their slip', () => {
  it('ends what nobody has accepted, stops the sharing of the rest, and is withdrawn at the registry, by them', async () => {
    const { facility, referrer } = at.roles;
    const [open, accepted] = [await aReferral(), await aReferral()];
    await at.act(facility, accepted.id, 'accept');
    expect((await at.call(facility, 'GET', `/v1/referrals/${accepted.id}/beneficiary`)).status).toBe(200);
    for (const { token } of [open, accepted]) expect((await withdraw({ token })).status).toBe(202);

    await eventually(async () => (await stateOf(open.id))['state'] === 'cancelled');
    expect(await stateOf(open.id)).toMatchObject({ reasonCode: 'consent-withdrawn', sharingStopped: true });
    await eventually(async () => (await stateOf(accepted.id))['sharingStopped'] === true);
    expect((await at.call(facility, 'GET', `/v1/referrals/${accepted.id}/beneficiary`)).status).toBe(403);
    for (const { id, consentId, beneficiaryId } of [open, accepted]) {
      const [told] = await eventually(() => Promise.resolve(toldOf(consentId).length > 0 && toldOf(consentId)));
      expect(told).toEqual({
        beneficiaryId,
        consentId,
        referralId: id,
        slipId: expect.any(String) as string,
        withdrawnAt: expect.any(String) as string,
      });
      expect(await entriesOf('slip.consent-withdrawn.v1', id)).toMatchObject([{ actor: somebody }]);
      const { body } = await at.call(referrer, 'GET', `/v1/referrals/${id}/trail`);
      const trail = body as unknown as { items: { type: string; actor: object }[] };
      expect(trail.items.find(({ type }) => type === 'referral.consent-withdrawn.v1')?.actor).toMatchObject({
        kind: 'client',
        organisationId: null,
      });
    }
  });

  it('stops every referral that leans on it, and no other of the person', async () => {
    const one = await aReferral();
    const { beneficiaryId, consentId } = one;
    const offeringId = at.offering({ service: 'surgery' }).id;
    const also = await at.refer({ beneficiaryId, consentId, offeringId, needCategory: 'chronic-illness' });
    const elsewhere = at.elsewhere();
    const other = at.consentTo(beneficiaryId, elsewhere.place.organisationId);
    const offering = at.offering({ facilityId: elsewhere.place.id });
    const apart = await at.refer({
      beneficiaryId,
      consentId: other,
      offeringId: offering.id,
      needCategory: 'maternal-child-health',
    });
    await withdraw({ token: one.token });
    await eventually(async () => (await stateOf(also))['state'] === 'cancelled');
    await eventually(() => Promise.resolve(toldOf(consentId).length > 0));
    expect((await stateOf(apart))['state']).toBe('sent');
  });

  it('is answered the same, byte for byte, right or wrong, done before or never known', async () => {
    const { token, id } = await aReferral();
    const { token: wrongYear } = await aReferral();
    const { token: finished, id: finishedId } = await aReferral();
    await at.act(at.roles.referrer, finishedId, 'decline');
    const answers = [
      await withdraw({ token }),
      await withdraw({ token }),
      await withdraw({ token: wrongYear, birthYear: 1950 }),
      await withdraw({ token: newSlipToken() }),
      await withdraw({ token: finished }),
    ];
    const bytes = answers.map(({ status, headers, body }) => {
      const { date: _date, 'x-request-id': _id, ...kept } = headers;
      return JSON.stringify([status, kept, body]);
    });
    expect(new Set(bytes).size).toBe(1);
    await eventually(async () => (await stateOf(id))['state'] === 'cancelled');
    expect(await entriesOf('slip.consent-withdrawn.v1', id)).toHaveLength(1);
  });

  it('by the wrong year, or by a code that is not known, withdraws nothing', async () => {
    const { token, id, consentId } = await aReferral();
    await withdraw({ token, birthYear: 1950 });
    const count = async () => (await at.pool.query('select from entry')).rowCount;
    const before = await count();
    await withdraw({ token: newSlipToken() });
    expect(await count()).toBe(before);
    expect(await entriesOf('slip.consent-withdrawn.v1', id)).toEqual([]);
    expect((await entriesOf('referral.denied.v1', id)).length).toBe(1);
    const { rows } = await at.pool.query('select from slip where referral_id = $1 and withdrawn_at is not null', [id]);
    expect([rows, toldOf(consentId)]).toEqual([[], []]);
    expect((await stateOf(id))['state']).toBe('sent');
  });

  it('is withdrawn once, however often it is said at the same time', async () => {
    const { token, id } = await aReferral();
    const answers = await Promise.all([1, 2, 3].map(() => withdraw({ token })));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await entriesOf('slip.consent-withdrawn.v1', id)).toHaveLength(1);
    await eventually(async () => (await stateOf(id))['state'] === 'cancelled');
    expect(await entriesOf('referral.consent-withdrawn.v1', id)).toHaveLength(1);
  });

  it('while the registry is away, stops at once all the same, and the registry is told when it is back', async () => {
    const { token, id, consentId } = await aReferral();
    const known = await withdraw({ token: (await aReferral()).token });
    at.goDown(true);
    try {
      const { status, body } = await withdraw({ token });
      expect({ status, body }).toEqual({ status: known.status, body: known.body });
      await eventually(async () => (await stateOf(id))['state'] === 'cancelled');
      expect(toldOf(consentId)).toEqual([]);
    } finally {
      at.goDown(false);
    }
    await eventually(() => Promise.resolve(toldOf(consentId).length > 0));
    await eventually(async () => {
      const { rows } = await at.pool.query('select from slip where tell_registry_at is not null');
      return rows.length === 0;
    });
    expect(toldOf(consentId)).toHaveLength(1);
  });

  it('stops sharing whatever is done to the referral at the same time', async () => {
    const { facility, referrer } = at.roles;
    const elsewhere = at.elsewhere();
    const somewhereElse = at.offering({ facilityId: elsewhere.place.id });
    const at10 = { appointmentAt: new Date(Date.now() + 86_400_000).toISOString() };
    const before: (readonly [string, object?])[][] = [[], [['accept']], [['accept'], ['start']]];
    const meanwhile: ((id: string, to: string) => Promise<unknown>)[] = [
      (id) => at.act(facility, id, 'accept'),
      (id) => at.act(facility, id, 'schedule', at10),
      (id) => at.act(facility, id, 'start'),
      (id) => at.act(facility, id, 'reject', { code: 'no-capacity' }),
      (id) => at.act(referrer, id, 'request_cancel'),
      (id, consentId) => at.act(referrer, id, 'reroute', { offeringId: somewhereElse.id, consentId }),
      (id, consentId) => at.act(facility, id, 'redirect', { offeringId: somewhereElse.id, consentId }),
    ];
    const cases = before.flatMap((first) => meanwhile.map((act) => ({ first, act })));
    const found = await Promise.all(
      cases.map(async ({ first, act }) => {
        const it = await aReferral();
        for (const [action, body] of first) await at.act(facility, it.id, action, body);
        const other = at.consentTo(it.beneficiaryId, elsewhere.place.organisationId);
        const [answer] = await Promise.all([withdraw({ token: it.token }), act(it.id, other)]);
        expect(answer.status).toBe(202);
        return it;
      }),
    );
    for (const { id, consentId } of found) {
      await eventually(() => Promise.resolve(toldOf(consentId).length > 0));
      // What went elsewhere meanwhile stands on another consent, which nobody has withdrawn.
      const { rows } = await at.pool.query<{ under: string }>(
        'select consent_id as under from referral where id = $1',
        [id],
      );
      if (rows[0]?.under !== consentId) continue;
      const state = await stateOf(id);
      expect([state['sharingStopped'], ['cancelled', 'closed', 'rejected'].includes(String(state['state']))]).toContain(
        true,
      );
      expect((await at.call(facility, 'GET', `/v1/referrals/${id}/beneficiary`)).status).toBe(403);
    }
  });

  it('is carried out whatever goes wrong with others, which are tried again after pauses that grow', async () => {
    const broken = `insert into slip (id, version, referral_id, task_id, token_hash, issued_at, withdrawn_consent_id, withdrawn_at, tell_registry_at)
      select gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), sha256(n::text::bytea), now(), gen_random_uuid(),
        now() - interval '1 hour', now() - interval '1 hour' from generate_series(1, 100) as n`;
    await at.pool.query(broken);
    const { token, consentId } = await aReferral();
    await withdraw({ token });
    await eventually(() => Promise.resolve(toldOf(consentId).length > 0));
    await eventually(async () => {
      const { rows } = await at.pool.query<{ count: number }>(
        `select count(*)::int as count from slip where issued_at - withdrawn_at = interval '1 hour' and tell_registry_at > now() + interval '4 minutes'`,
      );
      return rows[0]?.count === 100;
    });
  });

  it('that was kept and not yet carried out, is carried out by whoever starts next', async () => {
    const idle = await referralService();
    try {
      const { token, id, consentId } = await aReferral(idle);
      expect((await withdraw({ token }, idle)).status).toBe(202);
      expect((await stateOf(id, idle))['state']).toBe('sent');
      await idle.start();
      await eventually(async () => (await stateOf(id, idle))['state'] === 'cancelled');
      await eventually(() => Promise.resolve(toldOf(consentId, idle).length === 1));
    } finally {
      await idle.stop();
    }
  });

  it('is counted as a guess like any other: whoever guesses waits, here and when they ask how it stands', async () => {
    const { token, id } = await aReferral();
    const years = [1950, 1951, 1952, 1953, 1954, 1955];
    const statuses: number[] = [];
    for (const year of years) statuses.push((await withdraw({ token, birthYear: year })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await withdraw({ token })).status).toBe(429);
    expect((await ask(at, { token, birthYear })).status).toBe(429);
    expect((await stateOf(id))['state']).toBe('sent');
  });

  it('is asked for twice: without a confirmation it is refused', async () => {
    const { token, id } = await aReferral();
    for (const confirm of [undefined, false, 'true'])
      expect(await withdraw({ token, confirm })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '#/confirm' }] },
      });
    expect(await entriesOf('slip.consent-withdrawn.v1', id)).toEqual([]);
  });
});
