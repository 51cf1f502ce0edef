import { describe, expect, it } from 'vitest';
import { tajikistan } from './calendar.ts';
import { defaultTimeLimits, dueAt, limitAt } from './time-limits.ts';

const limits = defaultTimeLimits(tajikistan);
const friday = new Date('2026-11-20T05:00:00.000Z');
const sent = (priority: 'emergency' | 'urgent' | 'routine', state: 'sent' | 'acknowledged' | 'accepted' = 'sent') => ({
  state,
  priority,
  sentAt: friday,
  enteredStateAt: friday,
});

describe('time limits', () => {
  it('count an emergency by the wall clock, weekend or not', () => {
    expect(dueAt(limits, sent('emergency'))).toEqual(new Date('2026-11-20T06:00:00.000Z'));
    expect(dueAt(limits, sent('urgent', 'acknowledged'))).toEqual(new Date('2026-11-21T05:00:00.000Z'));
  });

  it('count a routine referral in working days of Dushanbe', () => {
    expect(dueAt(limits, sent('routine'))).toEqual(new Date('2026-11-24T05:00:00.000Z'));
  });

  it('go by parts: 80 % of five working days are four of them', () => {
    expect(limitAt(limits, sent('routine', 'acknowledged'), 80)).toEqual(new Date('2026-11-26T05:00:00.000Z'));
    expect(limitAt(limits, sent('urgent'), 150)).toEqual(new Date('2026-11-20T17:00:00.000Z'));
  });
});
