import { describe, expect, it } from 'vitest';
import { createCalendar } from '../person/calendar.ts';
import type { BeneficiaryRow, ConsentRow } from '../schema.ts';
import { birthYearOf, decideDisclosure } from './decide.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const recipientOrganisationId = 'recipient';
const identity = {
  givenName: 'Фирӯза',
  familyName: 'Назарова',
  fatherName: null,
  sex: 'female',
  birthDate: '1990',
} as const;
const person = { id: 'person', ...identity, phone: '+992000000001', identityConfirmedAt: null } as BeneficiaryRow; // the rest does not matter here
const consent = {
  id: 'consent',
  beneficiaryId: 'person',
  state: 'active',
  purposes: ['referral'],
  recipientOrganisationId,
  dataCategories: ['identity', 'contact'],
  givenBy: 'self',
  givenAt: new Date('2026-11-01T06:00:00.000Z'),
  identity,
  endsAt: null,
} as unknown as ConsentRow; // the rest does not matter here
const reckoning = { calendar: createCalendar('Asia/Dushanbe'), ages: { assent: 6, own: 15, adult: 18 } };
const question = {
  beneficiaryId: 'person',
  consentId: 'consent',
  referralId: 'r',
  recipientOrganisationId,
  clientId: 'c',
  actingPerson: null,
  at: { facilityIds: [], deskIds: [] },
};
const under = (other: Partial<ConsentRow>) =>
  decideDisclosure({ question, person, consent: { ...consent, ...other }, now, ...reckoning });

describe('a disclosure', () => {
  it('opens the telephone number only where contact is covered', () => {
    expect(under({})).toMatchObject({ disclose: { phone: '+992000000001' }, categories: ['identity', 'contact'] });
    expect(under({ dataCategories: ['identity', 'health'] })).toMatchObject({
      disclose: { phone: null },
      categories: ['identity'],
    });
  });

  it.each<[string, Partial<ConsentRow>]>([
    ['is withdrawn', { state: 'withdrawn' }],
    ['has ended this very moment', { endsAt: now }],
    ['is another person’s', { beneficiaryId: 'another' }],
  ])('does not happen when the consent %s', (_what, other) =>
    expect(under(other)).toEqual({ refuse: 'consent-missing' }),
  );

  it.each<[string, Partial<ConsentRow>]>([
    ['names another recipient', { recipientOrganisationId: 'another' }],
    ['is not for referral', { purposes: ['feedback', 'follow-up'] }],
    ['does not cover identity', { dataCategories: ['contact', 'health'] }],
  ])('does not happen when the consent %s', (_what, other) =>
    expect(under(other)).toEqual({ refuse: 'consent-insufficient' }),
  );

  it('does not happen where the consent is of who the person was before, unless somebody has confirmed that it is the same', () => {
    const earlier = { ...identity, givenName: 'Зебо', birthDate: '1985' };
    expect(under({ identity: earlier })).toEqual({ refuse: 'identity-unconfirmed' });
    const confirmed = { ...person, identityConfirmedAt: now };
    const answer = decideDisclosure({
      question,
      person: confirmed,
      consent: { ...consent, identity: earlier },
      now,
      ...reckoning,
    });
    expect(answer).toMatchObject({ disclose: { givenName: 'Фирӯза' } });
  });

  it('does not happen without person or consent', () => {
    expect(decideDisclosure({ question, person: null, consent, now, ...reckoning })).toEqual({
      refuse: 'consent-missing',
    });
    expect(decideDisclosure({ question, person, consent: null, now, ...reckoning })).toEqual({
      refuse: 'consent-missing',
    });
  });
});

it('a birth year is that of the day, or the year itself, or not known', () => {
  expect([birthYearOf('1994-03-21'), birthYearOf('1994'), birthYearOf(null)]).toEqual([1994, 1994, null]);
});
