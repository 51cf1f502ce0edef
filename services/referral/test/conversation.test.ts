import { randomUUID } from 'node:crypto';
import type { Message, TrailEntry, TrailVerification } from '@rohnamo/contracts';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
const now = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => now });
  await at.start();
});
afterAll(() => at.stop());

const say = (as: TokenRequest, id: string, text: string, headers: Record<string, string> = {}) =>
  at.call(as, 'POST', `/v1/referrals/${id}/messages`, { text }, headers);
const read = async (as: TokenRequest, id: string, query = '') => {
  const { status, body } = await at.call(as, 'GET', `/v1/referrals/${id}/messages${query}`);
  if (status !== 200) throw new Error(`not read: ${status}`);
  return body as unknown as { items: Message[]; next: string | null };
};
const textsFor = async (as: TokenRequest, id: string) => (await read(as, id)).items.map(({ text }) => text);
const trailFor = async (as: TokenRequest, id: string, query = '') => {
  const { body } = await at.call(as, 'GET', `/v1/referrals/${id}/trail${query}`);
  return body as unknown as { items: TrailEntry[]; verification?: TrailVerification };
};

describe('what is said in a referral', () => {
  it('is read by the other party, oldest first and page by page, before acceptance too', async () => {
    const { referrer, facility } = at.roles;
    const id = await at.refer();
    const first = await say(facility, id, 'Can the person walk?', { 'acting-person': 'nurse-3' });
    expect([first.status, first.body]).toMatchObject([
      201,
      { referralId: id, by: 'facility', actingPerson: 'nurse-3', text: 'Can the person walk?' },
    ]);
    await say(referrer, id, 'With a stick.\nNot far.');
    await say(facility, id, 'Then come by the yard.');
    expect((await at.call(facility, 'GET', `/v1/referrals/${id}`)).body).toMatchObject({
      view: 'triage',
      state: 'sent',
    });

    const page = await read(referrer, id, '?limit=2');
    expect(page.items.map(({ by, text }) => [by, text])).toEqual([
      ['facility', 'Can the person walk?'],
      ['referrer', 'With a stick.\nNot far.'],
    ]);
    const rest = await read(referrer, id, `?limit=2&cursor=${page.next}`);
    expect([rest.items.map(({ text }) => text), rest.next]).toEqual([['Then come by the yard.'], null]);
    expect(await textsFor(facility, id)).toHaveLength(3);
  });

  it('leaves the referral’s ETag as it is', async () => {
    const { referrer, facility } = at.roles;
    const id = await at.refer();
    const { headers } = await at.call(facility, 'GET', `/v1/referrals/${id}`);
    await say(referrer, id, 'She comes with her brother.');
    expect((await at.act(facility, id, 'accept', {}, { 'if-match': String(headers['etag']) })).status).toBe(200);
  });

  it('is said once for each key, and the repeat is answered alike', async () => {
    const { referrer } = at.roles;
    const id = await at.refer();
    const headers = { 'idempotency-key': randomUUID() };
    const [one, two] = await Promise.all([say(referrer, id, 'Hello.', headers), say(referrer, id, 'Hello.', headers)]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body).toEqual(one.body);
    expect(await textsFor(referrer, id)).toEqual(['Hello.']);
    expect((await say(referrer, id, 'Other.', headers)).body).toMatchObject({
      type: '/problems/idempotency-key-reused',
    });
  });

  it('is read by a facility whose part is over only as far as it was said before the details opened', async () => {
    const { referrer, facility } = at.roles;
    const id = await at.refer();
    await say(referrer, id, 'before');
    await at.act(facility, id, 'accept');
    const headers = { 'idempotency-key': randomUUID() };
    await say(facility, id, 'between', headers);
    expect(await textsFor(facility, id)).toEqual(['before', 'between']);
    await at.act(facility, id, 'reject', { code: 'no-capacity' });
    await say(referrer, id, 'after');
    expect(await textsFor(facility, id)).toEqual(['before', 'after']);
    expect(await textsFor(referrer, id)).toEqual(['before', 'between', 'after']);
    // Nor by trying again with the key with which it was said.
    expect((await say(facility, id, 'between', headers)).status).toBe(404);
  });

  it('stays with the task: the next facility never reads what was said to the one before, which reads nothing any more', async () => {
    const { referrer, facility } = at.roles;
    const person = at.person();
    const id = await at.refer({ ...person, offeringId: at.offering().id });
    const { place, there } = at.elsewhere();
    await say(facility, id, 'to the first');
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    await at.act(referrer, id, 'reroute', { offeringId: at.offering({ facilityId: place.id }).id, consentId });
    await say(there, id, 'to the second');

    expect(await textsFor(there, id)).toEqual(['to the second']);
    expect(await textsFor(referrer, id)).toEqual(['to the first', 'to the second']);
    const former = await at.call(facility, 'GET', `/v1/referrals/${id}/messages`);
    expect([former.status, former.body['type']]).toEqual([404, '/problems/not-found']);
    const refused = await say(facility, id, 'still here');
    expect([refused.status, refused.body]).toMatchObject([409, { state: 'cancelled', allowedActions: [] }]);

    const messagesFor = async (as: TokenRequest) =>
      (await trailFor(as, id)).items
        .filter(({ type }) => type === 'message.sent.v1')
        .map(({ actor }) => actor.organisationId);
    expect(await messagesFor(facility)).toEqual([facility.organisationId]);
    expect(await messagesFor(there)).toEqual([there.organisationId]);
    expect(await messagesFor(referrer)).toEqual([facility.organisationId, there.organisationId]);
  });

  it('is for nobody else: not for a supervisor, not for an auditor, not for a stranger', async () => {
    const id = await at.refer();
    const { supervisor, auditor, stranger, otherFacility } = at.roles;
    const statuses = async (as: TokenRequest) => [
      (await say(as, id, 'Hello.')).status,
      (await at.call(as, 'GET', `/v1/referrals/${id}/messages`)).status,
    ];
    for (const as of [supervisor, auditor]) expect(await statuses(as), as.role).toEqual([403, 403]);
    for (const as of [stranger, otherFacility]) expect(await statuses(as), as.clientId).toEqual([404, 404]);
    expect(await textsFor(at.roles.referrer, id)).toEqual([]);
  });

  it('of a desk is for that desk alone', async () => {
    const deskId = randomUUID();
    const person = at.person({ categories: ['identity', 'mhpss'] });
    const id = await at.refer({ ...person, needCategory: 'mhpss', offeringId: at.offering({ deskId }).id });
    const { facility } = at.roles;
    const desk = { ...facility, deskIds: [deskId], clientId: 'the-desk' };
    expect((await say(desk, id, 'When would suit?')).status).toBe(201);
    expect((await say(facility, id, 'Who is it?')).status).toBe(404);
    expect((await at.call(facility, 'GET', `/v1/referrals/${id}/messages`)).status).toBe(404);
  });
});

