import type { TrailEntry, TrailVerification } from '@rohnamo/contracts';
import { createPool } from '@rohnamo/service-kit';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
  await at.start();
});
afterAll(() => at.stop());

interface ProvedTrail {
  items: TrailEntry[];
  verification: TrailVerification;
}
const provedTrail = async (as: TokenRequest, id: string): Promise<ProvedTrail> =>
  (await at.call(as, 'GET', `/v1/referrals/${id}/trail?verify=true`)).body as unknown as ProvedTrail;
/** Once all of it is under a checkpoint. */
const sealedTrail = (as: TokenRequest, id: string) =>
  eventually(async () => {
    const trail = await provedTrail(as, id);
    return trail.verification.pending === 0 && trail;
  });

it('what is proved to a facility is its own task’s, and stays what it was whatever is done elsewhere', async () => {
  const { referrer, facility, stranger, auditor } = at.roles;
  const person = at.person();
  const id = await at.refer({ ...person, offeringId: at.offering().id });
  const ask = (as: TokenRequest) => at.call(as, 'POST', `/v1/referrals/${id}/messages`, { text: 'Can they walk?' });
  await ask(facility);
  await at.act(facility, id, 'reject', { code: 'no-capacity' });
  const { place, there } = at.elsewhere();
  const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
  const of = async (as: TokenRequest) => {
    const { items, verification } = await sealedTrail(as, id);
    const { checkpoint: _moves, ...told } = verification;
    expect(told.sealed, as.role).toBe(items.length);
    return told;
  };
  const asLeft = await of(facility);
  expect(asLeft).toEqual({ sealed: 3, pending: 0, broken: [], missingVersions: null });

  await at.act(referrer, id, 'reroute', { offeringId: at.offering({ facilityId: place.id }).id, consentId });
  await at.act(there, id, 'accept');
  await ask(there);
  await at.call(there, 'GET', `/v1/referrals/${id}`);
  await at.call(stranger, 'GET', `/v1/referrals/${id}`);
  expect(await of(auditor)).toMatchObject({ sealed: 8, missingVersions: [] });
  expect(await of(facility)).toEqual(asLeft);
  expect(await of(there)).toMatchObject({ sealed: 3, missingVersions: null });
  expect(await of(referrer)).toMatchObject({ sealed: 6, missingVersions: [] });
});

// Last, for the journal is not what it was afterwards.
it('a trail whose newest entry was deleted, with its place, lacks the version that the referral has', async () => {
  const { referrer, facility, auditor } = at.roles;
  const id = await at.refer();
  await at.act(facility, id, 'acknowledge');
  await at.act(facility, id, 'accept');
  const { items } = await sealedTrail(referrer, id);
  const superuser = createPool(at.database.superuserUrl, { applicationName: 'whoever owns the database', max: 1 });
  for (const table of ['place', 'entry'])
    await superuser.query(`delete from ${table} where id = $1`, [items.at(-1)!.id]);
  await superuser.end();
  for (const as of [referrer, auditor])
    expect((await sealedTrail(as, id)).verification, as.role).toMatchObject({ broken: [], missingVersions: [3] });
});
