import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let now = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => now });
});
afterAll(() => at.stop());

const read = async (as: TokenRequest, id: string) => (await at.call(as, 'GET', `/v1/referrals/${id}`)).body;
const trail = async (as: TokenRequest, id: string) => {
  const { body } = await at.call(as, 'GET', `/v1/referrals/${id}/trail`);
  return body as unknown as { items: { version: number; type: string }[] };
};
/** A referral of a person who has consented to a second facility as well. */
async function withSecondPlace({ by = at.roles.referrer }: { by?: TokenRequest } = {}) {
  const person = at.person();
  const id = await at.refer({ ...person, offeringId: at.offering().id });
  const { place, there } = at.elsewhere();
  const consentId = at.consentTo(person.beneficiaryId, place.organisationId, { by });
  const offering = at.offering({ facilityId: place.id });
  return { id, person, place, there, target: { offeringId: offering.id, consentId } };
}

describe('passing on', () => {
  it('by the facility ends its task and begins one at the other, on the same referral, with one history', async () => {
    const { facility, referrer } = at.roles;
    const { id, place, there, target } = await withSecondPlace();
    await at.act(facility, id, 'acknowledge');
    const redirected = await at.act(facility, id, 'redirect', target);
    expect(redirected.body).toMatchObject({ view: 'former', state: 'redirected', allowedActions: [] });
    expect(redirected.body).not.toHaveProperty('details');

    expect(await read(there, id)).toMatchObject({ view: 'triage', state: 'sent', taskNumber: 2, facilityId: place.id });
    expect(await read(referrer, id)).toMatchObject({
      state: 'sent',
      endedTasks: [{ facilityId: at.facilityId, state: 'redirected', reasonCode: 'redirected' }],
    });
    const { items } = await trail(referrer, id);
    expect(items.map(({ version, type }) => [version, type])).toEqual([
      [1, 'referral.sent.v1'],
      [2, 'referral.acknowledged.v1'],
      [3, 'referral.redirected.v1'],
    ]);
  });

  it('by the referrer takes it from whoever has not answered, and from whoever could not take the person', async () => {
    const { facility, referrer } = at.roles;
    const open = await withSecondPlace();
    expect((await at.act(referrer, open.id, 'reroute', open.target)).body).toMatchObject({
      state: 'sent',
      taskNumber: 2,
    });
    expect(await read(facility, open.id)).toMatchObject({ view: 'former', state: 'cancelled', reasonCode: 'rerouted' });

    const refused = await withSecondPlace();
    await at.act(facility, refused.id, 'reject', { code: 'no-capacity' });
    await at.act(referrer, refused.id, 'reroute', refused.target);
    expect(await read(facility, refused.id)).toMatchObject({ state: 'rejected', reasonCode: 'no-capacity' });
    expect((await at.act(refused.there, refused.id, 'accept')).body).toMatchObject({ state: 'accepted' });
  });

  it('tells the former facility nothing of what comes after, and lets it do nothing', async () => {
    const { facility, referrer } = at.roles;
    const { id, there, target } = await withSecondPlace();
    await at.act(referrer, id, 'reroute', target);
    await at.act(there, id, 'accept');
    const { items } = await trail(facility, id);
    expect(items.map(({ type }) => type)).toEqual(['referral.sent.v1']);
    const refused = await at.act(facility, id, 'accept');
    expect([refused.status, refused.body['allowedActions']]).toEqual([409, []]);
    expect((await at.call(facility, 'GET', `/v1/referrals/${id}/beneficiary`)).status).toBe(404);
    const { body } = await at.call(facility, 'GET', '/v1/referrals?limit=100');
    expect((body['items'] as unknown as { id: string }[]).map((item) => item.id)).not.toContain(id);
  });

  it('shows the former facility and its supervisor the same for good, under the same ETag, whatever goes on', async () => {
    const { facility, referrer, supervisor } = at.roles;
    const its = { ...supervisor, organisationId: facility.organisationId };
    for (const action of ['reroute', 'redirect'] as const) {
      const { id, there, target } = await withSecondPlace();
      const done = await at.act(action === 'reroute' ? referrer : facility, id, action, target);
      expect(done.status).toBe(200);
      const shown = async () =>
        Promise.all(
          [facility, its].map(async (as) => {
            const { body, headers } = await at.call(as, 'GET', `/v1/referrals/${id}`);
            const refused = await at.act(as, id, 'accept', {}, { 'if-match': '"1"' });
            const { instance: _ofEachRequest, ...said } = refused.body;
            return { body, etag: headers['etag'], history: await trail(as, id), refused: [refused.status, said] };
          }),
        );
      const before = await shown();
      expect(before[0]).toMatchObject({ body: { view: 'former', version: 2 }, etag: '"2"' });
      if (action === 'redirect') expect(done).toMatchObject({ body: before[0]!.body, headers: { etag: '"2"' } });
      const headers = { 'if-match': '"2"' };
      now = new Date(now.getTime() + 60_000);
      expect((await at.act(there, id, 'accept', {}, headers)).status).toBe(200);
      await at.act(there, id, 'complete', { outcome: 'treated' });
      await at.act(referrer, id, 'close', { needMet: true });
      await at.pool.query('update referral set referrer_organisation_id = $2 where id = $1', [id, randomUUID()]);
      expect(await shown()).toEqual(before);
    }
  });

  it('needs the person’s consent to the other organisation, and a place that is open', async () => {
    const { referrer } = at.roles;
    const { id, place, target } = await withSecondPlace();
    const withoutConsent = await at.act(referrer, id, 'reroute', { offeringId: target.offeringId });
    expect([withoutConsent.status, withoutConsent.body['type']]).toEqual([422, '/problems/consent-insufficient']);
    const full = at.offering({ facilityId: place.id, service: 'surgery', capacity: 'full' });
    const nowhere = await at.act(referrer, id, 'reroute', { ...target, offeringId: full.id });
    expect([nowhere.status, nowhere.body['type']]).toEqual([422, '/problems/offering-unavailable']);
    expect(await read(referrer, id)).toMatchObject({ version: 1, taskNumber: 1 });
  });

  it('is done once when it is asked for twice with one key', async () => {
    const { referrer } = at.roles;
    const { id, target } = await withSecondPlace();
    const headers = { 'idempotency-key': randomUUID() };
    const answers = [
      await at.act(referrer, id, 'reroute', target, headers),
      await at.act(referrer, id, 'reroute', target, headers),
    ];
    expect(answers.map(({ body }) => body['taskNumber'])).toEqual([2, 2]);
  });
});

