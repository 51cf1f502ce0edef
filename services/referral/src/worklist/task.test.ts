import { Priority, ReferralState, worklistTasks } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { tajikistan } from '../lifecycle/calendar.ts';
import { allowedActions } from '../lifecycle/decide.ts';
import { awaitedStates } from '../lifecycle/states.ts';
import { defaultTimeLimits, dueAt } from '../lifecycle/time-limits.ts';
import { actingAs, type CurrentParty } from '../party.ts';
import type { ReferralRow } from '../schema.ts';
import { taskOf } from './task.ts';

const hourMs = 3600 * 1000;
const limits = defaultTimeLimits(tajikistan);
const sentAt = new Date('2026-11-24T05:00:00.000Z');
const after = (hours: number) => new Date(sentAt.getTime() + hours * hourMs);
const sent = (other: Partial<ReferralRow>): ReferralRow => {
  const row = aReferralRow({ sentAt, enteredStateAt: sentAt, ...other });
  return { ...row, dueAt: dueAt(limits, row) };
};
const byName: Record<'referrer' | 'facility' | 'supervisor', CurrentParty> = {
  referrer: { as: 'referrer' },
  facility: { as: 'facility' },
  supervisor: { as: 'supervisor', of: ['facility'] },
};
const codeOf = (row: ReferralRow, as: keyof typeof byName, hours: number) =>
  taskOf(row, byName[as], { limits, now: after(hours) })?.code ?? null;

describe('what a referral asks of its parties', () => {
  it('is one thing of its own for each, of which the party may do something', () => {
    const parties = fc.constantFrom('referrer' as const, 'facility' as const, 'supervisor' as const);
    const states = fc.constantFrom(...ReferralState.options);
    const hours = fc.integer({ min: 0, max: 2000 });
    const noShows = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(
        parties,
        states,
        fc.constantFrom(...Priority.options),
        hours,
        noShows,
        fc.constantFrom('cancel-unconfirmed', 'declined', 'revoked'),
        (as, state, priority, at, times, reasonCode) => {
          const row = sent({
            state,
            priority,
            noShows: times,
            appointmentAt: after(24),
            reasonCode,
          });
          const now = after(at);
          const task = taskOf(row, byName[as], { limits, now });
          if (task === null) return;
          expect(worklistTasks[as]).toContain(task.code);
          expect(task.since.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(task.why).not.toContain(row.service);
          expect(allowedActions(row, actingAs(byName[as]), now).length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('is somebody’s, whenever an answer is late', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...awaitedStates),
        fc.constantFrom(...Priority.options),
        fc.integer({ min: 0, max: 2000 }),
        (state, priority, at) => {
          const row = sent({ state, priority });
          const isLate = row.dueAt !== null && row.dueAt < after(at);
          expect(codeOf(row, 'supervisor', at) !== null).toBe(isLate);
        },
      ),
    );
  });

  it('of a referrer is to call: about an emergency once it is late, about what is urgent once it is late after seven days', () => {
    expect(codeOf(sent({ priority: 'emergency' }), 'referrer', 1)).toBeNull();
    expect(codeOf(sent({ priority: 'emergency' }), 'referrer', 1.1)).toBe('call-facility');
    expect(codeOf(sent({ priority: 'urgent' }), 'referrer', 7 * 24 - 1)).toBeNull();
    expect(codeOf(sent({ priority: 'urgent' }), 'referrer', 7 * 24)).toBe('call-facility');
    expect(codeOf(sent({ priority: 'routine' }), 'referrer', 20 * 24)).toBeNull();
  });

  it('of a supervisor is silence, and from 150 % of an urgent limit to offer another place while nobody has decided', () => {
    expect(codeOf(sent({ priority: 'urgent' }), 'supervisor', 8)).toBeNull();
    expect(codeOf(sent({ priority: 'urgent' }), 'supervisor', 8.1)).toBe('silent');
    expect(codeOf(sent({ priority: 'urgent' }), 'supervisor', 12)).toBe('offer-reroute');
    expect(codeOf(sent({ priority: 'urgent', state: 'accepted' }), 'supervisor', 120)).toBe('silent');
  });

  it('of a referrer is to ask the person anew where their consent ended before anybody had accepted', () => {
    expect(codeOf(sent({ state: 'cancelled', reasonCode: 'consent-ended' }), 'referrer', 1)).toBe('ask-consent');
  });

  it('of a referrer is to choose again where nothing comes of it, and nothing where they stopped it themselves', () => {
    expect(codeOf(sent({ state: 'rejected' }), 'referrer', 1)).toBe('choose-another-place');
    const cancelled = (reasonCode: string, referrerActedAt: Date | null = null) =>
      codeOf(sent({ state: 'cancelled', reasonCode, referrerActedAt }), 'referrer', 1);
    for (const reason of ['cancel-unconfirmed', 'declined', 'revoked'])
      expect(cancelled(reason), reason).toBe('choose-another-place');
    expect(cancelled('cancelled-by-referrer')).toBeNull();
    expect(cancelled('declined', sentAt)).toBeNull(); // the person told the referrer
    expect(cancelled('consent-ended')).toBe('ask-consent');
    expect(cancelled('consent-withdrawn')).toBeNull();
  });
});
