import { randomUUID } from 'node:crypto';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consentsAtRegistry } from './consents-at-registry.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const minuteMs = 60_000;
let at: ReferralService;
let clock = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());
beforeEach(() => at.goDown(false));

const later = (minutes: number) => void (clock = new Date(clock.getTime() + minutes * minuteMs));
const secret = 'fell from a scaffold';
const notes = 'sleeps badly';

const read = async (as: TokenRequest, id: string) => (await at.call(as, 'GET', `/v1/referrals/${id}`)).body;
const lookAt = (id: string) => at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`);
const trailOf = async (id: string) => {
  const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}/trail`);
  return (body['items'] as unknown as { type: string }[]).map(({ type }) => type);
};
const refer = async (over: Parameters<ReferralService['refer']>[0] = {}) => {
  const person = at.person({ categories: ['identity', 'contact', 'health', 'communicable-disease'] });
  const told = { reason: secret, restrictedNotes: notes };
  return { person, id: await at.refer({ ...person, ...told, ...over }) };
};
const { withdraw, endAt, hearOfWithdrawal } = consentsAtRegistry(
  () => at,
  () => clock,
);
const takingOn: [string, object][] = [
  ['accept', {}],
  ['schedule', { appointmentAt: '2026-11-30T06:00:00.000Z' }],
  ['start', {}],
];
/** Taken on while the registry does not answer. */
const takenOnBlind = async (action = 'accept', body: object = {}) => {
  const { id, person } = await refer();
  at.goDown(true);
  const taken = await at.act(at.roles.facility, id, action, body);
  expect(taken).toMatchObject({ status: 200, body: { view: 'triage', consentUnconfirmed: true } });
  return { id, person, taken };
};

describe('a consent that has gone at the registry, of which no event has come,', () => {
  it.each(takingOn)('keeps the person from being taken on by %s, and stops what leans on it', async (action, body) => {
    const { id, person } = await refer();
    const offeringId = at.offering({ service: `service-${randomUUID()}` }).id;
    const other = await at.refer({ ...person, offeringId });
    withdraw(person);
    expect((await at.act(at.roles.facility, id, action, body)).body).toMatchObject({
      status: 422,
      type: '/problems/consent-missing',
    });
    for (const one of [id, other])
      expect(await read(at.roles.facility, one)).toMatchObject({
        state: 'cancelled',
        reasonCode: 'consent-withdrawn',
        view: 'triage',
        version: 2,
      });
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral(person))).body).toMatchObject({
      type: '/problems/consent-missing',
    });
    await hearOfWithdrawal(person);
    expect(await read(at.roles.facility, id)).toMatchObject({ state: 'cancelled', version: 2 });
  });

  it.each(takingOn)('by its end, too: nobody is taken on by %s', async (action, body) => {
    const { id, person } = await refer();
    endAt(person, clock);
    expect((await at.act(at.roles.facility, id, action, body)).body).toMatchObject({
      type: '/problems/consent-missing',
    });
    expect(await read(at.roles.referrer, id)).toMatchObject({ state: 'cancelled', reasonCode: 'consent-ended' });
  });

  it('keeps who came by themselves from being taken on', async () => {
    const person = at.person({ organisationId: at.roles.facility.organisationId });
    const { id: offeringId } = at.offering();
    const walkIn = () =>
      at.call(at.roles.facility, 'POST', '/v1/referrals', at.aNewReferral({ ...person, offeringId, walkIn: true }));
    expect((await walkIn()).body).toMatchObject({ view: 'details', consentUnconfirmed: false });
    withdraw(person);
    const refused = await walkIn();
    expect(refused.body).toMatchObject({ status: 422, type: '/problems/consent-missing' });
  });

  it('ends at acceptance when the registry says that it does, whatever was known when it was sent', async () => {
    const { id, person } = await refer();
    endAt(person, new Date(clock.getTime() + 10 * minuteMs));
    expect((await at.act(at.roles.facility, id, 'accept')).body).toMatchObject({ view: 'details' });
    later(10);
    expect(await read(at.roles.facility, id)).toMatchObject({ view: 'triage', sharingStopped: true });
  });

  it('stops sharing with whoever has taken them on before, as soon as they look', async () => {
    const { id, person } = await refer();
    await at.act(at.roles.facility, id, 'accept');
    later(1);
    withdraw(person);
    expect((await lookAt(id)).body).toMatchObject({ type: '/problems/details-closed' });
    expect(await read(at.roles.facility, id)).toMatchObject({
      state: 'accepted',
      view: 'triage',
      sharingStopped: true,
    });
  });
});

