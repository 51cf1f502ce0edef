import type { ReferralFact, ReferralState } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import type { SubscriptionRow } from '../schema.ts';
import { noticesOf, type ReferralEvent } from './decide.ts';

const now = new Date('2026-11-24T04:30:00.000Z');
const referrer = '01934b6e-7c1a-7e2f-9d3b-000000000001';
const facility = '01934b6e-7c1a-7e2f-9d3b-000000000002';
const place = '01934b6e-7c1a-7e2f-9d3b-000000000003';
const elsewhere = '01934b6e-7c1a-7e2f-9d3b-000000000004';

const anEvent = (fact: Partial<ReferralFact> = {}): ReferralEvent => ({
  id: '01934b6e-7c1a-7e2f-9d3b-000000000010',
  source: 'urn:rohnamo:referral',
  type: 'referral.sent.v1',
  subject: '01934b6e-7c1a-7e2f-9d3b-000000000011',
  time: now.toISOString(),
  sequence: 3,
  traceparent: null,
  checkpoint: null,
  data: {
    referralId: '01934b6e-7c1a-7e2f-9d3b-000000000011',
    taskId: '01934b6e-7c1a-7e2f-9d3b-000000000012',
    state: 'sent',
    priority: 'routine',
    referrerOrganisationId: referrer,
    facilityId: place,
    facilityOrganisationId: facility,
    ...fact,
  },
});

const aSubscription = (other: Partial<SubscriptionRow> = {}): SubscriptionRow => ({
  id: '01934b6e-7c1a-7e2f-9d3b-000000000020',
  version: 1,
  organisationId: facility,
  url: 'https://clinic.example/',
  facilityIds: null,
  types: null,
  state: 'active',
  secret: Buffer.alloc(0),
  previousSecret: null,
  previousSecretUntil: null,
  createdAt: now,
  ...other,
});

/** Who gets a line in the feed, and who a call. */
function told(event: ReferralEvent, { subscriptions = [] as SubscriptionRow[], facilityWasTold = true } = {}) {
  const changes = noticesOf(event, { subscriptions, facilityWasTold }, now).changes ?? [];
  const of = (kind: string) =>
    changes.filter((change) => change.kind === kind).map(({ state }) => state['organisationId']);
  return { notices: of('notice'), deliveries: of('delivery') };
}

describe('who is told', () => {
  it('both parties of a referral that was sent', () => {
    expect(told(anEvent()).notices).toEqual([referrer, facility]);
  });

  it('an organisation that refers to its own facility, once', () => {
    expect(told(anEvent({ facilityOrganisationId: referrer })).notices).toEqual([referrer]);
  });

  it('of a draft, the referrer alone: no notice and no call to the facility', () => {
    expect(told(anEvent({ state: 'draft' }), { subscriptions: [aSubscription()] })).toEqual({
      notices: [referrer],
      deliveries: [],
    });
  });

  it.each<ReferralState>(['cancelled', 'closed', 'entered_in_error'])(
    'of a draft that ends as %s, the referrer alone; of a sent one, both',
    (state) => {
      expect(told(anEvent({ state }), { facilityWasTold: false }).notices).toEqual([referrer]);
      expect(told(anEvent({ state }), { facilityWasTold: true }).notices).toEqual([referrer, facility]);
    },
  );
});

describe('a subscription is called', () => {
  it.each<[string, Partial<SubscriptionRow>, number]>([
    ['without a filter', {}, 1],
    ['for its type', { types: ['referral.sent.v1'] }, 1],
    ['not for another type', { types: ['referral.accepted.v1'] }, 0],
    ['for its facility', { facilityIds: [place] }, 1],
    ['not for another facility', { facilityIds: [elsewhere] }, 0],
    ['not once it is stopped', { state: 'stopped' }, 0],
    ['not for what its organisation is no party to', { organisationId: elsewhere }, 0],
  ])('%s', (_name, other, count) => {
    expect(told(anEvent(), { subscriptions: [aSubscription(other)] }).deliveries).toHaveLength(count);
  });
});

it('the same event makes the same notices and deliveries', () => {
  const ids = () =>
    noticesOf(anEvent(), { subscriptions: [aSubscription()], facilityWasTold: true }, now).changes?.map(({ id }) => id);
  expect(ids()).toEqual(ids());
  expect(new Set(ids()).size).toBe(3);
});
