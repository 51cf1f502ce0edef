import { ReferralAction, ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { act, firable, limits, now, parties } from '../../test/deciding.ts';
import { allowedActions } from './decide.ts';
import { nextWake } from './next-wake.ts';
import { fhirStatus, impliedStates, openStates, type Party, rowsOf, transitions } from './states.ts';
import { dueAt } from './time-limits.ts';

describe('the transition table', () => {
  it('says of every action who may fire it, from where, and where it leads', () => {
    for (const action of ReferralAction.options)
      for (const row of rowsOf(action)) expect([row.by.length, row.from.length].every((count) => count > 0)).toBe(true);
    expect(Object.keys(transitions).sort()).toEqual([...ReferralAction.options].sort());
  });

  it('lets nobody leave entered_in_error', () => {
    for (const action of ReferralAction.options)
      for (const row of rowsOf(action)) expect(row.from).not.toContain('entered_in_error');
  });

  it('reaches every state from draft', () => {
    const reached = new Set<string>(['draft']);
    for (let before = 0; before !== reached.size;) {
      before = reached.size;
      for (const action of ReferralAction.options)
        for (const { from, to } of rowsOf(action))
          if (to !== 'same' && from.some((state) => reached.has(state))) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...ReferralState.options].sort());
  });

  it('maps every state to FHIR', () => {
    expect(Object.keys(fhirStatus).sort()).toEqual([...ReferralState.options].sort());
  });
});

