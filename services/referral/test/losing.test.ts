import { randomUUID } from 'node:crypto';
import type { ReferralFact } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

/** What the newest event of a referral says. */
async function newestOf(id: string): Promise<{ type: string; data: ReferralFact }> {
  const { rows } = await at.pool.query<{ type: string; data: ReferralFact }>(
    "select type, data from entry where kind = 'referral' and subject = $1 order by version desc nulls last limit 1",
    [id],
  );
  return rows[0]!;
}
const holder = (other: Partial<NonNullable<ReferralFact['previous']>> = {}) => ({
  referrerOrganisationId: at.roles.referrer.organisationId,
  facilityId: at.facilityId,
  facilityOrganisationId: at.roles.facility.organisationId,
  deskId: null,
  ...other,
});
/** A referral that may also go to a second facility. */
async function movable(deskId?: string) {
  const person = at.person();
  const id = await at.refer({ ...person, offeringId: at.offering(deskId ? { deskId } : {}).id });
  const { place } = at.elsewhere();
  const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
  return { id, target: { offeringId: at.offering({ facilityId: place.id }).id, consentId } };
}
const done = async (as: TokenRequest, id: string, action: string, body?: object): Promise<void> => {
  const { status, body: answer } = await at.act(as, id, action, body);
  if (status !== 200) throw new Error(`${action}: ${JSON.stringify(answer)}`);
};

describe('the event by which a referral leaves a facility or desk names who had it until then', () => {
  it('redirected by the facility, rerouted by the referrer', async () => {
    const [one, other] = [await movable(), await movable()];
    await done(at.roles.facility, one.id, 'redirect', one.target);
    expect(await newestOf(one.id)).toMatchObject({ type: 'referral.redirected.v1', data: { previous: holder() } });
    await done(at.roles.referrer, other.id, 'reroute', other.target);
    expect(await newestOf(other.id)).toMatchObject({ type: 'referral.rerouted.v1', data: { previous: holder() } });
  });

  it('rerouted away from a desk', async () => {
    const deskId = randomUUID();
    const { id, target } = await movable(deskId);
    await done(at.roles.referrer, id, 'reroute', target);
    expect((await newestOf(id)).data).toMatchObject({ previous: holder({ deskId }), deskId: null });
  });

  it('reassigned between desks', async () => {
    const [deskId, next] = [randomUUID(), randomUUID()];
    const { id } = await movable(deskId);
    at.desk(next);
    const supervisor = { ...at.roles.supervisor, organisationId: at.roles.facility.organisationId };
    await done(supervisor, id, 'reassign', { deskId: next });
    expect(await newestOf(id)).toMatchObject({
      type: 'referral.reassigned.v1',
      data: { previous: holder({ deskId }), deskId: next },
    });
  });

  it('reopened as a draft, also for the same facility', async () => {
    const { id } = await movable();
    await done(at.roles.facility, id, 'reject', { code: 'no-capacity' });
    await done(at.roles.referrer, id, 'close', { needMet: false });
    await done(at.roles.referrer, id, 'reopen');
    expect(await newestOf(id)).toMatchObject({
      type: 'referral.reopened.v1',
      data: { previous: holder(), state: 'draft' },
    });
  });
});

it('what nobody loses names nobody', async () => {
  const id = await at.refer();
  expect((await newestOf(id)).data.previous).toBeNull();
  for (const [action, body] of [
    ['acknowledge', {}],
    ['accept', {}],
    ['start', {}],
  ] as const) {
    await done(at.roles.facility, id, action, body);
    expect((await newestOf(id)).data.previous).toBeNull();
  }
});
