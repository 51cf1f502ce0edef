import type { ReferralFact, ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubscriptionRow } from '../schema.ts';
import { type MessageEvent, noticesOf, type ReferralEvent, type TellingEvent } from './decide.ts';

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
    deskId: null,
    walkIn: false,
    deskAlone: false,
    otherOrganisationId: null,
    endedTask: null,
    ...fact,
  },
});

const aSubscription = (other: Partial<SubscriptionRow> = {}): SubscriptionRow => ({
  id: '01934b6e-7c1a-7e2f-9d3b-000000000020',
  version: 1,
  organisationId: facility,
  clientId: 'clinic',
  ownerFacilityIds: [place],
  url: 'https://clinic.example/',
  facilityIds: null,
  types: null,
  deskIds: [],
  state: 'active',
  stopReason: null,
  secret: Buffer.alloc(0),
  previousSecret: null,
  previousSecretUntil: null,
  earlierSecrets: [],
  createdAt: now,
  ...other,
});

/** Who gets a line in the feed, and who a call. */
function told(event: TellingEvent, { subscriptions = [] as SubscriptionRow[], facilityWasTold = true } = {}) {
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
    ['of a client that answers for its facility among others', { ownerFacilityIds: [elsewhere, place] }, 1],
    ['not of a client that answers for another facility of its organisation', { ownerFacilityIds: [elsewhere] }, 0],
    ['of a client whose facilities are not known', { ownerFacilityIds: null }, 1],
    ['not once it is stopped', { state: 'stopped' }, 0],
    ['not for what its organisation is no party to', { organisationId: elsewhere }, 0],
  ])('%s', (_name, other, count) => {
    expect(told(anEvent(), { subscriptions: [aSubscription(other)] }).deliveries).toHaveLength(count);
  });
});

describe('a task at a desk', () => {
  const desk = '01934b6e-7c1a-7e2f-9d3b-000000000005';
  it('is told to whoever subscribed at that desk, and to nobody else of the facility', () => {
    const subscriptions = [aSubscription(), aSubscription({ id: elsewhere, deskIds: [desk] })];
    const changes = noticesOf(anEvent({ deskId: desk }), { subscriptions, facilityWasTold: true }, now).changes ?? [];
    expect(changes.filter(({ kind }) => kind === 'delivery').map(({ state }) => state['subscriptionId'])).toEqual([
      elsewhere,
    ]);
    expect(changes.filter(({ kind }) => kind === 'notice').map(({ entry }) => entry.audience)).toEqual([
      referrer,
      desk,
    ]);
  });
});

describe('what is not for both parties', () => {
  it('is told to the desk alone where its time would tell others the need', () => {
    const desk = '01934b6e-7c1a-7e2f-9d3b-000000000005';
    const event = anEvent({ deskId: desk, deskAlone: true });
    const changes = noticesOf(event, { subscriptions: [], facilityWasTold: true }, now).changes ?? [];
    expect(changes.map(({ entry }) => entry.audience)).toEqual([desk]);
  });

  it('of a transfer is told to who is asked to take the case over as well, also of a draft', () => {
    for (const state of ['sent', 'draft'] as const)
      expect(told(anEvent({ state, otherOrganisationId: elsewhere })).notices).toContain(elsewhere);
  });
});

describe('a person who came by themselves', () => {
  const desk = '01934b6e-7c1a-7e2f-9d3b-000000000005';
  const ownOf = { referrerOrganisationId: facility, walkIn: true };
  it('is told of to the desk where they are, and to nobody else of the organisation', () => {
    const changes = (event: TellingEvent) =>
      noticesOf(event, { subscriptions: [aSubscription()], facilityWasTold: true }, now).changes ?? [];
    expect(changes(anEvent({ ...ownOf, deskId: desk })).map(({ kind, entry }) => [kind, entry.audience])).toEqual([
      ['notice', desk],
    ]);
    expect(told(anEvent(ownOf), { subscriptions: [aSubscription()] })).toEqual({
      notices: [facility],
      deliveries: [facility],
    });
  });
});

