import { randomUUID } from 'node:crypto';
import type { NewReferral, TriageProfile } from '@rohnamo/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
/** The last minute of a day in Dushanbe. */
const evening = new Date('2026-11-24T18:59:30.000Z');
const nextDay = new Date('2026-11-24T19:00:00.000Z');
let now = evening;
beforeAll(async () => {
  at = await referralService({ now: () => now });
});
afterEach(() => {
  now = evening;
  at.goDown(false);
  vi.restoreAllMocks();
});
afterAll(() => at.stop());

/** A person of whom the registry says this from now on. A band that a birthday changes leaves the version as it is. */
function registered(beneficiaryId: string, profile: Partial<TriageProfile>): void {
  const known = at.grounds.get(beneficiaryId);
  if (!known) throw new Error('there is no such person');
  at.grounds.set(beneficiaryId, { ...known, person: { ...known.person, ...profile } });
}
function aPerson(profile: Partial<TriageProfile>) {
  const person = at.person();
  registered(person.beneficiaryId, profile);
  return person;
}
const refer = (person: ReturnType<typeof aPerson>, other: Partial<NewReferral> = {}) =>
  at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral({ ...person, ...other }));
/** A service of its own: what is open already is not referred again. */
const elsewhere = () => ({ offeringId: at.offering({ service: `service-${randomUUID()}` }).id });
const bandOf = async (person: ReturnType<typeof aPerson>) => (await refer(person, elsewhere())).body['ageBand'];
const seenBy = async (as: (typeof at.roles)['facility'], id: unknown) =>
  (await at.call(as, 'GET', `/v1/referrals/${String(id)}`)).body;

const washingtonGroup = {
  instrument: 'washington-group-short-set',
  version: '2016',
  language: 'tg',
  answeredOn: '2026-11-24',
  answers: {
    seeing: 'none',
    hearing: 'none',
    walking: 'some',
    remembering: 'none',
    selfCare: 'none',
    communicating: 'none',
  },
} as const;

describe('the age band of a person who was referred before', () => {
  it('is that of the day: on the fifth birthday a Washington Group result is taken', async () => {
    const child = aPerson({ ageBand: '0-4' });
    expect(await bandOf(child)).toBe('0-4');
    const asked = () => refer(child, { ...elsewhere(), screenings: [washingtonGroup] });
    expect((await asked()).status).toBe(422);
    registered(child.beneficiaryId, { ageBand: '5-14' });
    now = nextDay;
    expect(await asked()).toMatchObject({ status: 201, body: { ageBand: '5-14' } });
  });

  it('is asked for once a day, whoever refers how often', async () => {
    const person = aPerson({ ageBand: '30-44' });
    await bandOf(person);
    const ask = vi.spyOn(at.registry, 'call');
    await bandOf(person);
    expect(ask).not.toHaveBeenCalled();
    now = nextDay;
    for (let times = 0; times < 3; times++) await bandOf(person);
    expect(ask).toHaveBeenCalledOnce();
  });

  it('is that of the day before where the registry does not answer, so that they can be referred', async () => {
    const person = aPerson({ ageBand: '15-17' });
    await bandOf(person);
    const offered = elsewhere();
    await refer(aPerson({}), offered); // the directory has told of it
    now = nextDay;
    registered(person.beneficiaryId, { ageBand: '18-29' });
    at.goDown(true);
    expect(await refer(person, offered)).toMatchObject({ status: 201, body: { ageBand: '15-17' } });
    at.goDown(false);
    expect(await bandOf(person)).toBe('18-29');
  });
});

describe('a draft', () => {
  const draftOf = async (person: ReturnType<typeof aPerson>, other: Partial<NewReferral> = {}) => {
    const { body } = await refer(person, { ...elsewhere(), ...other, draft: true });
    return String(body['id']);
  };
  const submitted = (id: string) => at.act(at.roles.referrer, id, 'submit');

  it('that was written before a birthday and is sent after it shows the band of its sending', async () => {
    const person = aPerson({ ageBand: '15-17' });
    const id = await draftOf(person);
    registered(person.beneficiaryId, { ageBand: '18-29' });
    now = nextDay;
    expect((await submitted(id)).body).toMatchObject({ state: 'sent', ageBand: '18-29' });
    expect(await seenBy(at.roles.facility, id)).toMatchObject({ view: 'triage', ageBand: '18-29' });
  });

  it('is sent with what is registered by then, but for what it says itself', async () => {
    const before = { language: 'tg', accessRequirements: [], districtId: 'TJK003D010' } as const;
    const after = { language: 'ru', accessRequirements: ['wheelchair'], districtId: 'TJK003D011' } as const;
    const moved = async (person: ReturnType<typeof aPerson>, id: string) => {
      registered(person.beneficiaryId, { ...after, accessRequirements: [...after.accessRequirements], version: 2 });
      now = nextDay;
      const { body } = await submitted(id);
      now = evening;
      return body;
    };
    const plain = aPerson({ ...before, accessRequirements: [] });
    expect(await moved(plain, await draftOf(plain))).toMatchObject(after);

    const own = aPerson({ ...before, accessRequirements: [] });
    const says = { language: 'ky', accessRequirements: [] } as const;
    const ownDraft = await draftOf(own, { ...says, accessRequirements: [] });
    expect(await moved(own, ownDraft)).toMatchObject({ ...after, ...says });

    const changed = aPerson({ ...before, accessRequirements: [] });
    const id = await draftOf(changed, { accessRequirements: ['companion'] });
    const patched = await at.call(
      at.roles.referrer,
      'PATCH',
      `/v1/referrals/${id}`,
      { language: 'ky', accessRequirements: null },
      { 'if-match': '"1"' },
    );
    expect(patched.body).toMatchObject({ language: 'ky', accessRequirements: [] });
    expect(await moved(changed, id)).toMatchObject({ ...after, language: 'ky' });
  });

  it('of a time in which it was not kept what it said itself keeps all of that', async () => {
    const person = aPerson({ language: 'tg' });
    const id = await draftOf(person, { language: 'ky' });
    await at.pool.query('update referral set told_triage = null where id = $1', [id]);
    registered(person.beneficiaryId, { ageBand: '45-59', language: 'ru' });
    now = nextDay;
    expect((await submitted(id)).body).toMatchObject({ language: 'ky', ageBand: '45-59' });
  });
});

it('who receives a person next sees them as they are registered by then', async () => {
  const person = aPerson({ ageBand: '0-4' });
  const { body } = await refer(person, { ...elsewhere(), language: 'ky' });
  registered(person.beneficiaryId, { ageBand: '5-14' });
  now = nextDay;
  const rerouted = await at.act(at.roles.referrer, String(body['id']), 'reroute', elsewhere());
  expect(rerouted.body).toMatchObject({ taskNumber: 2, ageBand: '5-14', language: 'ky' });
});
