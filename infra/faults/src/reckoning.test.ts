import { describe, expect, it } from 'vitest';
import { type Found, type FoundReferral, type Handoff, reckon, repeatedWebhooks, type Violation } from './reckoning.ts';

type ViolationKind = Violation['kind'];

const handoff: Handoff = {
  reference: 'case-1',
  referralId: 'r1',
  told: [
    { type: 'referral.sent.v1', version: 1 },
    { type: 'referral.accepted.v1', version: 2 },
  ],
};
const referral: FoundReferral = {
  id: 'r1',
  reference: 'case-1',
  version: 2,
  state: 'accepted',
  trail: [
    { eventId: 'e1', type: 'referral.sent.v1', version: 1, position: 7, state: 'sent' },
    { eventId: 'e2', type: 'referral.accepted.v1', version: 2, position: 9, state: 'accepted' },
  ],
  proof: { pending: 0, broken: [], missingVersions: [] },
  receipts: [
    { deliveryId: 'd1', state: 'delivered' },
    { deliveryId: 'd2', state: 'delivered' },
  ],
  feed: [
    { eventId: 'e1', type: 'referral.sent.v1', version: 1 },
    { eventId: 'e2', type: 'referral.accepted.v1', version: 2 },
  ],
  deliveries: [
    { id: 'd1', eventId: 'e1', state: 'delivered' },
    { id: 'd2', eventId: 'e2', state: 'delivered' },
  ],
};
const found: Found = {
  referrals: [referral],
  webhooks: [
    { deliveryId: 'd2', referralId: 'r1', isSigned: true },
    { deliveryId: 'd1', referralId: 'r1', isSigned: true },
  ],
  journals: [{ service: 'referral', findings: [], unplacedCount: 0 }],
};
const withReferral = (other: Partial<FoundReferral>): Found => ({ ...found, referrals: [{ ...referral, ...other }] });
const [first, second] = [referral.trail[0]!, referral.trail[1]!];
const closedBehindOurBack: FoundReferral = {
  ...referral,
  version: 3,
  trail: [
    ...referral.trail,
    { eventId: 'e3', type: 'referral.declined.v1', version: 3, position: 11, state: 'cancelled' },
  ],
};

