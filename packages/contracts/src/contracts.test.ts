import { describe, expect, it } from 'vitest';
import { eventData, topics, NewReferral, scopesOfRole, Role } from './index.ts';

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

  it('never gives a client of another role the scope of our own services', () => {
    for (const role of Role.options.filter((role) => role !== 'service'))
      expect(scopesOfRole[role]).not.toContain('internal');
  });
});
