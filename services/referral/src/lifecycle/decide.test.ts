import {
  type OrganisationKind,
  ReferralAction,
  ReferralState,
  actionBodies,
  type ServedAction,
} from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { detailsOpen, viewOf } from '../read/view.ts';
import { tajikistan } from './calendar.ts';
import { type Command, systemActions } from './command.ts';
import { type Confirmation, nextAskingAt, unconfirmedAt } from './confirmation.ts';
import { allowedActions, decide } from './decide.ts';
import { placeOf } from './new-task.ts';
import { nextWake } from './next-wake.ts';
import { awaitedStates, fhirStatus, impliedStates, openStates, type Party, rowsOf, transitions } from './states.ts';
import { defaultTimeLimits, dueAt } from './time-limits.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const hourMs = 3600 * 1000;
const limits = defaultTimeLimits(tajikistan);
const parties: Party[] = ['referrer', 'facility', 'referrer-supervisor', 'facility-supervisor', 'successor', 'system'];
const bodies: { [Action in Command['action']]?: object } = {
  request_info: { question: 'Which hand?' },
  answer_info: { answer: 'The left.' },
  reject: { code: 'no-capacity' },
  schedule: { appointmentAt: '2026-11-25T06:00:00.000Z' },
  reschedule: { appointmentAt: '2026-11-26T06:00:00.000Z' },
  propose_transfer: {
    organisationId: '01934b6e-7c1a-7e2f-9d3b-0000000000f1',
    consentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1',
  },
  complete: { outcome: 'treated' },
  close: { needMet: true },
  remind: { steps: 1 },
  escalate: { steps: 1 },
  offer_reroute: { steps: 1 },
};
const firable = [...new Set([...(Object.keys(actionBodies) as ServedAction[]), ...systemActions])];
/** What is known of the consent, where nothing else is said. */
const consentBody = ({ consentEndsAt }: Parameters<typeof decide>[0], action: string): object => {
  if (action === 'withdraw') return { at: null };
  if (action === 'confirm_consent') return { endsAt: consentEndsAt };
  return action === 'end_consent' ? { endsAt: consentEndsAt ?? new Date('2100-01-01') } : {};
};
const command = (row: Parameters<typeof decide>[0], action: (typeof firable)[number], body: object = {}) =>
  ({ action, body: { ...bodies[action], ...consentBody(row, action), ...body } }) as Command;
const act = (
  row: Parameters<typeof decide>[0],
  party: Party,
  action: (typeof firable)[number],
  body: object = {},
  at: Date = now,
  confirmation?: Confirmation,
) =>
  decide(row, command(row, action, body), {
    party,
    now: at,
    limits,
    target: { taskId: '01934b6e-7c1a-7e2f-9d3b-0000000000aa', place: placeOf(row) },
    successor: { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f1', kind: 'ngo' },
    ...(confirmation && { confirmation }),
  });

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

  it('gives a referral to another organisation with its kind, remembers who wrote it, and forgets it where they have it back', () => {
    const row = aReferralRow({ referrerKind: 'health-provider' });
    const give = (from: typeof row, to: { id: string; kind: OrganisationKind }) => {
      const body = { organisationId: to.id, consentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1' };
      const occasion = { now, limits, successor: to };
      const asked = decide(from, command(from, 'propose_transfer', body), {
        party: 'referrer-supervisor',
        ...occasion,
      });
      if (asked.kind !== 'moved') throw new Error('it cannot be proposed');
      expect(asked.next.referrerOrganisationId).toBe(from.referrerOrganisationId);
      const taken = decide(asked.next, command(from, 'accept_transfer'), { party: 'successor', now, limits });
      if (taken.kind !== 'moved') throw new Error('it cannot be taken over');
      expect(taken.next.transferOrganisationId).toBeNull();
      return taken.next;
    };
    const writer = row.referrerOrganisationId;
    const office = { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f1', kind: 'migration-service' } as const;
    const ngo = { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f2', kind: 'ngo' } as const;
    const given = give(row, office);
    expect(given).toMatchObject({ referrerOrganisationId: office.id, referrerKind: office.kind, writtenBy: writer });
    expect(give(given, ngo)).toMatchObject({
      referrerOrganisationId: ngo.id,
      referrerKind: ngo.kind,
      writtenBy: writer,
    });
    expect(give(give(given, ngo), { id: writer, kind: 'health-provider' })).toMatchObject({
      referrerOrganisationId: writer,
      referrerKind: 'health-provider',
      writtenBy: null,
    });
  });

  it('lets nobody ask for a transfer once sharing is over, and what was asked ends with it', () => {
    const row = aReferralRow({ state: 'accepted' });
    const proposed = {
      ...row,
      transferOrganisationId: '01934b6e-7c1a-7e2f-9d3b-0000000000f1',
      transferKind: 'ngo' as const,
      transferConsentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1',
    };
    expect(allowedActions(proposed, ['successor'], now)).toEqual(['accept_transfer', 'decline_transfer']);
    for (const over of [{ sharingStopped: true }, { consentEndsAt: now }]) {
      expect(allowedActions({ ...row, ...over }, ['referrer-supervisor'], now)).not.toContain('propose_transfer');
      expect(allowedActions({ ...proposed, ...over }, ['successor'], now)).toEqual(['decline_transfer']);
    }
    expect(act(proposed, 'system', 'withdraw')).toMatchObject({ next: { transferOrganisationId: null } });
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
    ])
      expect(goneAfter).toMatchObject({
        next: { state: row.state, sharingStopped: true, consentUnconfirmedSince: null },
      });
  });
});
