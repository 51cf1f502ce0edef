import { ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import type { ClientParty } from '../party.ts';
import { detailsOpen } from '../read/view.ts';
import type { MessageRow } from '../schema.ts';
import { hearingOf, isHeard, mayBeSpokenIn, viewOf } from './decide.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const longAgo = new Date('2026-10-01T00:00:00.000Z');
const otherTask = '5a0d1d57-62f0-4f0e-8e7e-3f4b6f7f9b11';

const aMessage = (other: Partial<MessageRow> = {}): MessageRow => ({
  id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d71',
  version: 1,
  referralId: aReferralRow().id,
  taskId: aReferralRow().taskId,
  by: 'referrer',
  organisationId: aReferralRow().referrerOrganisationId,
  actingPerson: 'officer-12',
  text: 'With a stick.',
  detailsOpen: false,
  sentAt: now,
  ...other,
});
const hears = (as: ClientParty['as'], row: Parameters<typeof aReferralRow>[0], message: MessageRow) => {
  const hearing = hearingOf(aReferralRow(row), { as } as ClientParty, now); // of a former party nothing but that it is one counts
  return hearing !== null && isHeard(message, hearing);
};

describe('something may be said', () => {
  it('from sending on, until sharing or the referral ends', () => {
    const silent = ReferralState.options.filter((state) => !mayBeSpokenIn(aReferralRow({ state }), now));
    expect(silent).toEqual(['draft', 'closed', 'redirected', 'cancelled', 'entered_in_error']);
  });

  it('in what was closed after care, as long as the facility may read the details', () => {
    const closed = (closedAt: Date) => aReferralRow({ state: 'closed', outcome: 'treated', closedAt });
    expect(mayBeSpokenIn(closed(now), now)).toBe(true);
    expect(mayBeSpokenIn(closed(longAgo), now)).toBe(false);
  });

  it('in no state once the person has withdrawn their consent, or it has ended', () => {
    for (const state of ReferralState.options)
      for (const over of [{ sharingStopped: true }, { consentEndsAt: now }])
        expect(mayBeSpokenIn(aReferralRow({ state, ...over }), now)).toBe(false);
  });
});

const anyReferral = fc.record({
  state: fc.constantFrom(...ReferralState.options),
  sharingStopped: fc.boolean(),
  outcome: fc.constantFrom('treated' as const, null),
  closedAt: fc.constantFrom(now, longAgo, null),
});
const anyMessage = fc
  .record({
    taskId: fc.constantFrom(aReferralRow().taskId, otherTask),
    detailsOpen: fc.boolean(),
    by: fc.constantFrom('referrer' as const, 'facility' as const),
  })
  .map(aMessage);

describe('what was said is read', () => {
  it('by who refers, all of it and always', () => {
    fc.assert(fc.property(anyReferral, anyMessage, (row, message) => hears('referrer', row, message)));
  });

  it('by a facility, never where it was said to another, and what was said with open details only while they are open', () => {
    fc.assert(
      fc.property(anyReferral, anyMessage, (row, message) => {
        const isOwn = message.taskId === aReferralRow().taskId;
        const isOpen = detailsOpen(aReferralRow(row), now);
        expect(hears('facility', row, message)).toBe(isOwn && (isOpen || !message.detailsOpen));
      }),
    );
  });

  it('by nobody else: no supervisor, no facility from which it was taken, and not in another referral', () => {
    fc.assert(
      fc.property(anyReferral, anyMessage, (row, message) => {
        expect(hears('supervisor', row, message)).toBe(false);
        expect(hears('former', row, message)).toBe(false);
        expect(hears('referrer', row, { ...message, referralId: otherTask })).toBe(false);
      }),
    );
  });
});

it('a message is shown without what only we need', () => {
  expect(viewOf(aMessage())).toEqual({
    id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d71',
    referralId: aReferralRow().id,
    taskId: aReferralRow().taskId,
    by: 'referrer',
    organisationId: aReferralRow().referrerOrganisationId,
    actingPerson: 'officer-12',
    text: 'With a stick.',
    sentAt: '2026-11-24T06:00:00.000Z',
  });
});