describe('nothing is said', () => {
  it.each<[string, (id: string) => Promise<unknown>, string]>([
    ['once it is cancelled', (id) => at.act(at.roles.referrer, id, 'request_cancel'), 'cancelled'],
    ['once it is entered in error', (id) => at.act(at.roles.referrer, id, 'mark_error'), 'entered_in_error'],
    [
      'once sharing has stopped',
      (id) => at.pool.query("update referral set sharing_stopped = true, state = 'accepted' where id = $1", [id]),
      'accepted',
    ],
  ])('%s', async (_when, end, state) => {
    const id = await at.refer();
    await end(id);
    const refused = await say(at.roles.referrer, id, 'Hello?');
    expect([refused.status, refused.body]).toMatchObject([409, { type: '/problems/illegal-action', state }]);
  });

  it('in a draft, which is not there for the facility', async () => {
    const id = await at.refer({ draft: true });
    expect((await say(at.roles.referrer, id, 'Hello?')).body).toMatchObject({ status: 409, state: 'draft' });
    expect((await say(at.roles.facility, id, 'Hello?')).status).toBe(404);
  });

  it('that is empty, too long, or holds what no text does, and the refusal does not say it back', async () => {
    const id = await at.refer();
    for (const text of ['  ', 'x'.repeat(2001), 'Назарова\u0007'])
      expect(JSON.stringify((await say(at.roles.referrer, id, text)).body)).toMatch(/"status":422(?!.*Назарова)/);
  });
});

describe('the trail', () => {
  it('shows that, by whom and when something was said, in its place and never what, and is proved with it', async () => {
    const { referrer, facility, supervisor, auditor } = at.roles;
    const id = await at.refer();
    await say(facility, id, 'the secret question', { 'acting-person': 'nurse-3' });
    await at.act(facility, id, 'accept');
    await say(referrer, id, 'the secret answer');
    const types = ['referral.sent.v1', 'message.sent.v1', 'referral.accepted.v1', 'message.sent.v1'];
    for (const as of [referrer, facility, supervisor, auditor]) {
      const trail = await eventually(async () => {
        const found = await trailFor(as, id, '?verify=true');
        return found.items.every(({ position }) => position !== null) && found.verification?.pending === 0 && found;
      });
      expect(
        trail.items.map(({ type }) => type),
        as.role,
      ).toEqual(types);
      expect(trail.items[1]).toMatchObject({
        version: 1,
        state: null,
        time: now.toISOString(),
        actor: { organisationId: facility.organisationId, actingPerson: 'nurse-3' },
      });
      const missingVersions = as === facility ? null : [];
      expect(trail.verification).toMatchObject({ sealed: 4, broken: [], missingVersions });
      expect(JSON.stringify(trail)).not.toContain('secret');
    }
  });

  it('has each look at what was said, for auditors', async () => {
    const id = await at.refer();
    await textsFor(at.roles.referrer, id);
    const types = async (as: TokenRequest) => (await trailFor(as, id)).items.map(({ type }) => type);
    expect(await types(at.roles.auditor)).toEqual(['referral.sent.v1', 'referral.observed.v1']);
    expect(await types(at.roles.referrer)).toEqual(['referral.sent.v1']);
  });

  it('has nothing of what was said in any entry', async () => {
    const id = await at.refer();
    await say(at.roles.referrer, id, 'a word that is nowhere else');
    const { rows } = await at.pool.query("select 1 from entry where entry::text like '%nowhere else%'");
    expect(rows).toEqual([]);
  });
});

it('what is said as it is cancelled is said before that or refused, never behind it', async () => {
  const { referrer, facility } = at.roles;
  const id = await at.refer();
  const tries = Array.from({ length: 20 }, (_, number) => say(facility, id, `${number}`));
  const cancelled = at.act(referrer, id, 'request_cancel');
  const statuses = (await Promise.all(tries)).map(({ status }) => status);
  expect((await cancelled).status).toBe(200);
  expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  const { items } = await eventually(async () => {
    const trail = await trailFor(referrer, id);
    return trail.items.every(({ position }) => position !== null) && trail;
  });
  expect(items.map(({ type }) => type)).toEqual([
    'referral.sent.v1',
    ...statuses.filter((status) => status === 201).map(() => 'message.sent.v1'),
    'referral.cancelled.v1',
  ]);
});
