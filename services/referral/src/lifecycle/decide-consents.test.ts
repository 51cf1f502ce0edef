import { ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { act, firable, hourMs, now, parties } from '../../test/deciding.ts';
import { detailsOpen, viewOf } from '../read/view.ts';
import { nextAskingAt, unconfirmedAt } from './confirmation.ts';
import { awaitedStates, rowsOf } from './states.ts';

describe('a consent that goes', () => {
  it('on withdrawal of consent ends what has not been accepted, and stops sharing of the rest while care goes on', () => {
    for (const state of ['draft', 'sent', 'acknowledged', 'info_requested'] as const)
      expect(act(aReferralRow({ state }), 'system', 'withdraw')).toMatchObject({
        next: { state: 'cancelled', reasonCode: 'consent-withdrawn', sharingStopped: true },
      });
    for (const state of ['accepted', 'scheduled', 'no_show', 'in_service', 'completed', 'closed'] as const)
      expect(act(aReferralRow({ state }), 'system', 'withdraw')).toMatchObject({
        next: { state, sharingStopped: true },
      });
  });

  it('at the end of the consent ends what has not been accepted, stops sharing of what has, and leaves drafts and what is over', () => {
    const ended = (state: ReferralState, consentEndsAt: Date | null = now) =>
      act(aReferralRow({ state, consentEndsAt, reasonCode: null }), 'system', 'end_consent');
    for (const state of ['sent', 'acknowledged', 'info_requested'] as const)
      expect(ended(state)).toMatchObject({
        event: 'referral.consent-ended.v1',
        next: { state: 'cancelled', reasonCode: 'consent-ended', sharingStopped: true },
      });
    for (const state of ['accepted', 'scheduled', 'no_show', 'in_service', 'completed'] as const)
      expect(ended(state)).toMatchObject({ next: { state, reasonCode: null, sharingStopped: true } });
    for (const state of ['draft', 'closed', 'rejected', 'expired', 'cancelled'] as const)
      expect(ended(state).kind).toBe('illegal');
    expect(ended('sent', null).kind).toBe('illegal');
    expect(ended('sent', new Date(now.getTime() + 1)).kind).toBe('illegal');
  });

  it('never opens the details after the end of the consent, whatever was done before, and wakes for it while it matters', () => {
    const consentEndsAt = new Date(now.getTime() + 24 * hourMs);
    const step = fc.tuple(fc.constantFrom(...parties), fc.constantFrom(...firable), fc.nat(30));
    fc.assert(
      fc.property(fc.constantFrom(...ReferralState.options), fc.array(step, { maxLength: 30 }), (state, steps) => {
        let row = aReferralRow({
          state,
          previousState: state === 'cancel_requested' ? 'accepted' : null,
          consentEndsAt,
        });
        let clock = now;
        for (const [party, action, hours] of steps) {
          clock = new Date(clock.getTime() + hours * hourMs);
          const verdict = act(row, party, action, {}, clock);
          if (verdict.kind === 'illegal') continue;
          row = verdict.next;
          for (const at of [consentEndsAt, clock > consentEndsAt ? clock : consentEndsAt]) {
            expect(detailsOpen(row, at)).toBe(false);
            expect(viewOf(row, { as: 'referrer' }, { receipts: [], now: at }).result).toBeNull();
          }
          const isUnderWay = [...awaitedStates, 'completed', 'cancel_requested'].includes(row.state);
          if (isUnderWay && !row.sharingStopped)
            expect(row.wakeAt?.getTime()).toBeLessThanOrEqual(consentEndsAt.getTime());
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a person who was taken on while nobody could ask how their consent stands', () => {
  const takingOn = ['accept', 'schedule', 'start'] as const;
  const undecided = ['sent', 'acknowledged', 'info_requested'] as const;
  const takenOn = (state: (typeof undecided)[number], action: (typeof takingOn)[number]) => {
    const verdict = act(aReferralRow({ state }), 'facility', action, {}, now, unconfirmedAt(now));
    if (verdict.kind === 'illegal') throw new Error('must be legal');
    return verdict.next;
  };
  const each = undecided.flatMap((state) => takingOn.map((action) => [action, state] as const));

  it('is not opened to anybody by whatever is done, until it is known', () => {
    const step = fc.tuple(fc.constantFrom(...parties), fc.constantFrom(...firable), fc.nat(30));
    fc.assert(
      fc.property(fc.constantFrom(...each), fc.array(step, { maxLength: 30 }), ([how, state], steps) => {
        let row = takenOn(state, how);
        let clock = now;
        for (const [party, action, hours] of steps) {
          if (action === 'confirm_consent') continue;
          clock = new Date(clock.getTime() + hours * hourMs);
          const isTakenOn = rowsOf(action).some(
            ({ to }) => to === 'accepted' || to === 'scheduled' || to === 'in_service',
          );
          const isUndecided = (undecided as readonly string[]).includes(row.state);
          const verdict = act(
            row,
            party,
            action,
            {},
            clock,
            isTakenOn && isUndecided ? unconfirmedAt(clock) : undefined,
          );
          if (verdict.kind === 'illegal') continue;
          row = verdict.next;
          expect(detailsOpen(row, clock)).toBe(false);
          const seen = viewOf(row, { as: 'referrer' }, { receipts: [], now: clock });
          expect(seen.result).toBeNull();
          if (
            ['accepted', 'scheduled', 'in_service', 'no_show', 'completed'].includes(row.state) &&
            !row.sharingStopped
          ) {
            expect(seen.consentUnconfirmed).toBe(true);
            expect(row.wakeAt?.getTime()).toBeLessThanOrEqual(row.consentAskAt!.getTime());
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is asked for again after pauses that grow, and never after more than five minutes', () => {
    const askings = [now];
    while (askings.length < 20) askings.push(nextAskingAt(now, askings.at(-1)!));
    const pauses = askings.slice(1).map((at, nth) => (at.getTime() - askings[nth]!.getTime()) / 1000);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(pauses.slice(0, 4)).toEqual([2, 2, 4, 8]);
    expect(pauses.at(-1)).toBe(300);
  });

  it.each(each)(
    'by %s of what was %s, is opened by the word that it stands, and by that alone once',
    (action, state) => {
      const row = takenOn(state, action);
      const confirmed = act(row, 'system', 'confirm_consent');
      expect(confirmed).toMatchObject({ event: 'referral.consent-confirmed.v1', next: { state: row.state } });
      if (confirmed.kind === 'illegal') return;
      expect(detailsOpen(confirmed.next, now)).toBe(true);
      expect(act(confirmed.next, 'system', 'confirm_consent').kind).toBe('illegal');
      for (const party of parties.filter((one) => one !== 'system'))
        expect(act(row, party, 'confirm_consent').kind).toBe('illegal');
    },
  );

  it.each(each)('by %s of what was %s, ends as it would have, where the consent had gone before', (action, state) => {
    const later = new Date(now.getTime() + hourMs);
    const before = new Date(now.getTime() - 1);
    const row = takenOn(state, action);
    for (const taken of [row, { ...row, state: 'cancel_requested' as const, previousState: row.state }]) {
      const withdrawn = { state: 'cancelled', reasonCode: 'consent-withdrawn', sharingStopped: true };
      expect(act(taken, 'system', 'withdraw', { at: before }, later)).toMatchObject({ next: withdrawn });
      expect(act(taken, 'system', 'end_consent', { endsAt: before }, later)).toMatchObject({
        next: { state: 'cancelled', reasonCode: 'consent-ended', sharingStopped: true },
      });
    }
    for (const goneAfter of [
      act(row, 'system', 'withdraw', { at: later }, later),
      act(row, 'system', 'end_consent', { endsAt: later }, later),
      act({ ...row, consentUnconfirmedSince: null }, 'system', 'withdraw', { at: before }, later),
      // They were taken on by the registry's word, and it did not answer later, as an appointment was given.
      act({ ...row, acceptedAt: new Date(before.getTime() - 1) }, 'system', 'withdraw', { at: before }, later),
    ])
      expect(goneAfter).toMatchObject({
        next: { state: row.state, sharingStopped: true, consentUnconfirmedSince: null },
      });
  });
});