describe('a task that ends as another begins, as events of before tell it', () => {
  const endedTask = {
    taskId: elsewhere,
    state: 'redirected' as const,
    facilityId: elsewhere,
    facilityOrganisationId: elsewhere,
    deskId: null,
  };
  it('is told to the facility that had it, as well as to the next', () => {
    expect(told(anEvent({ endedTask })).notices).toEqual([referrer, facility, elsewhere]);
  });

  it('is told to the facility that had it, and not yet to the next, when a draft begins', () => {
    expect(told(anEvent({ state: 'draft', endedTask })).notices).toEqual([referrer, elsewhere]);
  });
});

describe('whoever loses a referral', () => {
  const ids = ['1', '2', '3'].map((digit) => `01934b6e-7c1a-7e2f-9d3b-00000000010${digit}`);
  const holder = fc.record({
    referrerOrganisationId: fc.constantFrom(referrer, facility),
    facilityOrganisationId: fc.constantFrom(referrer, facility),
    facilityId: fc.constantFrom(place, elsewhere),
    deskId: fc.constantFrom(null, ...ids),
  });
  const type = fc.constantFrom(
    'referral.rerouted.v1' as const,
    'referral.redirected.v1' as const,
    'referral.reassigned.v1' as const,
    'referral.reopened.v1' as const,
  );
  const moved = fc.record({
    type,
    before: holder,
    after: holder,
    state: fc.constantFrom('sent' as const, 'draft' as const),
  });
  const eventOf = ({ type, before, after, state }: typeof moved extends fc.Arbitrary<infer Moved> ? Moved : never) => ({
    ...anEvent({ ...after, state, previous: before }),
    type,
  });
  const audiencesOf = (event: TellingEvent) =>
    (noticesOf(event, { subscriptions: [], facilityWasTold: true }, now).changes ?? []).map(
      ({ entry }) => entry.audience,
    );

  it('is told: by a webhook that is narrowed to the facility and desk, and in the feed, also within one organisation', () => {
    fc.assert(
      fc.property(moved, (move) => {
        const event = eventOf(move);
        const { facilityOrganisationId, facilityId, deskId } = move.before;
        const narrowed = aSubscription({
          organisationId: facilityOrganisationId,
          facilityIds: [facilityId],
          ownerFacilityIds: [facilityId],
          deskIds: deskId === null ? [] : [deskId],
          types: [move.type],
        });
        expect(told(event, { subscriptions: [narrowed] }).deliveries).toEqual([facilityOrganisationId]);
        expect(audiencesOf(event).some((one) => one === facilityOrganisationId || one === deskId)).toBe(true);
        const office = aSubscription({
          organisationId: move.before.referrerOrganisationId,
          ownerFacilityIds: [],
          facilityIds: [facilityId],
        });
        expect(told(event, { subscriptions: [office] }).deliveries).toEqual([move.before.referrerOrganisationId]);
      }),
    );
  });

  it('is told no facility, desk or organisation that has it now', () => {
    fc.assert(
      fc.property(moved, (move) => {
        const changes = noticesOf(eventOf(move), { subscriptions: [], facilityWasTold: true }, now).changes ?? [];
        for (const { entry } of changes) {
          const { organisationId, deskId, ...rest } = entry.data as Record<string, unknown>;
          expect([deskId, organisationId]).toContain(entry.audience);
          for (const id of [move.after.facilityId, ...ids]) expect(Object.values(rest)).not.toContain(id);
        }
      }),
    );
  });

  it('at a desk is told alone of its facility', () => {
    const [from, to, other] = ids;
    const event = {
      ...anEvent({
        deskId: to!,
        previous: {
          referrerOrganisationId: referrer,
          facilityOrganisationId: facility,
          facilityId: place,
          deskId: from!,
        },
      }),
      type: 'referral.reassigned.v1' as const,
    };
    const subscriptions = [from, to, other].map((deskId) => aSubscription({ id: deskId!, deskIds: [deskId!] }));
    const changes = noticesOf(event, { subscriptions, facilityWasTold: true }, now).changes ?? [];
    expect(changes.filter(({ kind }) => kind === 'delivery').map(({ state }) => state['subscriptionId'])).toEqual([
      from,
      to,
    ]);
    expect(audiencesOf(event)).toEqual([referrer, to, from]);
  });

  it('is nobody of what had been a draft until now', () => {
    const endedTask = {
      taskId: elsewhere,
      state: 'closed' as const,
      facilityId: elsewhere,
      facilityOrganisationId: elsewhere,
      deskId: null,
    };
    expect(told(anEvent({ state: 'draft', endedTask, previous: null })).notices).toEqual([referrer]);
  });
});

