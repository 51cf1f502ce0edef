import { Language, NeedCategory, servicesOfNeed } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { emergencyAdvice } from './emergency-advice.ts';
import type { Way } from './reach.ts';
import { type Asked, isOfTheFacility, reasonsFor } from './reasons.ts';
import { answerSteps } from './response-times.ts';

const aCandidate: Candidate = {
  offeringId: 'one',
  facilityId: 'one',
  fit: 'best',
  capacity: 'open',
  openPlaces: 3,
  tellsPlaces: true,
  way: { kind: 'from-point', km: 3.21 },
  speaks: true,
  stepFree: true,
  provider: true,
  answersWithinHours: 4,
  openNow: true,
};
const asked: Asked = { language: 'ky', provider: 'woman', isEmergency: true };
const said = (other: Partial<Candidate> = {}, question: Partial<Asked> = {}) =>
  reasonsFor({ ...aCandidate, ...other }, { ...asked, ...question });
const english = (...args: Parameters<typeof said>) => said(...args).map(({ text }) => text.en);

/** Every word of every need and every service that answers one. */
const secretWords = new Set(
  [
    ...NeedCategory.options,
    ...Object.values(servicesOfNeed).flatMap(({ first, also }): string[] => [...first, ...also]),
  ].flatMap((code) => code.split('-')),
);

/** Reasons of every form. */
const ways: Way[] = [
  { kind: 'from-point', km: 0 },
  { kind: 'from-point', km: 456.7 },
  { kind: 'same-district' },
  { kind: 'from-district', km: 44 },
  { kind: 'unknown' },
];
const all = [
  ...ways.flatMap((way) => said({ way })),
  ...[null, 0, 1, 7].flatMap((openPlaces) => said({ openPlaces })),
  ...said({ capacity: 'waitlist', fit: 'possible', openNow: null }),
  ...answerSteps.flatMap((answersWithinHours) => said({ answersWithinHours })),
  ...Language.options.flatMap((language) => [true, false].flatMap((speaks) => said({ speaks }, { language }))),
  ...(['woman', 'man'] as const).flatMap((provider) => [
    ...said({ provider: true }, { provider }),
    ...said({ provider: false, stepFree: false }, { provider }),
  ]),
];

describe('the reasons for a rank', () => {
  it('are in plain words', () => {
    expect(english()).toEqual([
      'is open now',
      'offers what is looked for',
      'has 3 open places',
      '3.2 km away',
      'speaks Kyrgyz',
      'step-free',
      'a woman can see the person',
      'usually answers within 4 hours',
    ]);
    expect(
      english(
        { capacity: 'waitlist', way: { kind: 'from-district', km: 44 }, openNow: null, answersWithinHours: 336 },
        { language: null, provider: null },
      ),
    ).toEqual([
      'its hours are not known: ring before going',
      'offers what is looked for',
      'has a waiting list',
      'about 40 km from the district',
      'step-free',
      'often takes more than a week to answer',
    ]);
  });

  it('name no number of places where that is not to be told', () => {
    const ofPlaces = (openPlaces: number | null) => english({ openPlaces, tellsPlaces: false })[2];
    expect([null, 1, 7, 0].map(ofPlaces)).toEqual([
      'has open places',
      'has open places',
      'has open places',
      'all its places are taken now',
    ]);
  });

  it('never name a need or a service, nor does the advice', () => {
    for (const text of [...all.map((reason) => reason.text), emergencyAdvice.text])
      for (const word of `${text.en} ${text.ru}`.toLowerCase().split(/[^\p{L}\p{N}]+/u))
        expect(secretWords, text.en).not.toContain(word);
  });

  it('say something in both languages, always', () => {
    for (const { text } of all) {
      expect(text.en).toMatch(/[a-z]/);
      expect(text.ru).toMatch(/[а-я]/);
    }
  });

  it('say of what was not asked for nothing, and of hours only in an emergency', () => {
    const codes = said(
      { speaks: null, stepFree: null, provider: null, answersWithinHours: null },
      { language: null, provider: null, isEmergency: false },
    ).map(({ code }) => code);
    expect(codes).toEqual(['best-fit', 'open-places', 'distance']);
  });

  it('of the facility alone do not hang on the person', () => {
    const ofPlaces = (...args: Parameters<typeof said>) => said(...args).filter(isOfTheFacility);
    const anybody = ofPlaces();
    expect(anybody.map(({ code }) => code)).toEqual(['open-now', 'open-places', 'answers-within']);
    for (const way of ways)
      expect(ofPlaces({ way, fit: 'possible', speaks: false, stepFree: null, provider: false })).toEqual(anybody);
  });
});
