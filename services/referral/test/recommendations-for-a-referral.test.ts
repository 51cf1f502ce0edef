import { randomUUID } from 'node:crypto';
import type { DataCategory, NewReferral, Recommendations } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryTold } from './directory-told.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let told: ReturnType<typeof directoryTold>;
let now = new Date('2026-11-24T06:00:00.000Z');
const later = (minutes: number) => void (now = new Date(now.getTime() + minutes * 60_000));
beforeAll(async () => {
  at = await referralService({ now: () => now });
  told = directoryTold(at);
});
afterAll(() => at.stop());

type House = Awaited<ReturnType<typeof told.facility>>;
const aService = () => `service-${randomUUID()}`;
const staffOf = ({ id, organisationId, offering }: House): TokenRequest => ({
  role: 'facility',
  organisationId,
  facilityIds: [id],
  deskIds: offering.deskId === undefined ? [] : [offering.deskId],
  clientId: 'staff',
});

/** Sends somebody to a house, as its referrer, with a consent that names it. */
function sendTo(house: House, { categories, ...other }: Partial<NewReferral> & { categories?: DataCategory[] } = {}) {
  const person = at.person({ recipient: house.organisationId, ...(categories && { categories }) });
  return at.refer({ ...person, offeringId: house.offering.id, ...other });
}
const ask = (as: TokenRequest, referralId: string) => at.call(as, 'POST', '/v1/recommendations', { referralId });
async function recommendedFor(referralId: string, as = at.roles.referrer): Promise<Recommendations> {
  const { status, body } = await ask(as, referralId);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Recommendations;
}
const idsOf = ({ items }: Recommendations) => items.map(({ facilityId }) => facilityId);
const looksSince = async (since: Date) =>
  (
    await at.pool.query<{ type: string }>(
      'select type from entry where version is null and time >= $1 order by time, id',
      [since],
    )
  ).rows.map(({ type }) => type);

describe('POST /v1/recommendations for a referral', () => {
  it('takes what the referral says of the person, and leaves out where it is', async () => {
    const service = aService();
    const [here, apt, plain] = [
      await told.facility({}, { service }),
      await told.facility({ wheelchairAccess: true, districtId: 'TJK003D010', languages: ['ky'] }, { service }),
      await told.facility({}, { service, staffWomen: false }),
    ];
    const id = await sendTo(here, {
      language: 'ky',
      accessRequirements: ['wheelchair'],
      providerPreferred: 'woman',
      priority: 'emergency',
    });
    const answer = await recommendedFor(id);
    expect(idsOf(answer).slice(0, 2)).toEqual([apt.id, plain.id]);
    expect(idsOf(answer)).not.toContain(here.id);
    expect(answer.advice).toMatchObject({ phone: '103' });
    expect(answer.items[0]?.reasons.map(({ code }) => code)).toEqual([
      'hours-unknown',
      'best-fit',
      'open-places',
      'same-district',
      'speaks-language',
      'step-free',
      'provider',
    ]);
  });

  it('offers the next place to re-route to, never one that has said no, and a draft its own as well', async () => {
    const service = aService();
    const first = await told.facility({}, { service });
    const id = await sendTo(first, { draft: true });
    expect(idsOf(await recommendedFor(id))).toContain(first.id);
    await at.act(at.roles.referrer, id, 'submit');
    const second = await told.facility({ organisationId: first.organisationId }, { service });
    const third = await told.facility({ organisationId: first.organisationId }, { service });
    await at.act(staffOf(first), id, 'reject', { code: 'no-capacity' });
    const offered = (await recommendedFor(id)).items.slice(0, 2);
    expect(offered.map(({ facilityId }) => facilityId).toSorted()).toEqual([second.id, third.id].toSorted());

    const target = second.offering.id;
    expect((await at.act(at.roles.referrer, id, 'reroute', { offeringId: target })).body).toMatchObject({
      state: 'sent',
      facilityId: second.id,
    });
    const again = idsOf(await recommendedFor(id));
    expect(again[0]).toBe(third.id);
    for (const { id: gone } of [first, second]) expect(again).not.toContain(gone);

    expect((await ask(staffOf(first), id)).status).toBe(404);
    await at.act(staffOf(second), id, 'redirect', { offeringId: third.offering.id });
    for (const { id: gone } of [first, second, third]) expect(idsOf(await recommendedFor(id))).not.toContain(gone);
  });

  it('seeks another service that answers the need where the one it was sent for was wrong', async () => {
    const service = aService();
    const [first, alike] = [await told.facility({}, { service }), await told.facility({}, { service })];
    const fitting = await told.facility({ districtId: 'TJK003D010' }, { service: 'injury-care' });
    const id = await sendTo(first);
    expect(idsOf(await recommendedFor(id))).toEqual(expect.arrayContaining([alike.id, fitting.id]));
    await at.act(staffOf(first), id, 'reject', { code: 'wrong-service' });
    const answer = idsOf(await recommendedFor(id));
    expect(answer).toContain(fitting.id);
    expect(answer).not.toContain(alike.id);
  });
});

