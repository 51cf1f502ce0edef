import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const insufficient = { status: 422, type: '/problems/consent-insufficient' };

/** A survivor, two places whose desks could see them, and a consent to each. */
async function aSurvivor() {
  const { referrer, facility } = at.roles;
  const { place, there } = at.elsewhere();
  const [deskId, deskThere] = [randomUUID(), randomUUID()];
  const person = at.person({ categories: ['identity', 'sexual-violence'] });
  const here = (consentId: string) => ({
    offeringId: at.offering({ deskId, service: `care-${randomUUID()}` }).id,
    consentId,
  });
  const elsewhere = (consentId: string) => ({
    offeringId: at.offering({ deskId: deskThere, facilityId: place.id, service: `care-${randomUUID()}` }).id,
    consentId,
  });
  const refer = async (target: { offeringId: string; consentId: string }, other: object = {}) => {
    const { beneficiaryId } = person;
    const asked = at.aNewReferral({ beneficiaryId, needCategory: 'sexual-violence', ...target, ...other });
    return (await at.call(referrer, 'POST', '/v1/referrals', asked)).body;
  };
  return {
    consentHere: person.consentId,
    anotherHere: () => at.consentTo(person.beneficiaryId, facility.organisationId),
    consentElsewhere: () => at.consentTo(person.beneficiaryId, place.organisationId),
    here,
    elsewhere,
    refer,
    reroute: async (id: unknown, target: object) => (await at.act(referrer, String(id), 'reroute', target)).body,
    rejectHere: (id: unknown) =>
      at.act({ ...facility, deskIds: [deskId] }, String(id), 'reject', { code: 'no-capacity' }),
    rejectThere: (id: unknown) =>
      at.act({ ...there, deskIds: [deskThere] }, String(id), 'reject', { code: 'no-capacity' }),
  };
}
type Survivor = Awaited<ReturnType<typeof aSurvivor>>;

/** A referral that was sent under the first consent, and has gone on under the second. */
async function goneOn({ refer, here, elsewhere, consentHere, consentElsewhere, rejectHere, reroute }: Survivor) {
  const { id } = await refer(here(consentHere));
  await rejectHere(id);
  expect(await reroute(id, elsewhere(consentElsewhere()))).toMatchObject({ state: 'sent', taskNumber: 2 });
  return id;
}

describe('a consent of a need that is asked for by itself', () => {
  it('serves no other referral, though the one that it has served goes on under another', async () => {
    const survivor = await aSurvivor();
    const { refer, here, consentHere } = survivor;
    await goneOn(survivor);
    expect(await refer(here(consentHere))).toMatchObject({ ...insufficient, errors: [{ pointer: '#/consentId' }] });
    expect(await refer(here(consentHere), { draft: true })).toMatchObject(insufficient);
  });

  it('is not taken for another referral by changing its draft, or sending it elsewhere', async () => {
    const survivor = await aSurvivor();
    const { refer, here, consentHere, anotherHere, reroute } = survivor;
    await goneOn(survivor);
    const draft = await refer(here(anotherHere()), { draft: true });
    const url = `/v1/referrals/${String(draft['id'])}`;
    const changed = await at.call(at.roles.referrer, 'PATCH', url, { consentId: consentHere }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject(insufficient);
    const sent = await refer(here(anotherHere()));
    expect(await reroute(sent['id'], here(consentHere))).toMatchObject(insufficient);
  });

  it('serves the same referral again: sent back to where it was, and reopened', async () => {
    const survivor = await aSurvivor();
    const { here, consentHere, rejectHere, rejectThere, reroute } = survivor;
    const id = await goneOn(survivor);
    await rejectThere(id);
    expect(await reroute(id, here(consentHere))).toMatchObject({ state: 'sent', taskNumber: 3 });
    await rejectHere(id);
    const { referrer } = at.roles;
    await at.act(referrer, String(id), 'close', { needMet: false });
    expect((await at.act(referrer, String(id), 'reopen')).body).toMatchObject({ state: 'draft' });
    expect((await at.act(referrer, String(id), 'submit')).body).toMatchObject({ state: 'sent', taskNumber: 4 });
  });

  it('is not used up by a draft that was changed before anything was sent under it', async () => {
    const { refer, here, consentHere, anotherHere } = await aSurvivor();
    const draft = await refer(here(consentHere), { draft: true });
    expect(await refer(here(consentHere))).toMatchObject(insufficient);
    const url = `/v1/referrals/${String(draft['id'])}`;
    const consentId = anotherHere();
    const changed = await at.call(at.roles.referrer, 'PATCH', url, { consentId }, { 'if-match': '"1"' });
    expect(changed.status).toBe(200);
    expect(await refer(here(consentHere))).toMatchObject({ state: 'sent' });
  });

  it('serves one of several referrals that are sent under it at the same time', async () => {
    const { refer, here, consentHere } = await aSurvivor();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refer(here(consentHere))));
    expect(answers.filter(({ state }) => state === 'sent')).toHaveLength(1);
    expect(answers.filter(({ type }) => type === insufficient.type)).toHaveLength(4);
  });
});
