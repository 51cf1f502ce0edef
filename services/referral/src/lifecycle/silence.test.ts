import { Priority, type ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import type { ReferralRow } from '../schema.ts';
import { tajikistan } from './calendar.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import { dueCommand, nextWake } from './next-wake.ts';
import { dueStep, nextStep } from './silence.ts';
import type { Party } from './states.ts';
import { defaultTimeLimits } from './time-limits.ts';

const hourMs = 3600 * 1000;
const limits = defaultTimeLimits(tajikistan);
const tuesday = new Date('2026-11-24T05:00:00.000Z');
const after = (hours: number) => new Date(tuesday.getTime() + hours * hourMs);
const sent = (priority: Priority, other: Partial<ReferralRow> = {}): ReferralRow =>
  aReferralRow({ priority, sentAt: tuesday, enteredStateAt: tuesday, createdAt: tuesday, ...other });

/** What the system does of itself, each at its instant, as long as nobody else does anything. */
function silence(from: ReferralRow, until: Date): [string, Date][] {
  const done: [string, Date][] = [];
  for (let row = from; ;) {
    const at = nextWake(limits, row)?.at;
    if (at === undefined || at > until) return done;
    const command = dueCommand(limits, row, at)!;
    row = moved(row, 'system', command, at);
    done.push([command.action, at]);
  }
}

function moved(row: ReferralRow, party: Party, command: Command, now: Date): ReferralRow {
  const verdict = decide(row, command, { party, now, limits });
  if (verdict.kind === 'illegal') throw new Error(`${command.action} is illegal`);
  return verdict.next;
}

describe('silence', () => {
  it('over a routine referral is broken by reminders at 50, 80 and 100 % of the limit in working time, and it expires', () => {
    expect(silence(sent('routine'), after(10_000))).toEqual([
      ['remind', after(24)],
      ['remind', after(24 + 14.4)],
      ['remind', after(48)],
      ['expire', after(30 * 24)],
    ]);
  });

  it('is over with the consent: nobody is reminded, escalated to or left waiting after its end', () => {
    expect(silence(sent('routine', { consentEndsAt: after(30) }), after(10_000))).toEqual([
      ['remind', after(24)],
      ['end_consent', after(30)],
    ]);
    expect(dueCommand(limits, sent('routine', { consentEndsAt: after(60) }), after(2000))).toEqual({
      action: 'end_consent',
      body: { endsAt: after(60) },
    });
  });

  it('goes on over whom somebody has taken on, once sharing has stopped', () => {
    const accepted = sent('urgent', { state: 'accepted', consentEndsAt: after(30) });
    expect(silence(accepted, after(10_000))).toEqual([
      ['end_consent', after(30)],
      ['escalate', after(72)],
    ]);
  });

  it('over an urgent one is heard of at 100 %, and at 150 % another place is offered; it never expires', () => {
    expect(silence(sent('urgent'), after(10_000))).toEqual([
      ['escalate', after(8)],
      ['offer_reroute', after(12)],
    ]);
  });

  it('over an emergency is heard of at once; it never expires', () => {
    expect(silence(sent('emergency'), after(10_000))).toEqual([['escalate', after(1)]]);
  });

  it('is counted anew in each state, and offers no other place once somebody has said yes', () => {
    const accepted = moved(sent('urgent'), 'facility', { action: 'accept', body: {} }, after(2));
    expect(silence(accepted, after(10_000))).toEqual([['escalate', after(72)]]);
  });

  it('is not while an appointment lies ahead, until the limit has run out', () => {
    const schedule = (at: Date): Command => ({ action: 'schedule', body: { appointmentAt: at.toISOString() } });
    const isAt = (at: Date) => nextStep(limits, moved(sent('routine'), 'facility', schedule(at), after(2)));
    const due = new Date('2026-12-14T05:00:00.000Z'); // fourteen working days
    expect(isAt(after(40 * 24))).toEqual({ action: 'remind', at: due, steps: 3 });
    expect(isAt(after(24))).toMatchObject({ action: 'remind', steps: 1 });
  });

  it('that has been told is not told again by whoever moves late', () => {
    const late = moved(sent('urgent'), 'facility', { action: 'acknowledge', body: {} }, after(40));
    expect(silence(late, after(10_000))).toEqual([]);
    const lateRoutine = moved(sent('routine'), 'facility', { action: 'acknowledge', body: {} }, after(150));
    expect(silence(lateRoutine, after(500))).toEqual([['remind', after(168)]]);
  });
});

describe('who wakes late', () => {
  it('reminds once for all that was missed', () => {
    expect(dueStep(limits, sent('routine'), after(100))).toEqual({ action: 'remind', at: after(48), steps: 3 });
    const reminded = moved(sent('routine'), 'system', { action: 'remind', body: { steps: 3 } }, after(100));
    expect(dueStep(limits, reminded, after(100))).toBeNull();
    expect(reminded.wakeAt).toEqual(after(30 * 24));
  });

  it('does in order what differs', () => {
    expect(dueStep(limits, sent('urgent'), after(100))).toMatchObject({ action: 'escalate', steps: 1 });
    const escalated = moved(sent('urgent'), 'system', { action: 'escalate', body: { steps: 1 } }, after(100));
    expect(dueStep(limits, escalated, after(100))).toMatchObject({ action: 'offer_reroute', steps: 1 });
  });

  it('reminds nobody of what ends anyway', () => {
    expect(dueCommand(limits, sent('routine'), after(31 * 24))).toEqual({ action: 'expire', body: {} });
  });
});

describe('silence, whoever moves when', () => {
  const byFacility = { party: 'facility' as const };
  const moves: { party: Party; command: Command; from: ReferralState[] }[] = [
    { ...byFacility, command: { action: 'acknowledge', body: {} }, from: ['sent'] },
    { ...byFacility, command: { action: 'request_info', body: { question: '?' } }, from: ['sent', 'acknowledged'] },
    { party: 'referrer', command: { action: 'answer_info', body: { answer: '!' } }, from: ['info_requested'] },
    { ...byFacility, command: { action: 'accept', body: {} }, from: ['sent', 'acknowledged', 'info_requested'] },
    {
      ...byFacility,
      command: { action: 'schedule', body: { appointmentAt: after(90).toISOString() } },
      from: ['sent', 'accepted', 'no_show'],
    },
    { ...byFacility, command: { action: 'record_no_show', body: {} }, from: ['scheduled'] },
    { ...byFacility, command: { action: 'start', body: {} }, from: ['accepted', 'scheduled'] },
  ];
  const walk = fc.array(fc.tuple(fc.constantFrom(...moves), fc.integer({ min: 0, max: 60 * 60 })), { maxLength: 12 });
  /** By an outage of up to so many minutes. */
  const lateness = fc.integer({ min: 0, max: 3000 });

  it('is told of before anything is overdue for long, never twice for one step, and always comes to an end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Priority.options), walk, lateness, (priority, steps, lateMinutes) => {
        let row = sent(priority);
        row = { ...row, wakeAt: nextWake(limits, row)?.at ?? null };
        let now = tuesday;
        const told: string[] = [];
        const wakeUntil = (until: Date) => {
          for (let rounds = 0; ; rounds += 1) {
            expect(rounds).toBeLessThan(10);
            const at = nextWake(limits, row)?.at;
            expect(row.wakeAt?.getTime()).toBe(at?.getTime());
            const woken = at && new Date(Math.max(now.getTime(), at.getTime() + lateMinutes * 60_000));
            if (woken === undefined || woken > until) return;
            const command = dueCommand(limits, row, woken)!;
            const before = row;
            row = moved(row, 'system', command, woken);
            now = woken;
            if (row.state === before.state) expect(row.silenceSteps).toBeGreaterThan(before.silenceSteps);
            told.push(command.action);
          }
        };
        for (const [move, minutes] of steps) {
          const until = new Date(now.getTime() + minutes * 60_000);
          wakeUntil(until);
          if (row.state === 'expired') return;
          now = until;
          if (!move.from.includes(row.state)) continue;
          if (move.command.action === 'record_no_show' && (row.appointmentAt ?? now) > now) continue;
          row = moved(row, move.party, move.command, now);
        }
        const isLate = row.dueAt !== null && now.getTime() - row.dueAt.getTime() > (lateMinutes + 1) * 60_000;
        if (lateMinutes === 0 && isLate && priority !== 'routine') expect(told).toContain('escalate');
        if (lateMinutes === 0 && isLate && priority === 'routine') expect(told).toContain('remind');
      }),
      { numRuns: 500 },
    );
  });
});
