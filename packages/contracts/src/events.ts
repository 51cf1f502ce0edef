import { z } from 'zod';
import { Priority } from './codes.ts';
import { ConsentPurpose, ConsentState } from './consent.ts';
import { Facility, Offering } from './facility.ts';
import { Id, Timestamp, Version } from './identifiers.ts';
import { HeldRowState } from './intake.ts';
import { DeliveryState, SubscriptionStopReason } from './notification.ts';
import { Organisation } from './organisation.ts';
import { Place } from './place.ts';
import { ReferralState } from './referral-state.ts';

const walkIn = z
  .boolean()
  .default(false)
  .describe('The person came by themselves: only for whom the task is hears of it, nobody else of their organisation');

/** Ids, codes of state, times and organisation ids: all that an event about a referral may say. */
const referralFact = z.object({
  referralId: Id,
  taskId: Id,
  state: ReferralState,
  priority: Priority.describe('As it is told to whoever may not know the need'),
  referrerOrganisationId: Id,
  facilityId: Id,
  facilityOrganisationId: Id,
  deskId: Id.nullable().default(null).describe('The desk whose it is: nobody else of the facility hears of it'),
  walkIn,
  deskAlone: z
    .boolean()
    .default(false)
    .describe('It is for whom the task is alone: when it happened would tell others what the person needs'),
  otherOrganisationId: Id.nullable()
    .default(null)
    .describe('Of a transfer: who is asked to take the case over; of a draft that was taken over, who had it before'),
  endedTask: z
    .object({ taskId: Id, state: ReferralState, facilityId: Id, facilityOrganisationId: Id, deskId: Id.nullable() })
    .nullable()
    .default(null)
    .describe('The task that ended as this one began'),
  previous: z
    .object({ referrerOrganisationId: Id, facilityId: Id, facilityOrganisationId: Id, deskId: Id.nullable() })
    .nullable()
    .optional()
    .describe(
      'Who had it until this event, where it has left one of them: they hear that they have lost it. null: nobody has; absent from events of before',
    ),
});
export type ReferralFact = z.infer<typeof referralFact>;

/** Between whom of a referral something was said or done beside its states. */
const besideReferral = {
  referralId: Id,
  referrerOrganisationId: Id,
  facilityId: Id,
  facilityOrganisationId: Id,
  deskId: Id.nullable(),
  walkIn,
};
const messageFact = z.object({
  messageId: Id,
  taskId: Id.describe('The task in which it was said'),
  fromOrganisationId: Id,
  ...besideReferral,
});

/** Only that there is one: who said something of whom is for the supervisor to ask. */
const feedbackFact = z.object({ feedbackId: Id });

const slipFact = z.object({ slipId: Id, referralId: Id });

const beneficiaryFact = z.object({ beneficiaryId: Id, organisationId: Id });

/** Without data categories: which ones a consent names already tells what a person needs. */
const consentFact = z.object({
  consentId: Id,
  beneficiaryId: Id,
  recipientOrganisationId: Id,
  purposes: z.array(ConsentPurpose),
  state: ConsentState,
});

const deliveryFact = z.object({
  deliveryId: Id,
  referralId: Id,
  eventType: z.string(),
  organisationId: Id,
  state: DeliveryState,
  attempts: z.int(),
});

/** That an organisation has something to look at: one line of its pull feed. */
const noticeFact = z.object({
  noticeId: Id,
  organisationId: Id,
  referralId: Id,
  eventId: Id,
  eventType: z.string(),
  sequence: Version.describe("The referral's version after the event; of a message, its own: 1"),
  occurredAt: Timestamp,
  deskId: Id.nullable().default(null).describe('The desk that it is for; null: the whole organisation'),
});

const intakeBatchFact = z.object({ batchId: Id, organisationId: Id });

const sourceSystemFact = z.object({ sourceSystemId: Id, organisationId: Id });

const heldRowFact = z.object({
  heldRowId: Id,
  batchId: Id,
  beneficiaryId: Id,
  organisationId: Id,
  state: HeldRowState,
});

const subscriptionFact = z.object({
  subscriptionId: Id,
  organisationId: Id,
  stopReason: SubscriptionStopReason.nullable().default(null).describe('Why it was stopped; null of one that was not'),
});

const clientFact = z.object({ clientId: z.string(), organisationId: Id });

/**
 * Every event there is: its type, by name and version, and what it carries. The key and CloudEvents subject of each is the id
 * of the thing that changed; its sequence is that thing's version.
 */