describe('the reckoning', () => {
  it('finds nothing where every promise is kept', () => {
    expect(reckon([handoff], found)).toEqual([]);
  });

  it('allows a webhook to come twice, and counts it', () => {
    const webhooks = [...found.webhooks, ...found.webhooks];
    expect(reckon([handoff], { ...found, webhooks })).toEqual([]);
    expect(repeatedWebhooks(webhooks)).toBe(2);
  });

  it('lets what was never answered be there or not, but not twice', () => {
    const unanswered = { ...handoff, referralId: null, told: [] };
    expect(reckon([unanswered], { ...found, referrals: [], webhooks: [] })).toEqual([]);
    expect(reckon([unanswered], found)).toEqual([]);
    const twice = { ...found, referrals: [referral, referral] };
    expect(reckon([unanswered], twice)).toContainEqual({
      kind: 'applied-twice',
      referralId: null,
      what: 'case-1 is 2 referrals',
    });
  });

  it('lets an answer show what the system did after what it answers, and nothing that somebody else did', () => {
    const told = [handoff.told[0]!, { type: 'referral.accepted.v1', version: 3 }];
    const followedBy = (type: string) => {
      const entry = { eventId: 'e3', type, version: 3, position: 11, state: 'accepted' as const };
      return withReferral({
        version: 3,
        trail: [...referral.trail, entry],
        feed: [...referral.feed, entry],
        deliveries: [...referral.deliveries, { id: 'd3', eventId: 'e3', state: 'delivered' }],
        receipts: [...referral.receipts, { deliveryId: 'd3', state: 'delivered' }],
      });
    };
    const kindsOf = (type: string) => {
      const of = followedBy(type);
      const webhooks = [...of.webhooks, { deliveryId: 'd3', referralId: 'r1', isSigned: true }];
      return reckon([{ ...handoff, told }], { ...of, webhooks }).map(({ kind }) => kind);
    };
    expect(kindsOf('referral.consent-confirmed.v1')).toEqual([]);
    expect(kindsOf('referral.appointment-reminder-sent.v1')).toContain('lost');
  });

  it.each<[string, Found, ViolationKind, string]>([
    ['a lost referral', { ...found, referrals: [], webhooks: [] }, 'lost', 'the referral is lost'],
    ['a lost answer', withReferral({ trail: [first] }), 'lost', 'accepted.v1 is lost, which was answered as version 2'],
    [
      'a doubled referral',
      { ...found, referrals: [referral, { ...referral, id: 'r2' }] },
      'applied-twice',
      'case-1 is 2 referrals',
    ],
    [
      'a gap of versions',
      withReferral({ trail: [first, { ...second, version: 3 }] }),
      'out-of-order',
      'its versions are 1,3',
    ],
    ['an effect twice', withReferral({ trail: [first, first, second] }), 'applied-twice', 'its versions are 1,1,2'],
    [
      'a state ahead of its trail',
      withReferral({ version: 3 }),
      'out-of-order',
      'it stands at version 3, its trail at 2',
    ],
    [
      'positions out of order',
      withReferral({ trail: [{ ...first, position: 10 }, second] }),
      'out-of-order',
      'its positions are 10,9',
    ],
    [
      'a broken proof',
      withReferral({ proof: { ...referral.proof, broken: ['e1'] } }),
      'unproved',
      'its trail is not proved',
    ],
    ['a trail without a seal', withReferral({ proof: { ...referral.proof, pending: 1 } }), 'unproved', '1 pending'],
    [
      'a feed that lacks an event',
      withReferral({ feed: referral.feed.slice(1) }),
      'undelivered',
      'the feed says 2 referral.accepted.v1 e2,',
    ],
    [
      'a feed out of order',
      withReferral({ feed: referral.feed.toReversed() }),
      'out-of-order',
      'the feed says 2 referral.accepted.v1 e2; 1 referral.sent.v1',
    ],
    [
      'an event that was never delivered',
      withReferral({ deliveries: [] }),
      'undelivered',
      '0 deliveries of referral.sent.v1',
    ],
    [
      'a delivery that failed',
      withReferral({ deliveries: [{ id: 'd1', eventId: 'e1', state: 'failed' }] }),
      'undelivered',
      'is failed',
    ],
    [
      'a delivery without a receipt',
      withReferral({ receipts: [] }),
      'undelivered',
      '0 receipts for the delivery of referral.sent.v1',
    ],
    [
      'two receipts of one',
      withReferral({ receipts: [...referral.receipts, ...referral.receipts] }),
      'applied-twice',
      '2 receipts for',
    ],
    [
      'a receipt of a stranger',
      withReferral({ receipts: [{ deliveryId: 'd9', state: 'delivered' }] }),
      'applied-twice',
      'd9, which is',
    ],
    [
      'a webhook that never came',
      { ...found, webhooks: found.webhooks.slice(1) },
      'undelivered',
      'the webhook of referral.accepted.v1 never came',
    ],
    [
      'a forged webhook',
      { ...found, webhooks: [...found.webhooks, { deliveryId: 'd1', referralId: 'r1', isSigned: false }] },
      'unproved',
      'without a signature that holds',
    ],
    [
      'a journal that does not verify',
      { ...found, journals: [{ service: 'referral', findings: ['missing at 3'], unplacedCount: 2 }] },
      'unproved',
      'journal of referral: missing at 3',
    ],
    [
      'an effect that nobody was told of',
      { ...found, referrals: [closedBehindOurBack] },
      'applied-twice',
      'no answer told',
    ],
    [
      'a feed that says something twice',
      withReferral({ feed: [...referral.feed, ...referral.feed] }),
      'applied-twice',
      'the feed says',
    ],
    [
      'a step that the table does not know',
      withReferral({ trail: [first, { ...second, state: 'closed' }] }),
      'illegal-state',
      'referral.accepted.v1 leads from sent to closed',
    ],
    [
      'a state that is not that of its trail',
      withReferral({ state: 'sent' }),
      'illegal-state',
      'it is sent, and its trail',
    ],
  ])('names %s', (_name, broken, kind, what) => {
    expect(reckon([handoff], broken)).toContainEqual(
      expect.objectContaining({ kind, what: expect.stringContaining(what) as string }),
    );
  });

  it('allows what a request left behind that was never answered', () => {
    const left = { ...handoff, told: handoff.told.slice(0, 1), unansweredCount: 1 };
    expect(reckon([left], found)).toEqual([]);
  });
});
