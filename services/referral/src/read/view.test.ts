import { type DataCategory, NeedCategory, ReferralState, isSensitive } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import type { CurrentParty } from '../party.ts';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { detailsOpen, sightOf, viewOf } from './view.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const secrets = [
  'fell from a scaffold',
  '01934b6e-7c1a-7e2f-9d3b-000000000001',
  'physical-injury',
  'a broken wrist',
  'do-not-call',
];
const byName: Record<'referrer' | 'facility' | 'supervisor', CurrentParty> = {
  referrer: { as: 'referrer' },
  facility: { as: 'facility' },
  supervisor: { as: 'supervisor', of: ['referrer'] },
};
const view = (party: keyof typeof byName, other: Parameters<typeof aReferralRow>[0]) =>
  viewOf(aReferralRow(other), byName[party], { receipts: [], now });

describe('what a facility sees', () => {
  it('is nothing of the person before acceptance or after sharing has ended, in whatever state', () => {
    for (const state of ReferralState.options) {
      const row = aReferralRow({ state, findings: 'a broken wrist' });
      if (detailsOpen(row, now)) continue;
      const seen = JSON.stringify(viewOf(row, { as: 'facility' }, { receipts: [], now }));
      for (const secret of secrets) expect(seen, `${state}: ${secret}`).not.toContain(secret);
    }
  });

  it('is open from acceptance, and closed again by rejection, cancellation, withdrawal, and 30 days after closing', () => {
    const open = (other: Parameters<typeof aReferralRow>[0]) => detailsOpen(aReferralRow(other), now);
    expect(ReferralState.options.filter((state) => open({ state }))).toEqual([
      'accepted',
      'scheduled',
      'no_show',
      'in_service',
      'completed',
    ]);
    expect(open({ state: 'accepted', sharingStopped: true })).toBe(false);
    expect(open({ state: 'cancel_requested', previousState: 'scheduled' })).toBe(true);
    expect(open({ state: 'cancel_requested', previousState: 'acknowledged' })).toBe(false);
    expect(open({ state: 'closed', outcome: 'treated', closedAt: new Date('2026-11-01T00:00:00.000Z') })).toBe(true);
    expect(open({ state: 'closed', outcome: 'treated', closedAt: new Date('2026-10-01T00:00:00.000Z') })).toBe(false);
    expect(open({ state: 'closed', closedAt: now })).toBe(false); // rejected, then closed: never taken on
  });

  it('does not name a sensitive service before acceptance, not even by its offering', () => {
    for (const needCategory of NeedCategory.options) {
      const seen = view('facility', { needCategory, service: 'named-service' });
      expect(seen.service).toBe(isSensitive(needCategory) ? 'confidential service' : 'named-service');
      expect(seen.offeringId === undefined).toBe(isSensitive(needCategory));
    }
  });

  it('does not show the referrer’s own reference', () => {
    expect(view('facility', { state: 'accepted' }).details?.reference).toBeNull();
  });
});

describe('what the consent does not open is not there for the facility', () => {
  const told = {
    state: 'accepted',
    needCategory: 'legal-documents',
    facilityKind: 'rural-health-centre',
    safeContact: { method: 'phone', phone: '+992000000077', note: 'after dusk' },
    servicesAlreadyGiven: 'a splint',
    form: {
      psychologicalFirstAid: true,
      returnCountry: 'RU',
      returnedOn: '2026-10-01',
      treatmentInterrupted: 'a course of pills',
      planningSession: null,
      restrictedNotes: 'sleeps badly',
      minor: { legalRepresentative: 'an aunt', caregiver: 'an uncle', caregiverInformed: true },
      screenings: [
        {
          instrument: 'who-5',
          version: '1998',
          language: 'en',
          answeredOn: '2026-11-20',
          answers: [1, 1, 1, 1, 1],
          score: 20,
        },
      ],
    },
  } as const satisfies Parameters<typeof aReferralRow>[0];
  const seenUnder = (consentCategories: DataCategory[] | null, over: Parameters<typeof aReferralRow>[0] = {}) =>
    JSON.stringify(view('facility', { ...told, ...over, consentCategories }));
  const contact = ['+992000000077', 'after dusk', 'an aunt', 'an uncle'];
  const health = ['a splint', 'a course of pills', 'sleeps badly', '"psychologicalFirstAid":true'];

  it('no telephone number, note, caregiver or legal representative without contact', () => {
    for (const text of contact) {
      expect(seenUnder(['identity', 'protection', 'health'])).not.toContain(text);
      expect(seenUnder(['identity', 'protection', 'contact'])).toContain(text);
    }
    expect(seenUnder(['identity', 'protection'])).toContain('"safeContact":{"method":"through-referrer"}');
    expect(seenUnder(['identity', 'protection'])).toContain('"minor":{"caregiverInformed":true}');
  });

  it('nothing of health under a consent that does not cover it, to whomever', () => {
    for (const text of health) {
      expect(seenUnder(['identity', 'contact', 'protection', 'livelihood', 'disability'])).not.toContain(text);
      expect(seenUnder(['identity', 'protection', 'health'])).toContain(text);
      expect(seenUnder(['identity', 'mhpss'], { needCategory: 'mhpss' })).toContain(text);
    }
    expect(seenUnder(['identity', 'protection', 'health'])).not.toContain('who-5');
    expect(seenUnder(['identity', 'protection', 'mhpss'])).toContain('who-5');
  });

  it('no more than what every consent covers, where it is not known what it covers', () => {
    for (const text of [...contact, ...health]) expect(seenUnder(null)).not.toContain(text);
    expect(seenUnder(null)).toContain('fell from a scaffold');
  });
});

