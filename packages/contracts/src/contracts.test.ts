import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import {
  actionBodies,
  BeneficiaryPatch,
  DraftPatch,
  eventData,
  NeedCategory,
  NewBeneficiary,
  NewReferral,
  NewScreening,
  RecommendationQuestion,
  Role,
  scopesOfRole,
  servicesOfNeed,
  topics,
} from './index.ts';

describe('the language', () => {
  it('gives every event type a version and a topic of its own', () => {
    for (const type of Object.keys(eventData)) {
      expect(type).toMatch(/^[a-z-]+\.[a-z-]+\.v\d+$/);
      expect(Object.keys(topics)).toContain(type.slice(0, type.indexOf('.')));
    }
  });

  it('lets six fields suffice for a referral', () => {
    const id = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
    const referral = NewReferral.parse({
      beneficiaryId: id,
      offeringId: id,
      needCategory: 'physical-injury',
      consentId: id,
      safeContact: { method: 'do-not-call' },
    });
    expect(referral).toMatchObject({ priority: 'routine', draft: false });
  });

  it('refuses fields it does not know', () => {
    expect(
      NewReferral.safeParse({ risk: 'high' }).error?.issues.some((issue) => issue.code === 'unrecognized_keys'),
    ).toBe(true);
  });

  it.each(['0000-01-01', '0099-12-31', '1899-12-31', '2100-01-01', '9999-12-31'])(
    'takes %s from no caller for a day of somebody’s life',
    (day) => {
      const told: readonly (readonly [ZodType, object])[] = [
        [NewBeneficiary, { returnedOn: day }],
        [BeneficiaryPatch, { returnedOn: day }],
        [NewReferral, { returnedOn: day }],
        [DraftPatch, { returnedOn: day }],
        [NewScreening, { instrument: 'k6', answeredOn: day }],
        [actionBodies.complete, { followUpOn: day }],
        [actionBodies.schedule, { appointmentAt: `${day}T12:00:00Z` }],
        [actionBodies.reschedule, { appointmentAt: `${day}T12:00:00Z` }],
      ];
      for (const [schema, said] of told)
        expect(schema.safeParse(said).error?.issues.map(({ message }) => message)).toContain(
          'must be of the years 1900 to 2099',
        );
    },
  );

  it('knows at least one service to look for first for every need, and none twice', () => {
    for (const need of NeedCategory.options) {
      const { first, also } = servicesOfNeed[need];
      expect(first.length, need).toBeGreaterThan(0);
      expect(new Set<string>([...first, ...also]).size, need).toBe(first.length + also.length);
    }
  });

  it('takes a question about where to send somebody with one place, or for a referral, and nothing between', () => {
    const needCategory = 'physical-injury';
    const near = { latitude: 38.56, longitude: 68.77 };
    const referralId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
    const fits = (question: object) => RecommendationQuestion.safeParse(question).success;
    expect([{ needCategory, near }, { needCategory, districtId: 'TJK003D010' }, { referralId }].map(fits)).toEqual([
      true,
      true,
      true,
    ]);
    for (const question of [{ needCategory }, { needCategory, near, districtId: 'TJK003D010' }, { referralId, near }])
      expect(fits(question), JSON.stringify(question)).toBe(false);
  });

  it('never gives a client of another role the scope of our own services', () => {
    for (const role of Role.options.filter((role) => role !== 'service'))
      expect(scopesOfRole[role]).not.toContain('internal');
  });
});
