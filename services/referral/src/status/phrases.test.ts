import { ReferralState, StatusCode } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { statusOf, thanks } from './phrases.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const row = aReferralRow({ appointmentAt: new Date('2026-11-30T20:30:00.000Z') });
const slip = { taskId: row.taskId };

describe('where is it?', () => {
  it.each<[ReferralState, StatusCode]>([
    ['draft', 'ask'],
    ['sent', 'waiting'],
    ['acknowledged', 'waiting'],
    ['info_requested', 'waiting'],
    ['accepted', 'come'],
    ['scheduled', 'come'],
    ['no_show', 'ask'],
    ['in_service', 'come'],
    ['completed', 'finished'],
    ['closed', 'finished'],
    ['rejected', 'ask'],
    ['redirected', 'waiting'],
    ['cancel_requested', 'ask'],
    ['cancelled', 'ask'],
    ['expired', 'ask'],
    ['entered_in_error', 'ask'],
  ])('%s: %s', (state, code) => {
    const status = statusOf({ ...row, state }, slip, now);
    expect(status.code).toBe(code);
    expect(status.on).toBe(state === 'scheduled' ? '2026-12-01' : null); // the day there
  });

  it('has an answer for every state', () => {
    for (const state of ReferralState.options)
      expect(StatusCode.options).toContain(statusOf({ ...row, state }, slip, now).code);
  });

  it('names the day of the appointment in each language', () => {
    const { phrase } = statusOf({ ...row, state: 'scheduled' }, slip, now);
    for (const words of Object.values(phrase)) expect(words).toContain('01.12.2026');
  });

  it('is asked at the office once the consent was withdrawn or has ended, in every state', () => {
    for (const state of ReferralState.options)
      for (const over of [{ sharingStopped: true }, { consentEndsAt: now }])
        expect(statusOf({ ...row, state, ...over }, slip, now)).toEqual(statusOf(null, null, now));
  });

  it('sends nobody to the place of an earlier attempt', () => {
    for (const state of ReferralState.options)
      expect(statusOf({ ...row, state }, { taskId: row.beneficiaryId }, now)).toEqual(statusOf(null, null, now));
  });

  it('says nothing that differs by who, where or what for', () => {
    for (const state of ReferralState.options) {
      const one = statusOf({ ...row, state }, slip, now);
      const other = statusOf(
        { ...row, state, needCategory: 'hiv', service: 'art', facilityKind: 'hiv-centre', reason: 'x' },
        slip,
        now,
      );
      expect(one).toEqual(other);
    }
    expect(Object.keys(thanks)).toEqual(['tg', 'ru', 'en']);
  });
});
