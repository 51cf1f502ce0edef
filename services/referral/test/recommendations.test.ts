import { randomUUID } from 'node:crypto';
import type { Recommendations } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryTold } from './directory-told.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let told: ReturnType<typeof directoryTold>;
/** A Tuesday, 11 o'clock in Dushanbe. */
const now = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => now });
  told = directoryTold(at);
});
afterAll(() => at.stop());

const kulob = { latitude: 37.91459, longitude: 69.78454 };
const north = (km: number) => ({ ...kulob, latitude: kulob.latitude + km / 111.195 });
const aService = () => `service-${randomUUID()}`;

async function recommended(asked: object): Promise<Recommendations> {
  const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/recommendations', {
    needCategory: 'physical-injury',
    ...('districtId' in asked ? {} : { near: kulob }),
    ...asked,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Recommendations;
}
const idsOf = ({ items }: Recommendations) => items.map(({ facilityId }) => facilityId);
const reasonsOf = ({ items }: Recommendations) => items.map(({ reasons }) => reasons.map(({ text }) => text.en));

describe('POST /v1/recommendations by need and place', () => {
  it('puts the nearest first of what is alike, by the offering to refer to, with the reasons in words', async () => {
    const service = aService();
    const [far, near] = [
      await told.facility({ location: north(40) }, { service }),
      await told.facility({ location: north(3.2) }, { service, placesPerWeek: 3 }),
    ];
    const answer = await recommended({ service });
    expect(answer.advice).toBeNull();
    expect(answer.items).toMatchObject([
      {
        offeringId: near.offering.id,
        facilityId: near.id,
        organisationId: near.organisationId,
        name: near.name,
        distanceKm: 3.2,
        openPlaces: 3,
        openNow: null,
      },
      { offeringId: far.offering.id, distanceKm: 40, openPlaces: null },
    ]);
    expect(reasonsOf(answer)).toEqual([
      ['offers what is looked for', 'has 3 open places', '3.2 km away'],
      ['offers what is looked for', 'has open places', '40 km away'],
    ]);
  });

  it('looks for every service that answers the need, the best fit first, and names each facility once', async () => {
    const location = { latitude: -40, longitude: 20 };
    const possible = await told.facility({ location }, { service: 'skills-recognition' });
    const fitting = await told.facility({ location }, { service: 'vocational-training' });
    const beside = await told.offering(fitting.id, { service: 'skills-recognition' });
    const offeringsFor = async (needCategory: string) =>
      (await recommended({ near: location, needCategory })).items.map(({ offeringId }) => offeringId);
    expect(await offeringsFor('livelihood')).toEqual([fitting.offering.id, possible.offering.id]);
    expect((await offeringsFor('skills-recognition')).toSorted()).toEqual([possible.offering.id, beside.id].toSorted());
  });

  it('puts who speaks the language, is step-free and has the provider preferred before others, and says so', async () => {
    const service = aService();
    const plain = await told.facility({}, { service, staffWomen: false });
    const apt = await told.facility({ wheelchairAccess: true }, { service, languages: ['tg', 'ky'] });
    const answer = await recommended({
      service,
      language: 'ky',
      accessRequirements: ['wheelchair'],
      providerPreferred: 'woman',
    });
    expect(idsOf(answer)).toEqual([apt.id, plain.id]);
    expect(reasonsOf(answer)).toEqual([
      expect.arrayContaining(['speaks Kyrgyz', 'step-free', 'a woman can see the person']),
      expect.arrayContaining([
        'does not say that it speaks Kyrgyz',
        'does not say that it is step-free',
        'does not say that a woman can see the person',
      ]),
    ]);
  });

  it('leaves out what is closed or full, and facilities that are not open or whose place is confidential', async () => {
    const service = aService();
    await told.facility({ status: 'closed' }, { service });
    await told.facility({ status: 'suspended' }, { service });
    await told.facility({ locationConfidential: true, location: null }, { service });
    await told.facility({}, { service, capacity: 'full' });
    await told.facility({}, { service, capacity: 'closed' });
    const waiting = await told.facility({}, { service, capacity: 'waitlist' });
    const open = await told.facility({ location: north(1) }, { service });
    expect(idsOf(await recommended({ service }))).toEqual([open.id, waiting.id]);
  });

  it('of a district alone puts the same district first, then what lies nearest to it', async () => {
    const service = aService();
    const districtId = `district-${randomUUID().slice(0, 8)}`;
    const far = await told.facility({ location: north(120), districtId: 'another' }, { service });
    const next = await told.facility({ location: north(44), districtId: 'next' }, { service });
    const own = await told.facility({ districtId }, { service });
    const answer = await recommended({ service, districtId });
    expect(idsOf(answer)).toEqual([own.id, next.id, far.id]);
    expect(answer.items.map(({ distanceKm }) => distanceKm)).toEqual([null, null, null]);
    expect(reasonsOf(answer).map((reasons) => reasons.at(-1))).toEqual([
      'in the same district',
      'about 40 km from the district',
      'about 120 km from the district',
    ]);
  });

  it('in a district where nobody is known, still says where there is help', async () => {
    const service = aService();
    const { id } = await told.facility({}, { service });
    expect(idsOf(await recommended({ service, districtId: 'nobody-there' }))).toEqual([id]);
  });

  it('of a sensitive need offers only what a desk of its own receives, and never says why', async () => {
    const service = aService();
    await told.facility({}, { service });
    const withDesk = await told.facility({}, { service, deskId: randomUUID() });
    for (const needCategory of ['mhpss', 'hiv', 'trafficking', 'substance-use', 'sexual-violence']) {
      const answer = await recommended({ service, needCategory });
      expect(idsOf(answer)).toEqual([withDesk.id]);
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${needCategory}|${service}|desk|confidential|sensitive`));
    }
  });

  describe('of an offering that belongs to a desk', () => {
    type House = Awaited<ReturnType<typeof told.facility>>;
    const aDesk = (placesPerWeek: number) =>
      told.facility({}, { service: aService(), placesPerWeek, deskId: randomUUID() });
    /** Somebody is taken on there, for a need that only the desk may know. */
    const takeOn = async ({ id, organisationId, offering }: House) => {
      const person = at.person({ recipient: organisationId, categories: ['identity', 'hiv'] });
      const referral = await at.refer({ ...person, offeringId: offering.id, needCategory: 'hiv' });
      const deskIds = [offering.deskId ?? ''];
      const accepted = await at.act(
        { role: 'facility', organisationId, facilityIds: [id], deskIds },
        referral,
        'accept',
      );
      expect(accepted.status).toBe(200);
    };
    /** The answer to whoever asks by what is sensitive, and by what is not. */
    const answersFor = ({ offering: { service } }: House) =>
      Promise.all(['hiv', 'physical-injury'].map((needCategory) => recommended({ service, needCategory })));

    it('says to the byte the same while places remain, and stands where it stood, whoever has been taken on', async () => {
      const house = await aDesk(10);
      for (const placesPerWeek of [4, 5, 6, 7, 8, 9, 10, 11])
        await told.facility({}, { service: house.offering.service, placesPerWeek });
      const before = JSON.stringify(await answersFor(house));
      for (let taken = 1; taken < 10; taken++) {
        await takeOn(house);
        expect(JSON.stringify(await answersFor(house)), `${taken} taken on`).toBe(before);
      }
      const [answer] = await answersFor(house);
      expect(answer?.items).toMatchObject([{ facilityId: house.id, openPlaces: null }]);
      expect(reasonsOf(answer!)[0]).toContain('has open places');
    });

    it('says that all its places are taken only where these are five or more', async () => {
      const [few, five] = [await aDesk(4), await aDesk(5)];
      const before = JSON.stringify(await answersFor(few));
      for (let taken = 1; taken <= 5; taken++) {
        if (taken < 5) await takeOn(few);
        await takeOn(five);
        expect(JSON.stringify(await answersFor(few)), `${taken} taken on`).toBe(before);
      }
      const [full] = await answersFor(five);
      expect(full?.items).toMatchObject([{ facilityId: five.id, openPlaces: null }]);
      expect(reasonsOf(full!)[0]).toContain('all its places are taken now');
    });
  });

  it('in an emergency says first whom to ring, and offers what is open now, then what may be', async () => {
    const service = aService();
    const unknown = await told.facility({}, { service, hours: 'ask at the gate' });
    const open = await told.facility({ location: north(60) }, { service, hours: 'Mon-Fri 8-16', capacity: 'waitlist' });
    const closed = await told.facility({}, { service, hours: 'Mon-Fri 13-16' });
    const answer = await recommended({ service, priority: 'emergency' });
    expect(answer.advice).toMatchObject({ code: 'ring-first', phone: '103' });
    expect(answer.items.map(({ facilityId, openNow }) => [facilityId, openNow])).toEqual([
      [open.id, true],
      [unknown.id, null],
    ]);
    expect(reasonsOf(answer).map(([first]) => first)).toEqual([
      'is open now',
      'its hours are not known: ring before going',
    ]);
    const routine = await recommended({ service });
    expect(routine.advice).toBeNull();
    expect(routine.items).toContainEqual(expect.objectContaining({ facilityId: closed.id, openNow: false }));
  });

  it('takes sexual violence as an emergency, whatever was asked', async () => {
    const answer = await recommended({ needCategory: 'sexual-violence', priority: 'routine' });
    expect(answer.advice).toMatchObject({ phone: '103' });
  });

  it('leaves nothing in the journal: it names nobody', async () => {
    const entries = async () => (await at.pool.query('select id from entry')).rowCount;
    const before = await entries();
    await recommended({ service: aService() });
    expect(await entries()).toBe(before);
  });

  it.each([
    ['no place', { needCategory: 'hiv' }, '#/near'],
    ['two places', { needCategory: 'hiv', near: kulob, districtId: 'TJK003D010' }, '#/near'],
    [
      'a place that is not on the earth',
      { needCategory: 'hiv', near: { latitude: 91, longitude: 0 } },
      '#/near/latitude',
    ],
    ['a need that there is not', { needCategory: 'wealth', near: kulob }, '#/needCategory'],
    ['a referral that has no id', { referralId: 'mine' }, '#/referralId'],
  ])('refuses %s by its pointer', async (_what, asked, pointer) => {
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/recommendations', asked);
    expect({ status, errors: body['errors'] }).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});