describe('deciding', () => {
  it('keeps when each side last acted: a supervisor in the referrer’s place is both, and giving it to a desk is nobody else’s act', () => {
    const acted = (party: Party, action: (typeof firable)[number], body: object = {}) => {
      const verdict = act(aReferralRow({ state: 'info_requested' }), party, action, body);
      if (verdict.kind !== 'moved') throw new Error(`${action} is not legal`);
      const { referrerActedAt, facilityActedAt, supervisorActedAt } = verdict.next;
      return [referrerActedAt, facilityActedAt, supervisorActedAt].map((at) => at !== null);
    };
    expect(acted('referrer', 'answer_info')).toEqual([true, false, false]);
    expect(acted('facility', 'accept')).toEqual([false, true, false]);
    expect(acted('referrer-supervisor', 'answer_info')).toEqual([true, false, true]);
    expect(acted('facility-supervisor', 'reassign', { deskId: '01934b6e-7c1a-7e2f-9d3b-0000000000de' })).toEqual([
      false,
      false,
      true,
    ]);
    expect(acted('system', 'expire')).toEqual([false, false, false]);
  });

  it('lets a supervisor act for their own side alone: that of the facility stops it and gives it to another desk, and no more', () => {
    for (const state of ReferralState.options) {
      const row = aReferralRow({ state, appointmentAt: now });
      const may = (party: Party) => allowedActions(row, [party], now);
      expect(may('facility-supervisor')).toEqual(openStates.includes(state as never) ? ['revoke', 'reassign'] : []);
      for (const action of may('referrer')) expect(may('referrer-supervisor')).toContain(action);
    }
  });

  it('puts nobody down as not having come before the time of their appointment', () => {
    const row = aReferralRow({ state: 'scheduled', appointmentAt: new Date(now.getTime() + 1) });
    expect(act(row, 'facility', 'record_no_show').kind).toBe('illegal');
    expect(act({ ...row, appointmentAt: now }, 'facility', 'record_no_show').kind).toBe('moved');
  });

  it('walks from sent to closed', () => {
    let row = aReferralRow({ state: 'sent' });
    for (const [party, action] of [
      ['facility', 'acknowledge'],
      ['facility', 'accept'],
      ['facility', 'schedule'],
      ['facility', 'start'],
      ['facility', 'complete'],
      ['referrer', 'close'],
    ] as const) {
      const verdict = act(row, party, action);
      expect(verdict.kind, action).toBe('moved');
      if (verdict.kind === 'moved') row = verdict.next;
    }
    expect(row).toMatchObject({ state: 'closed', attended: true, outcome: 'treated', needMet: true });
  });

  it('refuses what the state forbids, with what it allows', () => {
    expect(act(aReferralRow({ state: 'accepted' }), 'facility', 'accept')).toMatchObject({
      kind: 'illegal',
      allowed: ['reject', 'schedule', 'start', 'complete', 'decline'],
    });
  });

  it('refuses a facility what is the referrer’s, and the other way round', () => {
    expect(act(aReferralRow({ state: 'sent' }), 'referrer', 'accept').kind).toBe('illegal');
    expect(act(aReferralRow({ state: 'completed' }), 'facility', 'close').kind).toBe('illegal');
  });

  it('marks the steps that a short way implies', () => {
    expect(act(aReferralRow({ state: 'sent' }), 'facility', 'start')).toMatchObject({
      implied: ['acknowledged', 'accepted'],
    });
    expect(impliedStates('accepted', 'scheduled')).toEqual([]);
  });

  it('lets care that has begun be completed although cancelling was asked for', () => {
    const asked = act(aReferralRow({ state: 'in_service' }), 'referrer', 'request_cancel');
    expect(asked).toMatchObject({ kind: 'moved', next: { state: 'cancel_requested', previousState: 'in_service' } });
    if (asked.kind === 'moved')
      expect(act(asked.next, 'facility', 'complete')).toMatchObject({
        kind: 'moved',
        next: { state: 'completed', previousState: null },
      });
    expect(
      act(aReferralRow({ state: 'cancel_requested', previousState: 'acknowledged' }), 'facility', 'complete').kind,
    ).toBe('illegal');
  });

  it('cancels at once what nobody has acknowledged', () => {
    expect(act(aReferralRow({ state: 'sent' }), 'referrer', 'request_cancel')).toMatchObject({
      next: { state: 'cancelled' },
    });
  });

  it('lets who did not attend be completed only as lost, declined or dead', () => {
    const row = aReferralRow({ state: 'no_show' });
    expect(act(row, 'facility', 'complete', { outcome: 'treated' }).kind).toBe('illegal');
    expect(act(row, 'facility', 'complete', { outcome: 'lost-to-follow-up' })).toMatchObject({
      kind: 'moved',
      next: { attended: false },
    });
  });

  it('never expires an emergency or an urgent referral by itself', () => {
    for (const priority of ['emergency', 'urgent'] as const)
      expect(act(aReferralRow({ state: 'sent', priority }), 'system', 'expire').kind).toBe('illegal');
    expect(act(aReferralRow({ state: 'sent', priority: 'routine' }), 'system', 'expire')).toMatchObject({
      next: { state: 'expired' },
    });
  });

  it('says of a cancellation whether the facility confirmed it or kept silent', () => {
    const row = aReferralRow({ state: 'cancel_requested', previousState: 'accepted' });
    expect(act(row, 'facility', 'confirm_cancel')).toMatchObject({ next: { reasonCode: 'cancelled-by-referrer' } });
    expect(act(row, 'system', 'confirm_cancel')).toMatchObject({ next: { reasonCode: 'cancel-unconfirmed' } });
  });

  it('counts the steps of silence within a state, and begins anew with the next one', () => {
    const reminded = act(aReferralRow({ state: 'sent' }), 'system', 'remind', { steps: 2 });
    expect(reminded).toMatchObject({ event: 'referral.reminded.v1', next: { state: 'sent', silenceSteps: 2 } });
    if (reminded.kind === 'moved')
      expect(act(reminded.next, 'facility', 'accept')).toMatchObject({ next: { silenceSteps: 0 } });
  });

  it('holds, for any party firing anything in any order: only rows of the table are walked, and only system actions wait', () => {
    const step = fc.tuple(fc.constantFrom(...parties), fc.constantFrom(...firable));
    fc.assert(
      fc.property(fc.constantFrom(...ReferralState.options), fc.array(step, { maxLength: 30 }), (state, steps) => {
        let row = aReferralRow({ state, previousState: state === 'cancel_requested' ? 'accepted' : null });
        for (const [party, action] of steps) {
          const verdict = act(row, party, action);
          if (verdict.kind === 'illegal') {
            expect(verdict.allowed).toEqual(allowedActions(row, [party], now));
            continue;
          }
          const legal = rowsOf(action)
            .filter(({ from }) => (from as readonly string[]).includes(row.state))
            .filter(({ toIfGoneBefore }) => toIfGoneBefore === undefined || row.consentUnconfirmedSince === null)
            .map(({ to }) => (to === 'same' ? row.state : to === 'redirected' ? 'sent' : to));
          expect(legal).toContain(verdict.next.state);
          expect(verdict.next.previousState === null).toBe(verdict.next.state !== 'cancel_requested');
          expect(verdict.next.wakeAt?.getTime()).toBe(nextWake(limits, verdict.next)?.at.getTime());
          if ((openStates as readonly string[]).includes(verdict.next.state) && verdict.next.state !== 'draft')
            expect(dueAt(limits, verdict.next)).not.toBeNull();
          row = verdict.next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