describe('reopening', () => {
  it('begins again with a draft within 30 days, which is changed and sent', async () => {
    const { facility, referrer } = at.roles;
    const id = await at.refer();
    await at.act(facility, id, 'complete', { outcome: 'treated' });
    expect((await at.act(facility, id, 'accept')).status).toBe(200);
    await at.act(facility, id, 'complete', { outcome: 'treated' });
    await at.act(referrer, id, 'close', { needMet: false });
    const reopened = await at.act(referrer, id, 'reopen');
    expect(reopened.body).toMatchObject({ state: 'draft', taskNumber: 2, result: null, sentAt: null });
    expect(await read(facility, id)).toMatchObject({ view: 'former', state: 'closed' });
    expect((await at.act(referrer, id, 'submit')).body).toMatchObject({ state: 'sent', taskNumber: 2 });
    expect(await read(facility, id)).toMatchObject({ view: 'triage', state: 'sent' });
  });

  it('is over after 30 days', async () => {
    const { facility, referrer } = at.roles;
    const id = await at.refer();
    await at.act(facility, id, 'reject', { code: 'unsafe' });
    await at.act(referrer, id, 'close', { needMet: false });
    const before = now;
    now = new Date(now.getTime() + 31 * 24 * 3600 * 1000);
    expect((await at.act(referrer, id, 'reopen')).status).toBe(409);
    now = before;
  });
});