describe('the open places of an offering', () => {
  const placesOf = async (house: House) => {
    const { service } = house.offering;
    const { body } = await at.call(at.roles.referrer, 'POST', '/v1/recommendations', {
      needCategory: 'physical-injury',
      service,
      near: house.location,
    });
    const [item] = (body as unknown as Recommendations).items;
    return [item?.openPlaces, item?.reasons.find(({ code }) => /places/.test(code))?.text.en];
  };

  it('are taken by acceptance, not by sending, and given back when the task ends', async () => {
    const house = await told.facility({}, { service: aService(), placesPerWeek: 2 });
    const staff = staffOf(house);
    const [one, other, third] = [await sendTo(house), await sendTo(house), await sendTo(house)];
    expect(await placesOf(house)).toEqual([2, 'has 2 open places']);
    await at.act(staff, one, 'accept');
    expect(await placesOf(house)).toEqual([1, 'has 1 open place']);
    await at.act(staff, other, 'schedule', { appointmentAt: now.toISOString() });
    expect(await placesOf(house)).toEqual([0, 'all its places are taken now']);
    await at.act(staff, other, 'record_no_show');
    expect(await placesOf(house)).toEqual([0, 'all its places are taken now']);
    await at.act(staff, third, 'start');
    expect(await placesOf(house)).toEqual([0, 'all its places are taken now']);

    expect((await at.act(staff, one, 'complete', { outcome: 'treated' })).status).toBe(200);
    expect((await at.act(at.roles.referrer, other, 'request_cancel')).body).toMatchObject({
      state: 'cancel_requested',
    });
    expect(await placesOf(house)).toEqual([0, 'all its places are taken now']);
    expect((await at.act(staff, other, 'confirm_cancel')).body).toMatchObject({ state: 'cancelled' });
    expect(await placesOf(house)).toEqual([1, 'has 1 open place']);
    await at.act(at.roles.referrer, third, 'decline');
    expect(await placesOf(house)).toEqual([2, 'has 2 open places']);
  });

  it('are not taken by what was asked to be cancelled before it was accepted', async () => {
    const house = await told.facility({}, { service: aService(), placesPerWeek: 2 });
    const id = await sendTo(house);
    await at.act(staffOf(house), id, 'acknowledge');
    await at.act(at.roles.referrer, id, 'request_cancel');
    expect(await placesOf(house)).toEqual([2, 'has 2 open places']);
  });

  it('where no number is known are what the facility says', async () => {
    const house = await told.facility({}, { service: aService() });
    await at.act(staffOf(house), await sendTo(house), 'accept');
    expect(await placesOf(house)).toEqual([null, 'has open places']);
  });
});

describe('how soon a facility answers', () => {
  const answeringReason = async (service: string) => {
    const asked = { needCategory: 'physical-injury', service, districtId: 'anywhere' };
    const { body } = await at.call(at.roles.referrer, 'POST', '/v1/recommendations', asked);
    return (body as unknown as Recommendations).items[0]?.reasons.find(({ code }) => code.startsWith('answers'))?.text
      .en;
  };

  it('is told from ten answers on, over tasks that have ended too, and never of fewer', async () => {
    const service = aService();
    const house = await told.facility({}, { service });
    const next = await told.facility({ organisationId: house.organisationId }, { service: aService() });
    const answered = async (minutes: number) => {
      const id = await sendTo(house);
      later(minutes);
      await at.act(staffOf(house), id, 'acknowledge');
      return id;
    };
    for (let task = 0; task < 9; task++) await answered(task < 5 ? 10 : 200);
    expect(await answeringReason(service)).toBeUndefined();

    const tenth = await answered(210);
    const { body } = await at.act(at.roles.referrer, tenth, 'reroute', { offeringId: next.offering.id });
    expect(body).toMatchObject({ facilityId: next.id });
    expect(await answeringReason(service)).toBe('usually answers within 4 hours');
  });
});