describe('while the registry does not answer', () => {
  it.each(takingOn)('%s is recorded, and opens nothing in any view', async (action, body) => {
    const { facility, referrer } = at.roles;
    const { id, taken } = await takenOnBlind(action, body);
    const item = async (path: string, asked?: object) => {
      const { body: found } = await at.call(facility, asked ? 'POST' : 'GET', path, asked);
      return JSON.stringify(found);
    };
    const shown = [
      JSON.stringify(taken.body),
      JSON.stringify(await read(facility, id)),
      await item('/v1/referrals?limit=1'),
      await item('/v1/worklist', { limit: 200 }),
      JSON.stringify((await lookAt(id)).body),
    ];
    for (const text of shown)
      for (const kept of [secret, notes, '"details"', 'do-not-call']) expect(text).not.toContain(kept);
    expect((await lookAt(id)).body).toMatchObject({ status: 503, type: '/problems/dependency-unavailable' });
    expect(await read(referrer, id)).toMatchObject({ consentUnconfirmed: true, view: 'referrer', result: null });
  });

  it('care goes on behind closed details, and nothing of it goes back', async () => {
    const { facility, referrer } = at.roles;
    const { id } = await takenOnBlind();
    for (const [action, body] of [
      ['schedule', { appointmentAt: '2026-11-30T06:00:00.000Z' }],
      ['start', {}],
      ['record_interim', { findings: 'a fracture', nextSteps: 'rest' }],
      ['complete', { outcome: 'treated', findings: 'a fracture', nextSteps: 'rest' }],
    ] as const)
      expect((await at.act(facility, id, action, body)).body, action).toMatchObject({
        view: 'triage',
        consentUnconfirmed: true,
      });
    expect(JSON.stringify(await read(referrer, id))).not.toMatch(/a fracture|"rest"/);
  });

  it('who came by themselves is cared for behind closed details', async () => {
    const person = at.person({ organisationId: at.roles.facility.organisationId });
    const asked = at.aNewReferral({ ...person, walkIn: true });
    const known = at.aNewReferral({ ...person, draft: true });
    expect(
      (await at.call(at.roles.facility, 'POST', '/v1/referrals', { ...known, offeringId: asked.offeringId })).status,
    ).toBe(201);
    at.goDown(true);
    const { body } = await at.call(at.roles.facility, 'POST', '/v1/referrals', asked);
    expect(body).toMatchObject({ state: 'in_service', view: 'referrer', consentUnconfirmed: true, result: null });
  });

  it('nobody is referred onward by what is not confirmed', async () => {
    const { facility } = at.roles;
    const { id, person } = await takenOnBlind();
    const { place } = at.elsewhere();
    const offeringId = at.offering({ facilityId: place.id }).id;
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    at.goDown(false);
    const onward = at.aNewReferral({ ...person, consentId, offeringId, onwardOf: id });
    expect((await at.call(facility, 'POST', '/v1/referrals', onward)).body).toMatchObject({
      type: '/problems/invalid-field',
    });
  });
});

