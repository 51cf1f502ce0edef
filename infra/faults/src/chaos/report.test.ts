import { describe, expect, it } from 'vitest';
import { type ChaosReport, figuresOf, isAllKept, pageOf, percentile } from './report.ts';

const kept: ChaosReport = {
  seed: 4711,
  elapsedMs: 61_000.4,
  handoffCount: 200,
  schedule: ['1. process-killed referral-1 2.0 s'],
  recoveriesMs: [900, 100, 500],
  crashCount: 0,
  violations: [],
  repeatedWebhooks: 3,
  unansweredCount: 0,
  cases: [],
};
const violation = { kind: 'lost', referralId: 'r1', what: 'the referral is lost' } as const;
const broken: ChaosReport = {
  ...kept,
  violations: [violation, { kind: 'unproved', referralId: null, what: 'journal of referral: missing at 3' }],
  cases: [
    {
      referral: undefined,
      handoff: {
        reference: 'case-1',
        referralId: 'r1',
        told: [],
        history: ['referrer /v1/referrals: version 1, sent'],
      },
      violations: [violation],
    },
  ],
};

describe('the report of a run', () => {
  it('counts each kind of broken promise, and 0 of what was kept', () => {
    expect(isAllKept(kept)).toBe(true);
    expect(Object.values(figuresOf(kept).violations).every((count) => count === 0)).toBe(true);
    expect(pageOf(kept)).toContain('All promises were kept.');
    expect(isAllKept(broken)).toBe(false);
    expect(figuresOf(broken).violations).toMatchObject({ lost: 1, unproved: 1, undelivered: 0 });
  });

  it('tells of what was broken by seed, schedule, and the history of each referral', () => {
    const page = pageOf(broken);
    for (const words of [
      'Seed 4711',
      '1. process-killed referral-1 2.0 s',
      'unproved: journal of referral: missing at 3',
      'Referral r1',
      'referrer /v1/referrals: version 1, sent',
    ])
      expect(page).toContain(words);
  });

  it('gives the percentile that so many are not above', () => {
    expect(percentile([900, 100, 500], 50)).toBe(500);
    expect(percentile([900, 100, 500], 99)).toBe(900);
    expect(percentile([], 50)).toBeNull();
  });
});
