import { z } from 'zod';
import { Checkpoint } from './checkpoint.ts';
import { distinct, Id, Timestamp, Version } from './identifiers.ts';

export const NewSubscription = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ examples: ['https://facility.example/rohnamo'] }),
  facilityIds: distinct(Id)
    .min(1)
    .max(1000)
    .optional()
    .describe('Only referrals to these facilities; without it, everything the organisation is a party to'),
  types: distinct(z.string().max(64))
    .min(1)
    .max(50)
    .optional()
    .describe('Only these event types; without it, all')
    .meta({ examples: [['referral.sent.v1', 'referral.cancelled.v1']] }),
});
export type NewSubscription = z.infer<typeof NewSubscription>;

export const SubscriptionState = z.enum(['active', 'stopped']);
export type SubscriptionState = z.infer<typeof SubscriptionState>;

/** Why a subscription was stopped: by its owner, by an administrator of the organisation, because its client was revoked, or because its endpoint answered 410. */
export const SubscriptionStopReason = z.enum(['owner', 'administrator', 'client-revoked', 'gone']);
export type SubscriptionStopReason = z.infer<typeof SubscriptionStopReason>;

export const Subscription = z.object({
  id: Id,
  version: Version,
  organisationId: Id,
  clientId: z
    .string()
    .nullable()
    .describe('The client whose it is: nobody else but an administrator sees it. null: nobody knows, of an old one'),
  ...NewSubscription.shape,
  state: SubscriptionState,
  stopReason: SubscriptionStopReason.nullable().describe('Why it was stopped; null of an active one, or an old one'),
  createdAt: Timestamp,
});
export type Subscription = z.infer<typeof Subscription>;

/** The answer that issues a secret; the secret is never shown again, not even to a repeat of the request. Standard Webhooks: `whsec_` and base64. */
export const IssuedSubscription = Subscription.extend({
  secret: z
    .string()
    .optional()
    .describe(
      'Shown once. A repeat with the same Idempotency-Key leaves it out: if the first answer was lost, rotate it',
    )
    .meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='] }),
});
export type IssuedSubscription = z.infer<typeof IssuedSubscription>;

/** Everything a webhook says: which thing, what happened to it, and the checkpoint that was published last. Whoever wants to know more asks, with a token. */
export const WebhookBody = z.strictObject({
  id: Id.describe('The referral that something happened to'),
  type: z.string().meta({ examples: ['referral.sent.v1'] }),
  checkpoint: Checkpoint.nullable(),
});
export type WebhookBody = z.infer<typeof WebhookBody>;

/** One line of the pull feed: the same that a webhook says, with what is needed to order and to deduplicate it. */
export const FeedEvent = WebhookBody.omit({ checkpoint: true }).extend({
  id: Id.describe('The referral that something happened to; of an event `subscription.…`, your subscription'),
  eventId: Id,
  time: Timestamp,
  sequence: Version.describe(
    "The referral's version after this event; of a message, which changes nothing of it, 1; of a subscription, its own version",
  ),
});
export type FeedEvent = z.infer<typeof FeedEvent>;

export const FeedPage = z.object({
  items: z.array(FeedEvent),
  next: z.string().describe('Ask again with this cursor, now or later: the feed has no end'),
  checkpoint: Checkpoint.nullable(),
});
export type FeedPage = z.infer<typeof FeedPage>;

export const DeliveryState = z.enum(['waiting', 'retrying', 'delivered', 'failed']);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** Why a try failed: an answer that is not 2xx; none in time; no sound connection; an address that we do not call; an answer too large; a subscription stopped meanwhile. */
export const DeliveryFailure = z.enum(['status', 'timeout', 'connection', 'refused-address', 'too-large', 'stopped']);
export type DeliveryFailure = z.infer<typeof DeliveryFailure>;

/** One notice to one subscription, through all its tries. */
export const Delivery = z.object({
  id: Id,
  version: Version,
  subscriptionId: Id,
  referralId: Id,
  eventId: Id,
  type: z.string(),
  state: DeliveryState,
  attempts: z.int(),
  lastStatus: z.int().nullable().describe('HTTP status of the last try; null where none came'),
  lastFailure: DeliveryFailure.nullable(),
  nextAttemptAt: Timestamp.nullable(),
  deliveredAt: Timestamp.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
