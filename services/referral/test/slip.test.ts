import { sensitiveNeeds } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const deskId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';
let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
  const place = at.facilities.get(at.facilityId)!;
  at.facilities.set(at.facilityId, {
    ...place,
    address: 'Кӯлоб, кӯчаи Ғафуров 5',
    desks: [{ id: deskId, name: 'Ҳуҷраи 4' }],
  });
});
afterAll(() => at.stop());

const stored = async () => (await at.pool.query('select * from slip')).rows as { token_hash: Buffer }[];
const refer = (other = {}) => at.refer({ offeringId: at.offering({ deskId }).id, ...other });

describe('a slip', () => {
  it('is a page to print that nobody keeps a copy of, with the place, the room, the time and the number', async () => {
    const id = await refer();
    const desk = { ...at.roles.facility, deskIds: [deskId] };
    await at.act(desk, id, 'schedule', { appointmentAt: '2056-11-30T06:00:00.000Z', instructions: 'bring the X-ray' });
    const { status, headers, text } = await printed(at, id);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`);
    for (const said of ['Кӯлоб, кӯчаи Ғафуров 5', 'Ҳуҷраи 4', '30.11.2056, 11:00', String(body['number'])])
      expect(text).toContain(said);
    expect(text).not.toMatch(/саломатӣ|health|X-ray|Назарова|injury/);
  });

  it.each([
    ['ru', 'Направление'],
    ['en', 'Your copy'],
  ])('speaks %s', async (language, words) => {
    expect((await printed(at, await refer(), at.roles.referrer, language)).text).toContain(words);
  });

  it('has a code of its own each time, of which nothing but hashes is kept', async () => {
    const id = await refer();
    const [one, other] = [await printed(at, id), await printed(at, id)];
    expect(one.token).not.toBe(other.token);
    const everything = await at.pool.query(
      "select row_to_json(entry)::text || ' ' as text from entry union all select row_to_json(slip)::text from slip",
    );
    const kept = JSON.stringify(everything.rows);
    for (const { token } of [one, other]) {
      expect(token.replace(/[\s-]/g, '')).toMatch(/^[0-9A-HJKMNP-TV-Z]{28}$/);
      expect(kept).not.toContain(token.replace(/\s/g, '-'));
      expect(kept).not.toContain(token.replace(/[\s-]/g, ''));
    }
  });

  it('is in the journal before it leaves: that it was printed, by whom, and that they looked', async () => {
    const id = await refer();
    await printed(at, id);
    const { rows } = await at.pool.query<{ type: string; client: string; data: object; audience: string | null }>(
      "select type, actor->>'clientId' as client, data, audience from entry where subject = $1::uuid and version is null or data->>'referralId' = $1::uuid::text and type = 'slip.issued.v1' order by type",
      [id],
    );
    expect(rows).toMatchObject([
      { type: 'referral.observed.v1', client: 'test-migration-service' },
      { type: 'slip.issued.v1', client: 'test-migration-service', audience: null },
    ]);
    expect(Object.keys(rows[1]?.data ?? {}).toSorted()).toEqual(['referralId', 'slipId']);
  });

  it('is not printed of any sensitive need', async () => {
    for (const needCategory of sensitiveNeeds) {
      const grounds = at.person({ categories: ['identity', 'contact', needCategory] });
      const id = await refer({ ...grounds, needCategory });
      expect((await printed(at, id)).problem, needCategory).toMatchObject({
        type: '/problems/slip-confidential',
        status: 409,
      });
    }
  });

  it('is not printed of a draft, nor of what is over', async () => {
    const [draft, over] = [await refer({ draft: true }), await refer()];
    await at.act(at.roles.referrer, over, 'decline');
    expect((await printed(at, draft)).problem).toMatchObject({ type: '/problems/illegal-action', state: 'draft' });
    expect((await printed(at, over)).problem).toMatchObject({ type: '/problems/illegal-action', state: 'cancelled' });
  });

  it('is the referrer’s: to the facility, a stranger and a supervisor there is none', async () => {
    const id = await refer();
    const { facility, stranger, supervisor } = at.roles;
    const statuses = [];
    for (const as of [{ ...facility, deskIds: [deskId] }, stranger, supervisor])
      statuses.push((await printed(at, id, as)).status);
    expect(statuses).toEqual([404, 404, 403]);
  });

  it('is not printed, and nothing is kept, while the registry cannot say the birth year', async () => {
    const id = await refer();
    const before = (await stored()).length;
    at.goDown(true);
    const { problem } = await printed(at, id);
    at.goDown(false);
    expect(problem).toMatchObject({ type: '/problems/dependency-unavailable', status: 503 });
    expect(await stored()).toHaveLength(before);
  });

  it('in another language than there is is refused', async () => {
    expect((await printed(at, await refer(), at.roles.referrer, 'fr')).problem).toMatchObject({
      type: '/problems/invalid-field',
      errors: [{ pointer: '#/language' }],
    });
  });
});

it('a slip of a place that is confidential is not printed', async () => {
  const place = at.facilities.get(at.facilityId)!;
  const secret = { ...place, version: place.version + 1, locationConfidential: true, address: null, location: null };
  at.facilities.set(at.facilityId, secret);
  const { beneficiaryId, consentId } = at.person();
  at.grounds.get(beneficiaryId)!.person.version = 1;
  const id = await refer({ beneficiaryId, consentId });
  await at.pool.query('update facility set record = $2 where id = $1', [at.facilityId, JSON.stringify(secret)]);
  expect((await printed(at, id)).problem).toMatchObject({ type: '/problems/slip-confidential' });
});