describe('a facility', () => {
  it('records who came by themselves as in service, with consent, at an offering of its own', async () => {
    const { facility } = at.roles;
    const own = at.person({ organisationId: facility.organisationId });
    const asked = at.aNewReferral({ ...own, offeringId: at.offering().id, walkIn: true });
    const { status, body } = await at.call(facility, 'POST', '/v1/referrals', asked);
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ state: 'in_service', walkIn: true, view: 'details' }),
    ]);
    const { place } = at.elsewhere();
    const consentId = at.consentTo(own.beneficiaryId, place.organisationId);
    const offeringId = at.offering({ facilityId: place.id }).id;
    const abroad = await at.call(facility, 'POST', '/v1/referrals', { ...asked, offeringId, consentId });
    expect(abroad.body).toMatchObject({ status: 422, errors: [{ pointer: '#/walkIn' }] });
  });

  it('that refers to itself answers as one, and goes on as the other', async () => {
    const { facility } = at.roles;
    const own = at.person({ organisationId: facility.organisationId });
    const { body } = await at.call(
      facility,
      'POST',
      '/v1/referrals',
      at.aNewReferral({ ...own, offeringId: at.offering().id }),
    );
    const id = String(body['id']);
    const work = async () => {
      const { items } = (await at.call(facility, 'POST', '/v1/worklist')).body as unknown as {
        items: { task: string; referral: { id: string }; allowedActions: string[] }[];
      };
      return items.find(({ referral }) => referral.id === id);
    };
    expect(body).toMatchObject({ view: 'referrer', allowedActions: expect.arrayContaining(['accept', 'reroute']) });
    expect(await work()).toMatchObject({ task: 'acknowledge' });
    await at.act(facility, id, 'request_info', { question: 'Which hand?' });
    expect(await work()).toMatchObject({ task: 'answer-question' });
    expect((await at.act(facility, id, 'answer_info', { answer: 'The left.' })).status).toBe(200);
    await at.act(facility, id, 'reject', { code: 'no-capacity' });
    expect(await work()).toMatchObject({
      task: 'choose-another-place',
      allowedActions: ['close', 'reroute', 'mark_error'],
    });
    const { place } = at.elsewhere();
    const target = {
      offeringId: at.offering({ facilityId: place.id }).id,
      consentId: at.consentTo(own.beneficiaryId, place.organisationId),
    };
    expect((await at.act(facility, id, 'reroute', target)).body).toMatchObject({ state: 'sent', view: 'referrer' });
  });

  it('passes nothing on to itself, nor does a referrer send again to where it is, to begin its time limits anew', async () => {
    const { facility, referrer } = at.roles;
    const person = at.person();
    const offering = at.offering();
    const id = await at.refer({ ...person, offeringId: offering.id });
    const refusal = { status: 422, errors: [{ pointer: '#/offeringId' }] };
    const next = at.offering({ service: 'rehabilitation' }).id;
    for (const offeringId of [offering.id, next])
      expect((await at.act(facility, id, 'redirect', { offeringId })).body).toMatchObject(refusal);
    expect((await at.act(referrer, id, 'reroute', { offeringId: offering.id })).body).toMatchObject(refusal);
    expect((await at.act(referrer, id, 'reroute', { offeringId: next })).body).toMatchObject({ taskNumber: 2 });
    await at.act(facility, id, 'reject', { code: 'no-capacity' });
    expect((await at.act(referrer, id, 'reroute', { offeringId: next })).body).toMatchObject({ taskNumber: 3 });
  });

  it('refers onward whom it has taken on, and nobody else', async () => {
    const { facility } = at.roles;
    const { id, person, place, there, target } = await withSecondPlace({ by: facility });
    const onward = at.aNewReferral({ beneficiaryId: person.beneficiaryId, ...target, onwardOf: id });
    const refer = () => at.call(facility, 'POST', '/v1/referrals', onward);
    expect((await refer()).body).toMatchObject({ status: 422, errors: [{ pointer: '#/onwardOf' }] });
    await at.act(facility, id, 'accept');
    const { body } = await refer();
    expect(body).toMatchObject({ state: 'sent', facilityId: place.id, view: 'referrer' });
    expect(await read(there, String(body['id']))).toMatchObject({ view: 'triage' });
    expect((await at.call(at.roles.referrer, 'GET', `/v1/referrals/${String(body['id'])}`)).status).toBe(404);
  });

  it('reports on the way, and hears findings back only as a health provider with consent to feedback', async () => {
    const { facility, referrer } = at.roles;
    const id = await at.refer();
    await at.act(facility, id, 'start');
    const interim = await at.act(facility, id, 'record_interim', { findings: 'healing', nextSteps: 'rest' });
    expect(interim.body).toMatchObject({ state: 'in_service', outcome: { code: null, findings: 'healing' } });
    expect(JSON.stringify(await read(referrer, id))).not.toContain('healing');

    const { place, there } = at.elsewhere();
    const between = async (purposes: ('referral' | 'feedback')[]) => {
      const theirs = at.person({ organisationId: facility.organisationId, recipient: place.organisationId, purposes });
      const asked = at.aNewReferral({ ...theirs, offeringId: at.offering({ facilityId: place.id }).id });
      const { body } = await at.call(facility, 'POST', '/v1/referrals', asked);
      await at.act(there, String(body['id']), 'start');
      await at.act(there, String(body['id']), 'complete', { outcome: 'treated', findings: 'a fracture' });
      return read(facility, String(body['id']));
    };
    expect(await between(['referral', 'feedback'])).toMatchObject({
      outcome: { code: 'treated', findings: 'a fracture' },
    });
    expect(await between(['referral'])).not.toHaveProperty('outcome');
  });
});
