import {
  type EventData,
  type EventType,
  type JournalEvent,
  type ReferralFact,
  type ReferralState,
  topicOf,
} from '@rohnamo/contracts';
import { type Change, system, type Unit } from '@rohnamo/journal';
import { queued } from '../deliveries/decide.ts';
import { derivedId } from '../derived-id.ts';
import type { SubscriptionRow } from '../schema.ts';

type Heard<Data> = Omit<JournalEvent, 'type' | 'data'> & { type: EventType; data: Data };

/** A fact about a referral, as it came. */
export type ReferralEvent = Heard<ReferralFact>;

/** That one party of a referral has said something to the other. */
export type MessageEvent = Heard<EventData<'message.sent.v1'>>;

/** What a party of a referral can be told of. */
export type TellingEvent = ReferralEvent | MessageEvent;

const isMessage = (event: TellingEvent): event is MessageEvent => event.type === 'message.sent.v1';

/** What must be known to decide whom an event concerns. */
export interface Known {
  /** Of its organisations. */
  subscriptions: readonly SubscriptionRow[];
  /** Whether the facility's organisation has heard of the referral before. Asked for where it {@link isEnding}. */
  facilityWasTold: boolean;
}

/** Whom of a referral's parties something is for: an organisation, or one desk of it. */
export interface Recipient {
  organisationId: string;
  /** null: the whole organisation. */
  deskId: string | null;
  /** Where the task is, or was. */
  facilityId: string;
  /** Who refers hears of it wherever it is; a facility's client, of what is or was at its own facilities. */
  as: 'referrer' | 'facility';
  /** Whether it is told as having been theirs until now. */
  hasLost: boolean;
}

/** Everybody whom an event may concern, in each part that they have: who refers, whose task it is, and who has lost it; where its time would tell others the need, whose task it is alone; of a message, whoever has not sent it. */
export function recipientsOf(event: TellingEvent): Recipient[] {
  if (isMessage(event)) return hearersOf(event.data);
  const sides = sidesOf(event.data);
  if (event.data.deskAlone) return sides.filter(({ as }) => as === 'facility');
  return [...sides, ...losersOf(event.data), ...otherSideOf(event.data)];
}

/**
 * Who had a referral until now. The facility and desk that it has left hear that they have lost it, and so does an organisation that
 * referred it; who refers still hears of it also as of the facility that it has left.
 */
function losersOf(fact: ReferralFact): Recipient[] {
  const { referrerOrganisationId, walkIn } = fact;
  const previous = previousOf(fact);
  if (previous === null) return [];
  const { facilityId, facilityOrganisationId, deskId } = previous;
  const referrers = new Set([referrerOrganisationId, previous.referrerOrganisationId]);
  return [
    ...[...(walkIn ? [] : referrers)].map((organisationId) => ({
      organisationId,
      deskId: null,
      facilityId,
      as: 'referrer' as const,
      hasLost: true,
    })),
    { organisationId: facilityOrganisationId, deskId, facilityId, as: 'facility', hasLost: true },
  ];
}

/** An event of before names no previous holder, but the task that ended. */
function previousOf(fact: ReferralFact): NonNullable<ReferralFact['previous']> | null {
  const { previous, endedTask, referrerOrganisationId } = fact;
  return previous === undefined ? endedTask && { ...endedTask, referrerOrganisationId } : previous;
}

/** Of a transfer, who is asked to take the case over, or has given it away: an organisation that refers, or did. */
const otherSideOf = ({ otherOrganisationId, facilityId }: ReferralFact): Recipient[] =>
  otherOrganisationId === null
    ? []
    : [{ organisationId: otherOrganisationId, deskId: null, facilityId, as: 'referrer', hasLost: false }];

const sidesOf = ({
  referrerOrganisationId,
  facilityId,
  facilityOrganisationId,
  deskId,
  walkIn,
}: Pick<
  ReferralFact,
  'referrerOrganisationId' | 'facilityId' | 'facilityOrganisationId' | 'deskId' | 'walkIn'
>): Recipient[] => [
  ...(walkIn
    ? []
    : [{ organisationId: referrerOrganisationId, deskId: null, facilityId, as: 'referrer' as const, hasLost: false }]),
  { organisationId: facilityOrganisationId, deskId, facilityId, as: 'facility', hasLost: false },
];

