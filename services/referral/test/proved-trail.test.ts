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
