import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

describe('POST /v1/referrals', () => {
  it('sends a referral on six fields and says where it is', async () => {
    const { status, body, headers } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'sent',
      priority: 'routine',
      view: 'referrer',
      version: 1,
      allowedActions: ['request_cancel', 'reroute', 'decline', 'mark_error'],
    });
    expect(headers).toMatchObject({ location: `/v1/referrals/${body['id']}`, etag: '"1"' });
    expect(body['number']).toMatch(/^RH-/);
  });

  it('keeps a draft from the facility until it is submitted', async () => {
    const id = await at.refer({ draft: true });
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`)).status).toBe(404);
    expect((await at.act(at.roles.referrer, id, 'submit')).body).toMatchObject({ state: 'sent' });
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`)).status).toBe(200);
  });

  it('begins sexual violence as an emergency', async () => {
    const person = at.person({ categories: ['identity', 'sexual-violence'] });
    const { body } = await at.call(
      at.roles.referrer,
      'POST',
      '/v1/referrals',
      at.aNewReferral({
        ...person,
        offeringId: at.offering({ deskId: randomUUID() }).id,
        needCategory: 'sexual-violence',
      }),
    );
    expect(body).toMatchObject({ state: 'sent', priority: 'emergency' });
  });

  it('does a repeated key once and answers the repeat alike', async () => {
    const referral = at.aNewReferral();
    const send = (body: object) =>
      at.call(at.roles.referrer, 'POST', '/v1/referrals', body, {
        'idempotency-key': 'one referral'.replace(' ', '-'),
      });
    const [first, second] = await Promise.all([send(referral), send(referral)]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body['id']).toBe(first.body['id']);
    expect((await send(at.aNewReferral())).body).toMatchObject({
      type: '/problems/idempotency-key-reused',
      status: 422,
    });
  });

  it.each([
    [
      'a person of another organisation',
      () => at.person({ organisationId: randomUUID() }),
      'unknown-beneficiary',
      '#/beneficiaryId',
    ],
    [
      'a consent to another recipient',
      () => at.person({ recipient: randomUUID() }),
      'consent-insufficient',
      '#/consentId',
    ],
    [
      'a consent that does not cover the need',
      () => at.person({ categories: ['identity'] }),
      'consent-insufficient',
      '#/consentId',
    ],
    [
      'a consent that nobody gave',
      () => ({ ...at.person(), consentId: randomUUID() }),
      'consent-missing',
      '#/consentId',
    ],
    ['an offering that does not exist', () => ({ offeringId: randomUUID() }), 'offering-unavailable', '#/offeringId'],
    [
      'an offering that is full',
      () => ({ offeringId: at.offering({ capacity: 'full' }).id }),
      'offering-unavailable',
      '#/offeringId',
    ],
  ])('refuses %s', async (_what, other, code, pointer) => {
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral(other()));
    expect({ status, type: body['type'] }).toEqual({ status: 422, type: `/problems/${code}` });
    expect(body['errors']).toMatchObject([{ pointer }]);
  });

  it('asks a no of its own copies again at the source: the offering was opened, the person consented, just now', async () => {
    const offering = at.offering();
    const person = at.person({ categories: ['identity'] });
    const refer = (who: typeof person) =>
      at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral({ ...who, offeringId: offering.id }));
    at.offerings.set(offering.id, { ...offering, version: 2, capacity: 'full' });
    expect((await refer(at.person())).body['type']).toBe('/problems/offering-unavailable');
    at.offerings.set(offering.id, { ...offering, version: 3, capacity: 'open' });
    expect((await refer(at.person())).status).toBe(201);
    expect((await refer(person)).body['type']).toBe('/problems/consent-insufficient');
    const known = at.grounds.get(person.beneficiaryId)!;
    at.grounds.set(person.beneficiaryId, {
      ...known,
      consent: { ...known.consent, version: 2, dataCategories: ['identity', 'health'] },
    });
    expect((await refer(person)).status).toBe(201);
  });

  it('refuses the same person, facility and service twice while the first is open', async () => {
    const referral = at.aNewReferral();
    const [first, second] = await Promise.all(
      [1, 2].map(() => at.call(at.roles.referrer, 'POST', '/v1/referrals', referral)),
    );
    expect(new Set([first!.status, second!.status])).toEqual(new Set([201, 409]));
    expect([first!.body['type'], second!.body['type']]).toContain('/problems/duplicate-referral');
    const id = String((first!.status === 201 ? first! : second!).body['id']);
    await at.act(at.roles.facility, id, 'reject', { code: 'no-capacity' });
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', referral)).status).toBe(201);
  });

  it('refuses a return that is still to come, in a referral and in a draft that is changed', async () => {
    const tomorrow = new Date(Date.now() + 48 * 3600 * 1000).toISOString().slice(0, 10);
    const asked = at.aNewReferral({ returnedOn: tomorrow });
    const wrong = { status: 422, body: { errors: [{ pointer: '#/returnedOn' }] } };
    expect(await at.call(at.roles.referrer, 'POST', '/v1/referrals', asked)).toMatchObject(wrong);
    const draft = await at.refer({ draft: true });
    const headers = { 'if-match': '"1"' };
    const patched = at.call(at.roles.referrer, 'PATCH', `/v1/referrals/${draft}`, { returnedOn: tomorrow }, headers);
    expect(await patched).toMatchObject(wrong);
  });

  it('names a missing field by its pointer, and never says back what was sent', async () => {
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', {
      ...at.aNewReferral(),
      needCategory: 'Назарова',
      extra: 1,
    });
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([{ pointer: '#/needCategory' }, { pointer: '#/extra' }]);
    expect(JSON.stringify(body)).not.toContain('Назарова');
  });

  it('changes nothing when a source it must ask is down, and says so', async () => {
    const referral = at.aNewReferral();
    at.goDown(true);
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', referral)).body).toMatchObject({
      status: 503,
      type: '/problems/dependency-unavailable',
    });
    at.goDown(false);
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', referral)).status).toBe(201);
  });

  it('is for those who refer', async () => {
    expect((await at.call(null, 'POST', '/v1/referrals', at.aNewReferral())).status).toBe(401);
    expect((await at.call(at.roles.auditor, 'POST', '/v1/referrals', at.aNewReferral())).status).toBe(403);
  });
});