/** An organisation that refers to a facility of its own speaks with itself, and is told. */
function hearersOf(fact: MessageEvent['data']): Recipient[] {
  const sides = sidesOf(fact);
  const others = sides.filter(({ organisationId }) => organisationId !== fact.fromOrganisationId);
  return others.length > 0 ? others : sides;
}

/** Each once, for the pull feed: who is told as an organisation is not told as a desk as well. */
const eachOnce = (all: readonly Recipient[]): Recipient[] =>
  all.filter(
    (one, index) =>
      !all
        .slice(0, index)
        .some(
          (before) =>
            before.organisationId === one.organisationId && (before.deskId === null || before.deskId === one.deskId),
        ),
  );

const endings: readonly ReferralState[] = ['cancelled', 'closed', 'entered_in_error'];

/** Whether this may be the end of a draft that was never sent, which looks like the end of a sent one. */
export const isEnding = (event: TellingEvent): boolean => !isMessage(event) && endings.includes(event.data.state);

/** Whom an event concerns. A draft is the referrer's own: only a facility that has heard of it before hears of its end, or that it has lost it. */
function partiesOf(event: TellingEvent, facilityWasTold: boolean): Recipient[] {
  const recipients = recipientsOf(event);
  if (isMessage(event)) return recipients;
  const isHidden = event.data.state === 'draft' || (isEnding(event) && !facilityWasTold);
  return isHidden ? recipients.filter(({ as, hasLost }) => as === 'referrer' || hasLost) : recipients;
}

/** Whether a subscription wants an event that is for this part of its organisation, and its client may hear of it. */
const wants = (subscription: SubscriptionRow, { type }: TellingEvent, recipient: Recipient): boolean =>
  subscription.organisationId === recipient.organisationId &&
  subscription.state === 'active' &&
  (subscription.types?.includes(type) ?? true) &&
  (subscription.facilityIds?.includes(recipient.facilityId) ?? true) &&
  (recipient.as === 'referrer' || (subscription.ownerFacilityIds?.includes(recipient.facilityId) ?? true)) &&
  (recipient.deskId === null || subscription.deskIds.includes(recipient.deskId));

/** One notice for the pull feed of each party, and one delivery for each of its subscriptions that want it. */
export function noticesOf(event: TellingEvent, { subscriptions, facilityWasTold }: Known, now: Date): Unit {
  const parties = partiesOf(event, facilityWasTold);
  const wanting = subscriptions.flatMap((subscription) => {
    const recipient = parties.find((party) => wants(subscription, event, party));
    return recipient ? [{ subscription, deskId: recipient.deskId }] : [];
  });
  return {
    changes: [
      ...eachOnce(parties).map((recipient) => raised(event, recipient, now)),
      ...wanting.map((one) => queued(event, one, now)),
    ],
    consumed: {
      consumer: 'notifications',
      kind: topicOf(event.type),
      subject: event.subject,
      sequence: event.sequence,
    },
  };
}

/** The id of the notice of an event for an organisation, or for a desk of it. */
export const noticeIdOf = (
  eventId: string,
  { organisationId, deskId }: Pick<Recipient, 'organisationId' | 'deskId'>,
): string => derivedId('notice', eventId, organisationId, ...(deskId === null ? [] : [deskId]));

function raised(event: TellingEvent, { organisationId, deskId }: Recipient, now: Date): Change {
  const noticeId = noticeIdOf(event.id, { organisationId, deskId });
  const line = {
    organisationId,
    deskId,
    referralId: event.data.referralId,
    eventId: event.id,
    eventType: event.type,
    sequence: event.sequence,
  };
  return {
    kind: 'notice',
    id: noticeId,
    expected: 0,
    state: { ...line, occurredAt: new Date(event.time) },
    entry: {
      type: 'notice.raised.v1',
      data: { noticeId, ...line, occurredAt: event.time },
      actor: system,
      time: now,
      audience: deskId ?? organisationId,
      traceparent: event.traceparent,
    },
  };
}