describe('a question for a referral', () => {
  const sensitive = { needCategory: 'hiv', categories: ['identity', 'hiv'] } as const;

  it('is a look at it, and from whoever takes no part in it one at nothing', async () => {
    const house = await told.facility({}, { service: aService() });
    const id = await sendTo(house);
    later(1);
    const { referrer, stranger, otherFacility, supervisor } = at.roles;
    await recommendedFor(id, referrer);
    await recommendedFor(id, staffOf(house));
    await recommendedFor(id, supervisor);
    expect(await looksSince(now)).toEqual(['referral.observed.v1', 'referral.observed.v1']);

    later(1);
    const otherSupervisor = { ...supervisor, organisationId: randomUUID() };
    const askers = [stranger, otherFacility, otherSupervisor];
    for (const as of askers) {
      const [{ body: ofIt, status }, { body: ofNothing }] = [await ask(as, id), await ask(as, randomUUID())];
      expect([status, { ...ofIt, instance: '' }]).toEqual([404, { ...ofNothing, instance: '' }]);
    }
    expect(await looksSince(now)).toEqual(askers.flatMap(() => ['referral.denied.v1', 'referral.denied.v1']));
  });

  it('by a supervisor is answered with what is of the places alone', async () => {
    const service = aService();
    const house = await told.facility({}, { service });
    await told.facility({ wheelchairAccess: true }, { service, placesPerWeek: 4 });
    const id = await sendTo(house, { language: 'ky', accessRequirements: ['wheelchair'], providerPreferred: 'man' });
    const { items } = await recommendedFor(id, at.roles.supervisor);
    expect(items[0]?.reasons.map(({ text }) => text.en)).toEqual(['has 4 open places']);
  });

  it('by a supervisor of a sensitive need is answered just as where there is no place for another', async () => {
    const service = aService();
    const house = await told.facility({}, { service, deskId: randomUUID() });
    await told.facility({}, { service, deskId: randomUUID() });
    const only = await told.facility({}, { service: aService() });
    const hidden = await sendTo(house, { ...sensitive, categories: [...sensitive.categories], priority: 'emergency' });
    const nowhere = await sendTo(only, { needCategory: 'other', priority: 'emergency' });
    for (const as of [at.roles.supervisor, { ...at.roles.supervisor, organisationId: house.organisationId }]) {
      const answer = await ask(as, hidden);
      expect([answer.status, answer.body]).toMatchObject([200, { items: [] }]);
      expect(answer.body['advice']).not.toBeNull();
    }
    expect(await recommendedFor(hidden, at.roles.supervisor)).toEqual(
      await recommendedFor(nowhere, at.roles.supervisor),
    );
  });

  it('before acceptance tells the facility nothing of whom the person prefers', async () => {
    const service = aService();
    const house = await told.facility({}, { service });
    await told.facility({}, { service });
    const id = await sendTo(house, { providerPreferred: 'woman' });
    const codes = async () => (await recommendedFor(id, staffOf(house))).items[0]?.reasons.map(({ code }) => code);
    expect(await codes()).not.toContain('provider');
    await at.act(staffOf(house), id, 'accept');
    expect(await codes()).toContain('provider');
  });

  it('of a sensitive need is for the referrer and, from acceptance on, for its desk; nobody else is told', async () => {
    const service = aService();
    const house = await told.facility({}, { service, deskId: randomUUID() });
    const [withDesk, without] = [
      await told.facility({}, { service, deskId: randomUUID() }),
      await told.facility({}, { service }),
    ];
    const id = await sendTo(house, { ...sensitive, categories: [...sensitive.categories] });
    const answer = await recommendedFor(id);
    expect(answer.items[0]?.facilityId).toBe(withDesk.id);
    expect(idsOf(answer)).not.toContain(without.id);

    const desk = staffOf(house);
    expect((await ask({ ...desk, deskIds: [] }, id)).status).toBe(404);
    const { status, body } = await ask(desk, id);
    expect([status, body['type']]).toEqual([403, '/problems/details-closed']);
    await at.act(desk, id, 'accept');
    expect(idsOf(await recommendedFor(id, desk))).toContain(withDesk.id);
  });
});
