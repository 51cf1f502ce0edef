import type { AgeBand, DataCategory, NewScreening } from '@rohnamo/contracts';
import { aReferral, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const asked = { version: '1', language: 'en', answeredOn: '2026-11-20' } as const;
const safety = { actedBy: 'nurse-3', action: 'stayed with the person' };
const easy = { seeing: 'none', hearing: 'none', remembering: 'none', selfCare: 'none', communicating: 'none' } as const;
const phq9 = { instrument: 'phq-9', ...asked, answers: [3, 3, 3, 3, 3, 3, 2, 0, 1], safety } satisfies NewScreening;
const gad7 = { instrument: 'gad-7', ...asked, answers: [1, 1, 1, 1, 1, 1, 1] } satisfies NewScreening;
const who5 = { instrument: 'who-5', ...asked, language: 'tg', answers: [1, 1, 1, 1, 1] } satisfies NewScreening;
const k6 = { instrument: 'k6', ...asked, answers: [2, 2, 2, 2, 2, 3] } satisfies NewScreening;
const washingtonGroup = {
  instrument: 'washington-group-short-set',
  ...asked,
  answers: { ...easy, walking: 'a-lot' },
} satisfies NewScreening;
const tbSymptoms = {
  instrument: 'tb-symptoms',
  ...asked,
  answers: { cough: 'two-weeks-or-longer', fever: false, weightLoss: false, nightSweats: false },
} satisfies NewScreening;
const all = [phq9, gad7, who5, k6, washingtonGroup, tbSymptoms];
const everything: DataCategory[] = ['identity', 'contact', 'health', 'mhpss'];

interface Asking {
  as: TokenRequest;
  screenings: readonly object[];
  categories?: DataCategory[];
  pyramidLayer?: number;
  ageBand?: AgeBand;
}

/** Refers somebody new of the caller's own, with screening results, as their consent and the place are. */
function refer({ as, screenings, categories = everything, pyramidLayer = 3, ageBand = '30-44' }: Asking) {
  const person = at.person({ categories, organisationId: as.organisationId });
  const known = at.grounds.get(person.beneficiaryId)!;
  at.grounds.set(person.beneficiaryId, { ...known, person: { ...known.person, ageBand } });
  const referral = aReferral({ ...person, offeringId: at.offering({ pyramidLayer }).id });
  return at.call(as, 'POST', '/v1/referrals', { ...referral, screenings });
}
/** A health facility that refers. */
const clinic = () => at.elsewhere().there;
const read = async (as: TokenRequest, id: string) => (await at.call(as, 'GET', `/v1/referrals/${id}`)).body;
const detailsOf = (body: Record<string, unknown>) =>
  body['details'] as { beneficiaryId: string; screenings: unknown } | undefined;

const nothingSuggested = { needCategories: [], priority: null };
const results = [
  { ...phq9, score: 21, band: 'severe', finding: null, suggests: { needCategories: ['mhpss'], priority: 'urgent' } },
  { ...gad7, score: 7, band: 'mild', finding: null, suggests: nothingSuggested },
  { ...who5, score: 20, band: null, finding: null, suggests: nothingSuggested },
  {
    ...k6,
    score: 13,
    band: 'serious-distress',
    finding: null,
    suggests: { needCategories: ['mhpss'], priority: null },
  },
  {
    ...washingtonGroup,
    score: null,
    band: null,
    finding: true,
    suggests: { needCategories: ['disability-rehabilitation'], priority: null },
  },
  {
    ...tbSymptoms,
    score: null,
    band: null,
    finding: true,
    suggests: { needCategories: ['communicable-disease'], priority: null },
  },
];

describe('screening results', () => {
  it('are shown to who sent them and, after acceptance, to the health facility, and to nobody else', async () => {
    const as = clinic();
    const { status, body } = await refer({ as, screenings: all });
    expect(status).toBe(201);
    expect(body).toMatchObject({ priority: 'routine', details: { needCategory: 'physical-injury' } });
    expect(detailsOf(body)?.screenings).toEqual(results);

    const id = String(body['id']);
    const words = /phq-9|washington|screenings|suggests/;
    const supervisors = [as, at.roles.facility].map(({ organisationId }) => ({
      role: 'supervisor' as const,
      organisationId,
    }));
    for (const other of [at.roles.facility, ...supervisors])
      expect(JSON.stringify(await read(other, id))).not.toMatch(words);
    const accepted = await at.act(at.roles.facility, id, 'accept');
    expect(detailsOf(accepted.body)?.screenings).toEqual(results);
    for (const supervisor of supervisors) expect(JSON.stringify(await read(supervisor, id))).not.toMatch(words);
  });

  it('are kept as answers and score: what they are called and suggest is said when they are read', async () => {
    const { body } = await refer({ as: clinic(), screenings: [gad7] });
    const { rows } = await at.pool.query<{ screenings: unknown }>(
      `select form -> 'screenings' as screenings from referral where id = $1`,
      [body['id']],
    );
    expect(rows).toEqual([{ screenings: [{ ...gad7, score: 7 }] }]);
  });

  it('are withheld from a facility that delivers no health care', async () => {
    const { place, there } = at.elsewhere({ kind: 'training-centre' });
    const person = at.person({ recipient: place.organisationId });
    const offering = at.offering({ facilityId: place.id });
    const referral = at.aNewReferral({ ...person, offeringId: offering.id, screenings: [tbSymptoms] });
    const { body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', referral);
    const accepted = await at.act(there, String(body['id']), 'accept');
    expect(accepted.body).toMatchObject({ view: 'details', details: { screenings: null } });
  });

  it('go on to another organisation only under a consent that covers them there', async () => {
    const as = clinic();
    const sent = await refer({ as, screenings: [k6] });
    const id = String(sent.body['id']);
    const { place } = at.elsewhere();
    const { beneficiaryId } = detailsOf(sent.body)!;
    const offeringId = at.offering({ facilityId: place.id }).id;
    const consentId = at.consentTo(beneficiaryId, place.organisationId);
    const known = at.grounds.get(beneficiaryId)!;
    const covering = (dataCategories: DataCategory[], version: number) =>
      at.grounds.set(beneficiaryId, { ...known, consent: { ...known.consent, version, dataCategories } });
    covering(['identity', 'health'], 2);
    const target = { offeringId, consentId };
    expect((await at.act(as, id, 'reroute', target)).body['type']).toBe('/problems/consent-insufficient');
    covering(['identity', 'health', 'mhpss'], 3);
    expect((await at.act(as, id, 'reroute', target)).body).toMatchObject({ state: 'sent', taskNumber: 2 });
  });
});

describe('screening results that are refused', () => {
  const officer = () => at.roles.referrer;
  const { safety: _, ...unanswered } = phq9;

  it.each<[string, () => Asking, string, string]>([
    [
      'a score that is sent in',
      () => ({ as: clinic(), screenings: [{ ...k6, score: 3 }] }),
      'invalid-field',
      '0/score',
    ],
    ['an instrument twice', () => ({ as: clinic(), screenings: [k6, k6] }), 'invalid-field', '1/instrument'],
    ['item 9 with nobody who acted', () => ({ as: clinic(), screenings: [unanswered] }), 'invalid-field', '0/safety'],
    ['PHQ-9 of an officer', () => ({ as: officer(), screenings: [phq9] }), 'invalid-field', '0/instrument'],
    ['K6 of an officer', () => ({ as: officer(), screenings: [tbSymptoms, k6] }), 'invalid-field', '1/instrument'],
    [
      'GAD-7 to a service of layer 2',
      () => ({ as: clinic(), screenings: [gad7], pyramidLayer: 2 }),
      'invalid-field',
      '0/instrument',
    ],
    [
      'the Washington Group of a child under five',
      () => ({ as: officer(), screenings: [washingtonGroup], ageBand: '0-4' }),
      'invalid-field',
      '0/instrument',
    ],
  ])('%s: with the place of what is wrong, and nothing is written', async (_what, asking, code, place) => {
    const before = await written();
    const { status, body } = await refer(asking());
    expect({ status, type: body['type'] }).toEqual({ status: 422, type: `/problems/${code}` });
    expect(body['errors']).toMatchObject([{ pointer: `#/screenings/${place}` }]);
    expect(await written()).toEqual(before);
  });

  it.each<[string, readonly object[], DataCategory[]]>([
    ['of mental health without mhpss', [who5], ['identity', 'health']],
    ['of TB without health', [tbSymptoms], ['identity', 'mhpss']],
  ])('under a consent that does not cover them: %s', async (_what, screenings, categories) => {
    const before = await written();
    const { body } = await refer({ as: clinic(), screenings, categories });
    expect(body).toMatchObject({ type: '/problems/consent-insufficient', errors: [{ pointer: '#/consentId' }] });
    expect(await written()).toEqual(before);
  });

  it('of an officer are taken of the Washington Group and TB, to any service', async () => {
    const { status } = await refer({ as: officer(), screenings: [washingtonGroup, tbSymptoms], pyramidLayer: 1 });
    expect(status).toBe(201);
  });
});

describe('a draft', () => {
  const patch = (as: TokenRequest, id: string, body: object, version: number) =>
    at.call(as, 'PATCH', `/v1/referrals/${id}`, body, { 'if-match': `"${version}"` });
  const aDraft = async (as: TokenRequest) => {
    const person = at.person({ categories: everything, organisationId: as.organisationId });
    const offeringId = at.offering({ pyramidLayer: 3 }).id;
    const draft = aReferral({ ...person, offeringId }, { draft: true });
    return String((await at.call(as, 'POST', '/v1/referrals', draft)).body['id']);
  };

  it('takes results, keeps them where others are changed, and lets them be taken away', async () => {
    const as = clinic();
    const id = await aDraft(as);
    const [expected] = results.filter(({ instrument }) => instrument === 'k6');
    expect(detailsOf((await patch(as, id, { screenings: [k6] }, 1)).body)?.screenings).toEqual([expected]);
    expect(detailsOf((await patch(as, id, { reason: 'sleeps badly' }, 2)).body)?.screenings).toEqual([expected]);
    expect(detailsOf((await patch(as, id, { screenings: null }, 3)).body)?.screenings).toBeNull();
  });

  it('is held to the same: who sends them, and where it is to go', async () => {
    const as = clinic();
    const id = await aDraft(as);
    const supervisor: TokenRequest = { role: 'supervisor', organisationId: as.organisationId };
    const pointer = '#/screenings/0/instrument';
    expect((await patch(supervisor, id, { screenings: [k6] }, 1)).body).toMatchObject({ errors: [{ pointer }] });
    expect((await patch(as, id, { screenings: [k6] }, 1)).status).toBe(200);
    const elsewhere = { offeringId: at.offering({ pyramidLayer: 1 }).id };
    expect((await patch(as, id, elsewhere, 2)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
    expect((await patch(as, id, { ...elsewhere, screenings: [tbSymptoms] }, 2)).status).toBe(200);
  });
});

/** How many referrals and entries there are. */
async function written() {
  const { rows } = await at.pool.query<{ referrals: string; entries: string }>(
    'select (select count(*) from referral) as referrals, (select count(*) from entry) as entries',
  );
  return rows;
}