export const eventData = {
  'beneficiary.registered.v1': beneficiaryFact,
  'beneficiary.changed.v1': beneficiaryFact,
  'beneficiary.taken-back.v1': beneficiaryFact,
  'consent.given.v1': consentFact,
  'consent.withdrawn.v1': consentFact,
  'intake-batch.received.v1': intakeBatchFact,
  'intake-batch.progressed.v1': intakeBatchFact,
  'intake-batch.completed.v1': intakeBatchFact,
  'intake-batch.failed.v1': intakeBatchFact,
  'intake-batch.taking-back.v1': intakeBatchFact,
  'intake-batch.taken-back.v1': intakeBatchFact,
  'intake-batch.take-back-failed.v1': intakeBatchFact,
  'source-system.registered.v1': sourceSystemFact,
  'held-row.held.v1': heldRowFact,
  'held-row.decided.v1': heldRowFact,
  'held-row.superseded.v1': heldRowFact,
  'organisation.recorded.v1': Organisation,
  'facility.recorded.v1': Facility,
  'offering.recorded.v1': Offering,
  'place.recorded.v1': Place,
  'referral.drafted.v1': referralFact,
  'referral.draft-changed.v1': referralFact,
  'referral.sent.v1': referralFact,
  'referral.acknowledged.v1': referralFact,
  'referral.info-requested.v1': referralFact,
  'referral.info-answered.v1': referralFact,
  'referral.accepted.v1': referralFact,
  'referral.rejected.v1': referralFact,
  'referral.redirected.v1': referralFact,
  'referral.scheduled.v1': referralFact,
  'referral.rescheduled.v1': referralFact,
  'referral.no-show-recorded.v1': referralFact,
  'referral.started.v1': referralFact,
  'referral.interim-recorded.v1': referralFact,
  'referral.completed.v1': referralFact,
  'referral.closed.v1': referralFact,
  'referral.auto-closed.v1': referralFact,
  'referral.cancel-requested.v1': referralFact,
  'referral.cancelled.v1': referralFact,
  'referral.rerouted.v1': referralFact,
  'referral.reopened.v1': referralFact,
  'referral.declined.v1': referralFact,
  'referral.consent-withdrawn.v1': referralFact,
  'referral.consent-ended.v1': referralFact,
  'referral.consent-confirmed.v1': referralFact,
  'referral.revoked.v1': referralFact,
  'referral.reassigned.v1': referralFact,
  'referral.transfer-proposed.v1': referralFact,
  'referral.transferred.v1': referralFact,
  'referral.transfer-declined.v1': referralFact,
  'referral.handed-over.v1': referralFact,
  'referral.expired.v1': referralFact,
  'referral.reminded.v1': referralFact,
  'referral.escalated.v1': referralFact,
  'referral.reroute-offered.v1': referralFact,
  'referral.entered-in-error.v1': referralFact,
  'message.sent.v1': messageFact,
  'slip.issued.v1': slipFact,
  'slip.consent-withdrawn.v1': slipFact,
  'feedback.given.v1': feedbackFact,
  'subscription.created.v1': subscriptionFact,
  'subscription.rotated.v1': subscriptionFact,
  'subscription.stopped.v1': subscriptionFact,
  'notice.raised.v1': noticeFact,
  'delivery.queued.v1': deliveryFact,
  'delivery.succeeded.v1': deliveryFact,
  'delivery.retried.v1': deliveryFact,
  'delivery.failed.v1': deliveryFact,
  'client.created.v1': clientFact,
  'client.rotated.v1': clientFact,
  'client.revoked.v1': clientFact,
} as const satisfies Record<string, z.ZodType>;

export type EventType = keyof typeof eventData;
/** The events about a referral: all carry the same fact. */
export type ReferralEvent = Extract<EventType, `referral.${string}`>;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;

/** A kind of thing that has events of its own. One service alone publishes them. */
interface Topic {
  publisher: string;
  /** compact: the newest event of each key stays; delete: an event stays for 30 days. */
  cleanup: 'compact' | 'delete';
}

/** The kinds of thing that have events of their own; each is one topic, named for it. */
export const topics = {
  beneficiary: { publisher: 'registry', cleanup: 'compact' },
  consent: { publisher: 'registry', cleanup: 'delete' },
  'intake-batch': { publisher: 'registry', cleanup: 'delete' },
  'source-system': { publisher: 'registry', cleanup: 'delete' },
  'held-row': { publisher: 'registry', cleanup: 'delete' },
  organisation: { publisher: 'directory', cleanup: 'compact' },
  facility: { publisher: 'directory', cleanup: 'compact' },
  offering: { publisher: 'directory', cleanup: 'compact' },
  place: { publisher: 'directory', cleanup: 'compact' },
  referral: { publisher: 'referral', cleanup: 'delete' },
  message: { publisher: 'referral', cleanup: 'delete' },
  slip: { publisher: 'referral', cleanup: 'delete' },
  feedback: { publisher: 'referral', cleanup: 'delete' },
  subscription: { publisher: 'notifications', cleanup: 'delete' },
  notice: { publisher: 'notifications', cleanup: 'delete' },
  delivery: { publisher: 'notifications', cleanup: 'delete' },
  client: { publisher: 'identity', cleanup: 'delete' },
} as const satisfies Record<string, Topic>;
export type TopicName = keyof typeof topics;

/** The topic of an event type: what stands before the first dot. */
export const topicOf = (type: EventType): TopicName => type.slice(0, type.indexOf('.')) as TopicName; // every type begins with a topic: held by a test

/** A fact, as it travels: CloudEvents 1.0 attributes with the extensions sequence, traceparent and checkpoint. */
export interface JournalEvent<T extends EventType = EventType> {
  id: Id;
  source: string;
  type: T;
  subject: Id;
  time: Timestamp;
  sequence: number;
  data: EventData<T>;
  traceparent: string | null;
  /** The newest signed checkpoint of the journal it comes from, known when it was published. */
  checkpoint: string | null;
}

/** The attributes that a reader must be able to trust before it looks at the data. Unknown ones are ignored. */
export const EventEnvelope = z.object({
  id: Id,
  source: z.string(),
  type: z.string(),
  subject: Id,
  time: Timestamp,
  sequence: Version,
  traceparent: z.string().nullable(),
  checkpoint: z.string().nullable(),
});
