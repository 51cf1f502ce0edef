import { randomUUID } from 'node:crypto';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

const hourMs = 3600 * 1000;
let at: ReferralService;
let clock = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());

const inHours = (hours: number) => new Date(clock.getTime() + hours * hourMs);
const later = (hours: number) => void (clock = inHours(hours));
const read = async (as: TokenRequest, id: string) => (await at.call(as, 'GET', `/v1/referrals/${id}`)).body;
const trailOf = async (id: string) => {
  const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}/trail`);
  return (body['items'] as unknown as { type: string }[]).map(({ type }) => type);
};
const workOf = async (as: TokenRequest, id: string) => {
  const { body } = await at.call(as, 'POST', '/v1/worklist', { limit: 200 });
  const items = body['items'] as unknown as { task: string; referral: { id: string } }[];
  return items.find(({ referral }) => referral.id === id)?.task;
};
const secret = 'fell from a scaffold';
/** A referral under a consent that ends in an hour. */
const refer = async (other: Parameters<ReferralService['refer']>[0] = {}) => {
  const person = at.person({ purposes: ['referral', 'feedback', 'follow-up'], endsAt: inHours(1) });
  return { person, id: await at.refer({ ...person, reason: secret, ...other }) };
};
const appointment = { appointmentAt: '2026-11-30T06:00:00.000Z' };

describe('once the consent has ended, before the system has acted on it', () => {
  it.each<[string, object]>([
    ['accept', {}],
    ['schedule', appointment],
    ['start', {}],
  ])('nobody is taken on by %s, and nothing of it is written', async (action, body) => {
    const { id } = await refer();
    later(2);
    const { facility } = at.roles;
    expect((await at.act(facility, id, action, body)).body).toMatchObject({
      status: 422,
      type: '/problems/consent-missing',
    });
    expect(await read(facility, id)).toMatchObject({ version: 1, state: 'sent', view: 'triage' });
    expect(await trailOf(id)).toEqual(['referral.sent.v1']);
  });

  it('who was taken on before is cared for, behind closed details, and nothing of it goes back', async () => {
    const { facility, referrer } = at.roles;
    const { id } = await refer();
    expect((await at.act(facility, id, 'accept')).body).toMatchObject({ view: 'details' });
    later(2);
    for (const [action, body] of [
      ['schedule', appointment],
      ['start', {}],
      ['complete', { outcome: 'treated', findings: 'a fracture', nextSteps: 'rest', followUpOn: '2026-12-01' }],
    ] as const)
      expect((await at.act(facility, id, action, body)).body, action).toMatchObject({ view: 'triage' });
    expect(await read(facility, id)).toMatchObject({ view: 'triage', sharingStopped: true });
    expect(await read(referrer, id)).toMatchObject({ state: 'completed', result: null, sharingStopped: true });
    const lists = [await at.call(facility, 'GET', '/v1/referrals'), await at.call(referrer, 'GET', '/v1/referrals')];
    expect(JSON.stringify(lists[0])).not.toContain(secret);
    for (const { body } of lists) expect(JSON.stringify(body)).not.toMatch(/a fracture|"rest"|2026-12-01/);
    expect((await at.call(facility, 'GET', `/v1/referrals/${id}/beneficiary`)).body).toMatchObject({
      type: '/problems/details-closed',
    });
    const said = await at.call(facility, 'POST', `/v1/referrals/${id}/messages`, { text: 'A fracture.' });
    expect(said.status).toBe(409);
  });

  it('what was listed while they were open is listed closed, though nothing of it was written meanwhile', async () => {
    const { facility } = at.roles;
    const { id } = await refer();
    await at.act(facility, id, 'accept');
    const listed = async () => {
      const { body } = await at.call(facility, 'GET', '/v1/referrals?limit=1');
      return (body['items'] as unknown as object[])[0];
    };
    expect(await listed()).toMatchObject({ id, version: 2, view: 'details' });
    later(2);
    expect(await listed()).toMatchObject({ id, version: 2, view: 'triage' });
  });

  it('a draft waits for another consent, and is sent under it', async () => {
    const { referrer, facility } = at.roles;
    const { id, person } = await refer({ draft: true });
    later(2);
    expect((await at.act(referrer, id, 'submit')).body).toMatchObject({ type: '/problems/consent-missing' });
    const consentId = at.consentTo(person.beneficiaryId, facility.organisationId);
    const changed = await at.call(referrer, 'PATCH', `/v1/referrals/${id}`, { consentId }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ state: 'draft', sharingStopped: false });
    expect((await at.act(referrer, id, 'submit')).body).toMatchObject({ state: 'sent' });
    expect((await at.act(facility, id, 'accept')).body).toMatchObject({ view: 'details' });
  });
});

describe('a consent of which the registry says another end, as the birth date was mended,', () => {
  const mended = (beneficiaryId: string, { version, endsAt }: { version: number; endsAt: Date }) => {
    const known = at.grounds.get(beneficiaryId);
    if (!known) throw new Error('there is no such person');
    const consent = { ...known.consent, endsAt: endsAt.toISOString() };
    at.grounds.set(beneficiaryId, { person: { ...known.person, version }, consent });
  };
  const heard = async (beneficiaryId: string, sequence: number) => {
    const event = {
      id: randomUUID(),
      source: 'urn:rohnamo:registry',
      type: 'beneficiary.changed.v1' as const,
      subject: beneficiaryId,
      time: clock.toISOString(),
      sequence,
      data: { beneficiaryId, organisationId: at.roles.referrer.organisationId },
      traceparent: null,
      checkpoint: null,
    };
    for (const { handle } of at.subscriptions) await handle(event);
  };
  /** To a service of its own: what is open already is not referred again. */
  const referred = (person: { beneficiaryId: string; consentId: string }) => {
    const { id: offeringId } = at.offering({ service: `service-${randomUUID()}` });
    return at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral({ ...person, offeringId }));
  };

  it('is over for who is referred next at that end', async () => {
    const person = at.person();
    await at.refer(person);
    mended(person.beneficiaryId, { version: 2, endsAt: inHours(1) });
    await heard(person.beneficiaryId, 2);
    const { status, body } = await referred(person);
    expect(status).toBe(201);
    later(1);
    expect((await at.act(at.roles.facility, String(body['id']), 'accept')).body).toMatchObject({
      type: '/problems/consent-missing',
    });
    expect((await referred(person)).body).toMatchObject({ type: '/problems/consent-missing' });
  });

  it('is not taken back by an older answer', async () => {
    const person = at.person();
    await at.refer(person);
    mended(person.beneficiaryId, { version: 3, endsAt: inHours(1) });
    await heard(person.beneficiaryId, 3);
    expect((await referred(person)).status).toBe(201);
    later(1);
    mended(person.beneficiaryId, { version: 2, endsAt: inHours(5) });
    expect((await referred(person)).body).toMatchObject({ type: '/problems/consent-missing' });
  });
});

describe('at the end of the consent the system, by the clock,', () => {
  beforeAll(() => at.start());

  it('cancels what nobody has accepted, says why, and has the referrer ask anew', async () => {
    const { referrer, facility } = at.roles;
    const { id, person } = await refer();
    await at.act(facility, id, 'acknowledge');
    later(1);
    await eventually(async () => (await read(referrer, id))['state'] === 'cancelled');
    expect(await read(referrer, id)).toMatchObject({ reasonCode: 'consent-ended', sharingStopped: true });
    expect(await trailOf(id)).toEqual(['referral.sent.v1', 'referral.acknowledged.v1', 'referral.consent-ended.v1']);
    expect(await workOf(referrer, id)).toBe('ask-consent');
    expect(await workOf(facility, id)).toBeUndefined();

    const consentId = at.consentTo(person.beneficiaryId, facility.organisationId, { endsAt: inHours(5) });
    const offeringId = at.offering().id;
    expect((await at.act(referrer, id, 'reroute', { offeringId, consentId })).body).toMatchObject({
      state: 'sent',
      sharingStopped: false,
    });
    expect(await workOf(referrer, id)).toBeUndefined();
    expect((await at.act(facility, id, 'accept')).body).toMatchObject({ view: 'details' });
    later(5);
    await eventually(async () => (await read(referrer, id))['version'] === 6);
    expect(await read(facility, id)).toMatchObject({ view: 'triage', state: 'accepted', sharingStopped: true });
  });

  it('stops sharing of whom somebody has taken on, once, and leaves care to go on', async () => {
    const { facility } = at.roles;
    const { id } = await refer({ priority: 'urgent' });
    await at.act(facility, id, 'start');
    later(2);
    await eventually(async () => (await trailOf(id)).length === 3);
    expect(await read(facility, id)).toMatchObject({ state: 'in_service', reasonCode: null, sharingStopped: true });
    later(24 * 7);
    await eventually(async () => (await trailOf(id)).includes('referral.escalated.v1'));
    expect((await trailOf(id)).filter((type) => type === 'referral.consent-ended.v1')).toHaveLength(1);
    expect((await at.act(facility, id, 'complete', { outcome: 'treated' })).body).toMatchObject({ view: 'triage' });
  });
});
