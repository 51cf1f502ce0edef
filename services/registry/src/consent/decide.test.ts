import { type ConsentGiver, ConsentGiver as Giver, DataCategory, NewConsent } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../person/calendar.ts';
import type { ConsentRow } from '../schema.ts';
import { decideConsent, decideWithdrawal, standsUntil } from './decide.ts';

const calendar = createCalendar('Asia/Dushanbe');
const ages = { assent: 6, own: 15, adult: 18 };
const now = new Date('2026-11-24T06:00:00.000Z');
const act = {
  actor: { kind: 'client', clientId: 'c', organisationId: 'o', role: 'migration-service', actingPerson: null } as const,
  organisationId: 'o',
  time: now,
  traceparent: null,
};
const recipient = '01934b6e-0000-7000-8000-0000000000aa';

const decided = (birthDate: string | null, request: Record<string, unknown> = {}) =>
  decideConsent({
    id: 'consent',
    person: {
      id: 'person',
      version: 3,
      givenName: 'A',
      familyName: 'B',
      fatherName: null,
      sex: 'unknown',
      birthDate,
    },
    entrustedBy: null,
    request: NewConsent.parse({
      recipientOrganisationId: recipient,
      dataCategories: ['identity'],
      method: 'verbal',
      languageRead: 'tg',
      textVersion: '2026-01',
      ...request,
    }),
    act,
    calendar,
    ages,
  });
const accepts = (birthDate: string | null, givenBy: ConsentGiver) =>
  'record' in decided(birthDate, { givenBy, giverName: 'somebody', bestInterestReason: 'a reason' });
const refusalOf = (decision: ReturnType<typeof decided>) => ('refuse' in decision ? decision.refuse : null);
const given = (decision: ReturnType<typeof decided>): ConsentRow => {
  if ('refuse' in decision) throw new Error(decision.refuse.code);
  return decision.result;
};