describe('a message', () => {
  const desk = '01934b6e-7c1a-7e2f-9d3b-000000000005';
  const aMessage = (fact: Partial<MessageEvent['data']> = {}): MessageEvent => ({
    ...anEvent(),
    type: 'message.sent.v1',
    subject: '01934b6e-7c1a-7e2f-9d3b-000000000031',
    sequence: 1,
    data: {
      messageId: '01934b6e-7c1a-7e2f-9d3b-000000000031',
      taskId: '01934b6e-7c1a-7e2f-9d3b-000000000012',
      fromOrganisationId: referrer,
      referralId: '01934b6e-7c1a-7e2f-9d3b-000000000011',
      referrerOrganisationId: referrer,
      facilityId: place,
      facilityOrganisationId: facility,
      deskId: null,
      walkIn: false,
      ...fact,
    },
  });
  const toBoth = [aSubscription(), aSubscription({ id: elsewhere, organisationId: referrer, ownerFacilityIds: [] })];

  it('is told to the other party alone, in its feed and by its webhooks', () => {
    expect(told(aMessage(), { subscriptions: toBoth })).toEqual({ notices: [facility], deliveries: [facility] });
    expect(told(aMessage({ fromOrganisationId: facility }), { subscriptions: toBoth })).toEqual({
      notices: [referrer],
      deliveries: [referrer],
    });
  });

  it('to a desk is told to that desk alone; from it, to whoever referred', () => {
    const subscriptions = [aSubscription(), aSubscription({ id: elsewhere, deskIds: [desk] })];
    const changes = noticesOf(aMessage({ deskId: desk }), { subscriptions, facilityWasTold: true }, now).changes ?? [];
    expect(changes.map(({ kind, state, entry }) => [kind, entry.audience ?? state['subscriptionId']])).toEqual([
      ['notice', desk],
      ['delivery', elsewhere],
    ]);
    expect(told(aMessage({ deskId: desk, fromOrganisationId: facility })).notices).toEqual([referrer]);
  });

  it('within one organisation is told to it, once', () => {
    expect(told(aMessage({ facilityOrganisationId: referrer, deskId: desk })).notices).toEqual([referrer]);
  });

  it.each<[string, Partial<SubscriptionRow>, number]>([
    ['for its type', { types: ['message.sent.v1'] }, 1],
    ['not for the types of referrals alone', { types: ['referral.sent.v1'] }, 0],
    ['for its facility', { facilityIds: [place] }, 1],
    ['not for another facility', { facilityIds: [elsewhere] }, 0],
  ])('calls a subscription %s', (_name, other, count) => {
    expect(told(aMessage(), { subscriptions: [aSubscription(other)] }).deliveries).toHaveLength(count);
  });

  it('names the referral and what happened, and is done once for each message', () => {
    const { changes, consumed } = noticesOf(aMessage(), { subscriptions: [], facilityWasTold: true }, now);
    expect(changes?.[0]?.state).toMatchObject({
      referralId: '01934b6e-7c1a-7e2f-9d3b-000000000011',
      eventType: 'message.sent.v1',
      sequence: 1,
    });
    expect(consumed).toMatchObject({ subject: '01934b6e-7c1a-7e2f-9d3b-000000000031', sequence: 1 });
  });
});

it('the same event makes the same notices and deliveries', () => {
  const ids = () =>
    noticesOf(anEvent(), { subscriptions: [aSubscription()], facilityWasTold: true }, now).changes?.map(({ id }) => id);
  expect(ids()).toEqual(ids());
  expect(new Set(ids()).size).toBe(3);
});