describe('what goes back to the referrer', () => {
  it('is whether the person was seen and served, never the findings', () => {
    const seen = view('referrer', {
      state: 'completed',
      outcome: 'treated',
      attended: true,
      findings: 'a broken wrist',
      nextSteps: 'come again',
    });
    expect(seen.result).toEqual({ attended: true, served: 'served', nextSteps: 'come again', followUpOn: null });
    expect(JSON.stringify(seen)).not.toMatch(/broken wrist|"treated"/);
  });

  it('is what the person must do next while care goes on, and never the findings', () => {
    const care = { attended: true, findings: 'a broken wrist', nextSteps: 'change the dressing' };
    const ongoing = { attended: true, served: 'ongoing', nextSteps: 'change the dressing', followUpOn: null };
    for (const state of ReferralState.options) {
      const seen = view('referrer', { state, previousState: 'in_service', ...care });
      expect(seen.result, state).toEqual(state === 'in_service' || state === 'cancel_requested' ? ongoing : null);
      expect(JSON.stringify(seen)).not.toContain('a broken wrist');
    }
  });

  it('is nothing once the person has withdrawn consent, not even what they agreed to before', () => {
    const seen = view('referrer', {
      state: 'completed',
      sharingStopped: true,
      outcome: 'treated',
      nextSteps: 'come again',
      instructions: 'room 4',
      followUpOn: '2026-12-01',
      consentPurposes: ['referral', 'follow-up'],
    });
    expect(seen.result).toBeNull();
    expect(JSON.stringify(seen)).not.toMatch(/come again|room 4|2026-12-01/);
  });

  it('never counts those who declined, were lost or died as served', () => {
    for (const outcome of ['beneficiary-declined', 'lost-to-follow-up', 'died'] as const)
      expect(view('referrer', { state: 'completed', outcome }).result?.served).toBe('not-served');
  });
});

describe('what a supervisor sees', () => {
  it('is states, times and codes, not content', () => {
    const seen = JSON.stringify(view('supervisor', { state: 'accepted', findings: 'a broken wrist' }));
    for (const secret of secrets) expect(seen).not.toContain(secret);
  });

  it('is the outcome and the barrier by their codes, until sharing stops', () => {
    const ended = { state: 'completed', outcome: 'beneficiary-declined', barrier: 'cost', nextSteps: 'rest' } as const;
    expect(view('supervisor', { state: 'no_show', barrier: 'transport' }).outcome).toEqual({
      code: null,
      findings: null,
      barrier: 'transport',
      furtherReferral: null,
    });
    expect(view('supervisor', ended).outcome).toMatchObject({ code: 'beneficiary-declined', barrier: 'cost' });
    expect(view('supervisor', ended).result).toBeUndefined();
    expect(view('supervisor', { ...ended, sharingStopped: true }).outcome).toBeNull();
  });
});

const parties = [
  { as: 'referrer' },
  { as: 'facility' },
  { as: 'facility', refers: true },
  { as: 'supervisor', of: ['referrer'] },
] as const;

it('a consent that has ended closes to each party what one that was withdrawn closes', () => {
  for (const state of ReferralState.options)
    for (const as of ['referrer', 'facility', 'supervisor'] as const) {
      const told = { state, outcome: 'treated', nextSteps: 'rest', referrerKind: 'health-provider' } as const;
      const row = aReferralRow({ ...told, findings: 'a fracture', consentPurposes: ['referral', 'feedback'] });
      const seen = (over: Parameters<typeof aReferralRow>[0]) =>
        viewOf({ ...row, ...over }, byName[as], { receipts: [], now });
      expect(seen({ consentEndsAt: now })).toEqual(seen({ sharingStopped: true }));
      expect(seen({ consentEndsAt: new Date(now.getTime() + 1) })).toEqual(seen({}));
    }
});

it('what is told of a referral in passing is what its view says, to each party in each state', () => {
  for (const state of ReferralState.options)
    for (const needCategory of NeedCategory.options)
      for (const party of parties) {
        const row = aReferralRow({ state, needCategory, previousState: 'accepted', outcome: 'treated', closedAt: now });
        expect(viewOf(row, party, { receipts: [], now })).toMatchObject(sightOf(row, party, now));
        expect('service' in sightOf(row, party, now)).toBe('service' in viewOf(row, party, { receipts: [], now }));
      }
});