describe('once the registry answers', () => {
  it('the next look confirms it, and all views open', async () => {
    const { facility } = at.roles;
    const { id } = await takenOnBlind();
    at.goDown(false);
    expect((await lookAt(id)).status).toBe(200);
    expect(await read(facility, id)).toMatchObject({ view: 'details', consentUnconfirmed: false, version: 3 });
    expect(await trailOf(id)).toEqual(['referral.sent.v1', 'referral.accepted.v1', 'referral.consent-confirmed.v1']);
  });

  it('a look finds that it was withdrawn before, and the referral ends as it would have', async () => {
    const { id, person, taken } = await takenOnBlind();
    expect(taken.body).toMatchObject({ state: 'accepted' });
    withdraw(person, new Date(clock.getTime() - 1000));
    later(1);
    at.goDown(false);
    expect((await lookAt(id)).body).toMatchObject({ type: '/problems/details-closed' });
    expect(await read(at.roles.facility, id)).toMatchObject({ state: 'cancelled', reasonCode: 'consent-withdrawn' });
  });

  it('the event of a withdrawal says when that was: before, and it ends; after, and care goes on', async () => {
    const { id, person } = await takenOnBlind();
    await hearOfWithdrawal(person, new Date(clock.getTime() - 1000));
    expect(await read(at.roles.facility, id)).toMatchObject({ state: 'cancelled', reasonCode: 'consent-withdrawn' });
    at.goDown(false);
    const other = await takenOnBlind();
    later(1);
    await hearOfWithdrawal(other.person);
    expect(await read(at.roles.facility, other.id)).toMatchObject({
      state: 'accepted',
      view: 'triage',
      sharingStopped: true,
      consentUnconfirmed: false,
    });
  });
});

describe('by itself the system asks again, with growing pauses,', () => {
  beforeAll(() => at.start());
  const untilAsked = async (id: string, from: Date) =>
    eventually(async () => {
      const { rows } = await at.pool.query<{ next: Date }>(
        'select consent_ask_at as next from referral where id = $1',
        [id],
      );
      return rows[0]!.next.getTime() > from.getTime();
    });
  const nextPauseOf = async (id: string) => {
    const { rows } = await at.pool.query<{ next: Date }>('select consent_ask_at as next from referral where id = $1', [
      id,
    ]);
    return rows[0]!.next.getTime() - clock.getTime();
  };

  it('opens what stands', async () => {
    const { id } = await takenOnBlind();
    const pauses = [await nextPauseOf(id)];
    for (let round = 0; round < 3; round += 1) {
      clock = new Date(clock.getTime() + pauses.at(-1)!);
      await untilAsked(id, clock);
      pauses.push(await nextPauseOf(id));
    }
    expect(pauses).toEqual([2000, 2000, 4000, 8000]);
    expect(await read(at.roles.facility, id)).toMatchObject({ version: 2, view: 'triage' });
    at.goDown(false);
    later(6);
    await eventually(async () => (await read(at.roles.facility, id))['view'] === 'details');
    expect(await trailOf(id)).toEqual(['referral.sent.v1', 'referral.accepted.v1', 'referral.consent-confirmed.v1']);
  });

  it.each(['withdrawn', 'ended'])('ends what was taken on after the consent had been %s', async (how) => {
    const { id, person } = await takenOnBlind('start');
    const before = new Date(clock.getTime() - 1000);
    if (how === 'withdrawn') withdraw(person, before);
    else endAt(person, before);
    at.goDown(false);
    later(1);
    await eventually(async () => (await read(at.roles.facility, id))['state'] === 'cancelled');
    expect(await read(at.roles.facility, id)).toMatchObject({ reasonCode: `consent-${how}`, sharingStopped: true });
  });

  it('leaves care that was taken on before the withdrawal, behind closed details', async () => {
    const { id, person } = await takenOnBlind('start');
    later(1);
    withdraw(person);
    at.goDown(false);
    later(1);
    await eventually(async () => (await read(at.roles.facility, id))['sharingStopped'] === true);
    expect(await read(at.roles.facility, id)).toMatchObject({ state: 'in_service', view: 'triage' });
  });
});
