import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

/** The types and clients of the entries about a subject that changed nothing. */
const looksAt = async (subject: string) => {
  const { rows } = await at.pool.query<{ type: string; client: string }>(
    "select type, actor->>'clientId' as client from entry where subject = $1 and version is null order by time, id",
    [subject],
  );
  return rows.map(({ type, client }) => `${type} by ${client}`);
};

describe('a look at a referral', () => {
  it('is in the journal before the answer leaves', async () => {
    const id = await at.refer();
    await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`);
    await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`);
    expect(await looksAt(id)).toEqual([
      'referral.observed.v1 by test-facility',
      'referral.observed.v1 by test-migration-service',
    ]);
  });

  it('by a supervisor shows nothing personal, and leaves no entry', async () => {
    const id = await at.refer();
    expect((await at.call(at.roles.supervisor, 'GET', `/v1/referrals/${id}`)).body).toMatchObject({
      view: 'supervisor',
    });
    expect(await looksAt(id)).toEqual([]);
  });

  it('by whoever it is not for is noted, and answered exactly like a look at nothing', async () => {
    const [id, nothing] = [await at.refer(), randomUUID()];
    const turnedAway = await at.call(at.roles.stranger, 'GET', `/v1/referrals/${id}`);
    const atNothing = await at.call(at.roles.stranger, 'GET', `/v1/referrals/${nothing}`);
    const { instance: _one, ...problem } = turnedAway.body;
    const { instance: _other, ...none } = atNothing.body;
    expect([turnedAway.status, problem]).toEqual([404, none]);
    await at.act(at.roles.otherFacility, id, 'accept');
    expect(await looksAt(id)).toEqual(['referral.denied.v1 by stranger', 'referral.denied.v1 by other-facility']);
    expect(await looksAt(nothing)).toEqual(['referral.denied.v1 by stranger']);
  });

  it('at a list is one entry that names all that was on it', async () => {
    const ids = [await at.refer(), await at.refer()];
    await at.call(at.roles.facility, 'GET', '/v1/referrals?limit=2');
    const { rows } = await at.pool.query<{ detail: { subjects: string[] } }>(
      "select detail from entry where type = 'referral-list.observed.v1' order by time desc, id desc limit 1",
    );
    expect(rows[0]?.detail.subjects).toEqual(ids.toReversed());
  });

  it('is shown to an auditor, not to the parties', async () => {
    const id = await at.refer();
    await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`);
    const typesFor = async (as: typeof at.roles.auditor) =>
      ((await at.call(as, 'GET', `/v1/referrals/${id}/trail`)).body['items'] as unknown as { type: string }[]).map(
        ({ type }) => type,
      );
    expect(await typesFor(at.roles.auditor)).toEqual(['referral.sent.v1', 'referral.observed.v1']);
    expect(await typesFor(at.roles.referrer)).toEqual(['referral.sent.v1']);
  });
});
