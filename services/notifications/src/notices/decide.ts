import type { EventType, JournalEvent, ReferralFact, ReferralState } from '@rohnamo/contracts';
import { type Change, system, type Unit } from '@rohnamo/journal';
import { queued } from '../deliveries/decide.ts';
import { derivedId } from '../derived-id.ts';
import type { SubscriptionRow } from '../schema.ts';

/** A fact about a referral, as it came. */
export type ReferralEvent = Omit<JournalEvent, 'type' | 'data'> & { type: EventType; data: ReferralFact };

/** What must be known to decide whom an event concerns. */
export interface Known {
  /** Of its organisations. */
  subscriptions: readonly SubscriptionRow[];
  /** Whether the facility's organisation has heard of the referral before. Asked for where it {@link isEnding}. */
  facilityWasTold: boolean;
}

/** The organisations that an event may concern: who refers, and whose facility it is. */
export const organisationsOf = ({ referrerOrganisationId, facilityOrganisationId }: ReferralFact): string[] => [
  ...new Set([referrerOrganisationId, facilityOrganisationId]),
];

const endings: readonly ReferralState[] = ['cancelled', 'closed', 'entered_in_error'];

/** Whether this may be the end of a draft that was never sent, which looks like the end of a sent one. */
export const isEnding = ({ state }: ReferralFact): boolean => endings.includes(state);

/** The organisations that an event concerns. A draft is the referrer's own: only a facility that has heard of it before hears of its end. */
function partiesOf(fact: ReferralFact, facilityWasTold: boolean): string[] {
  const isHidden = fact.state === 'draft' || (isEnding(fact) && !facilityWasTold);
  return isHidden ? [fact.referrerOrganisationId] : organisationsOf(fact);
}

/** Whether a subscription wants an event of its organisation. */
const wants = ({ state, types, facilityIds }: SubscriptionRow, { type, data }: ReferralEvent): boolean =>
  state === 'active' && (types?.includes(type) ?? true) && (facilityIds?.includes(data.facilityId) ?? true);

/** One notice for each party's pull feed, and one delivery for each of its subscriptions that want it. */
export function noticesOf(event: ReferralEvent, { subscriptions, facilityWasTold }: Known, now: Date): Unit {
  const parties = partiesOf(event.data, facilityWasTold);
  const wanting = subscriptions.filter((one) => parties.includes(one.organisationId) && wants(one, event));
  return {
    changes: [
      ...parties.map((organisationId) => raised(event, organisationId, now)),
      ...wanting.map((subscription) => queued(event, subscription, now)),
    ],
    consumed: { consumer: 'notifications', subject: event.subject, sequence: event.sequence },
  };
}

function raised(event: ReferralEvent, organisationId: string, now: Date): Change {
  const noticeId = derivedId('notice', event.id, organisationId);
  const line = {
    organisationId,
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
      audience: organisationId,
      traceparent: event.traceparent,
    },
  };
}