describe('who may give consent', () => {
  it.each<[string, string | null, ConsentGiver[]]>([
    ['five years old', '2020-11-25', ['caregiver', 'caregiver-with-assent', 'child-protection-worker']],
    ['six today', '2020-11-24', ['caregiver-with-assent', 'child-protection-worker']],
    ['fourteen', '2011-11-25', ['caregiver-with-assent', 'child-protection-worker']],
    ['fifteen today', '2011-11-24', ['self', 'self-with-caregiver', 'child-protection-worker']],
    ['seventeen', '2008-11-25', ['self', 'self-with-caregiver', 'child-protection-worker']],
    ['eighteen today', '2008-11-24', ['self']],
    ['eighteen this year, the day not known', '2008', ['self', 'self-with-caregiver', 'child-protection-worker']],
    ['of an age that nobody knows', null, ['child-protection-worker']],
  ])('for somebody who is %s', (_who, birthDate, allowed) => {
    expect(Giver.options.filter((givenBy) => accepts(birthDate, givenBy))).toEqual(
      Giver.options.filter((giver) => allowed.includes(giver)),
    );
  });

  it('never opens with a year alone what the day itself would not', () => {
    const born = fc
      .date({ min: new Date('1950-01-01'), max: new Date('2026-11-23'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(born, (birthDate) => {
        if (accepts(birthDate.slice(0, 4), 'self')) expect(accepts(birthDate, 'self')).toBe(true);
      }),
    );
  });

  it('must be named unless the person consents alone', () => {
    expect(refusalOf(decided('2020', { givenBy: 'caregiver' }))).toMatchObject({
      code: 'guardian-required',
      errors: [{ pointer: '#/giverName' }],
    });
  });

  it('may be a child-protection worker only for a reason', () => {
    expect(refusalOf(decided('2015', { givenBy: 'child-protection-worker', giverName: 'somebody' }))).toMatchObject({
      code: 'guardian-required',
      errors: [{ pointer: '#/bestInterestReason' }],
    });
  });

  it('is for a child another question than for an adult', () => {
    expect(refusalOf(decided('2015'))?.code).toBe('guardian-required');
    expect(refusalOf(decided(null))?.code).toBe('guardian-required');
    expect(refusalOf(decided('1990', { givenBy: 'caregiver', giverName: 'somebody' }))?.code).toBe('invalid-field');
  });
});

describe('what consent covers', () => {
  it('keeps sexual violence and trafficking apart from everything but identity and contact', () => {
    const categories = fc.uniqueArray(fc.constantFrom(...DataCategory.options), { minLength: 1 });
    fc.assert(
      fc.property(categories, (dataCategories) => {
        const others = dataCategories.filter((category) => category !== 'identity' && category !== 'contact');
        const isMixed =
          others.length > 1 && others.some((category) => category === 'sexual-violence' || category === 'trafficking');
        expect('record' in decided('1990', { dataCategories })).toBe(!isMixed);
      }),
    );
  });

  it('names each category and purpose once', () => {
    const { dataCategories, purposes } = given(
      decided('1990', { dataCategories: ['health', 'health', 'identity'], purposes: ['referral', 'referral'] }),
    );
    expect(dataCategories).toEqual(['health', 'identity']);
    expect(purposes).toEqual(['referral']);
  });
});

describe('how long consent lasts', () => {
  it('is not into the past', () => {
    expect(refusalOf(decided('1990', { endsAt: now.toISOString() }))?.errors).toEqual([
      { pointer: '#/endsAt', detail: 'must lie in the future' },
    ]);
  });
  it('is without end for an adult who names none', () => expect(given(decided('1990')).endsAt).toBeNull());
  it('is at most until a minor comes of age, in the person’s own time zone', () => {
    expect(given(decided('2009-05-01')).endsAt).toEqual(new Date('2027-04-30T19:00:00.000Z'));
    expect(given(decided('2009-05-01', { endsAt: '2030-01-01T00:00:00Z' })).endsAt).toEqual(
      new Date('2027-04-30T19:00:00.000Z'),
    );
    expect(given(decided('2009-05-01', { endsAt: '2027-01-01T00:00:00Z' })).endsAt).toEqual(
      new Date('2027-01-01T00:00:00.000Z'),
    );
  });
  it('is never over before it begins', () => {
    const born = fc.integer({ min: 1900, max: 2026 }).map(String);
    fc.assert(
      fc.property(born, fc.constantFrom(...Giver.options), (birthDate, givenBy) => {
        const decision = decided(birthDate, { givenBy, giverName: 'somebody', bestInterestReason: 'a reason' });
        if ('record' in decision) expect(decision.result.endsAt?.getTime() ?? Infinity).toBeGreaterThan(now.getTime());
      }),
    );
  });
});

describe('a consent, by a birth date that was recorded or mended later,', () => {
  const until = (birthDate: string | null, consent: Partial<ConsentRow> = {}) => {
    const row = { givenBy: 'self' as const, givenAt: now, endsAt: null, ...consent };
    return standsUntil(row, birthDate, { calendar, ages });
  };
  const eighteenth = new Date('2027-04-30T19:00:00.000Z');

  it('ends when a minor comes of age, or before where that was said', () => {
    expect(until('2009-05-01')).toEqual(eighteenth);
    expect(until('2009-05-01', { endsAt: new Date('2038-01-01') })).toEqual(eighteenth);
    expect(until('2009-05-01', { endsAt: new Date('2027-01-01') })).toEqual(new Date('2027-01-01'));
  });
  it('of an adult’s own word lasts as they said', () => expect(until('1990')).toBeNull());
  it.each<[string, string | null, ConsentGiver]>([
    ['a caregiver’s, of somebody who is of an age to consent', '2009-05-01', 'caregiver'],
    ['a child’s own', '2015', 'self'],
    ['a child-protection worker’s, of an adult', '1990', 'child-protection-worker'],
    ['the own word of somebody whose age is not known any more', null, 'self'],
  ])('never stood, where it was %s', (_what, birthDate, givenBy) => expect(until(birthDate, { givenBy })).toEqual(now));
  it('lasts as was decided, while the birth date is what it was', () => {
    const born = fc.option(fc.integer({ min: 1900, max: 2026 }).map(String));
    fc.assert(
      fc.property(born, fc.constantFrom(...Giver.options), (birthDate, givenBy) => {
        const decision = decided(birthDate, { givenBy, giverName: 'somebody', bestInterestReason: 'a reason' });
        if ('record' in decision) expect(until(birthDate, decision.result)).toEqual(decision.result.endsAt);
      }),
    );
  });
});

describe('the entry of a consent', () => {
  it('leans on the person as they were read', () => {
    const decision = decided('1990');
    expect('record' in decision && decision.record.guards).toEqual([{ kind: 'beneficiary', id: 'person', version: 3 }]);
  });
  it('tells neither what the person needs nor who stood by', () => {
    const decision = decided('2012', {
      givenBy: 'caregiver-with-assent',
      giverName: 'Somebody Else',
      witness: 'A Witness',
      dataCategories: ['hiv'],
    });
    const entry = 'record' in decision ? decision.record.changes?.[0]?.entry : null;
    expect(JSON.stringify(entry)).not.toMatch(/hiv|Somebody|Witness/);
  });
});

describe('withdrawal', () => {
  it('happens once', () => {
    const withdrawn = decideWithdrawal(given(decided('1990')), act);
    if ('refuse' in withdrawn) throw new Error(withdrawn.refuse.code);
    expect(withdrawn.result).toMatchObject({ state: 'withdrawn', version: 2, withdrawnAt: now });
    expect(decideWithdrawal(withdrawn.result, act)).toMatchObject({ refuse: { code: 'illegal-action' } });
  });
});
