import { eventData, type NewSubscription, topicOf, type EventType } from '@rohnamo/contracts';
import type { Actor, Change, Decision } from '@rohnamo/journal';
import { refused, type Refused } from '@rohnamo/service-kit';
import type { EarlierSecret, SubscriptionRow } from '../schema.ts';

/** Who does it, when, in which trace. */
export interface Said {
  now: Date;
  actor: Actor;
  traceparent: string | null;
}

/** Active subscriptions that one organisation may have: each event is as many deliveries. */
export const activeCountMax = 50;

/** How long a secret goes on signing beside the newest. */
const previousSecretMs = 24 * 3600 * 1000;
/** More rotations than these within that time end the oldest before its own. */
const earlierSecretsMax = 2;

const isToldOf = (type: string): boolean =>
  Object.hasOwn(eventData, type) && ['referral', 'message'].includes(topicOf(type as EventType));

/**
 * A new subscription, or why it cannot stand.
 * @param state how many the organisation has, and what speaks against calling the address
 */
export function create(
  wanted: NewSubscription,
  {
    id,
    organisationId,
    deskIds,
    secret,
  }: { id: string; organisationId: string; deskIds: readonly string[]; secret: Buffer },
  { activeCount, complaint }: { activeCount: number; complaint: string | null },
  said: Said,
): Decision<SubscriptionRow, Refused> {
  if (complaint !== null)
    return { refuse: refused('invalid-field', { errors: [{ pointer: '#/url', detail: complaint }] }) };
  const unknown = (wanted.types ?? []).flatMap((type, index) => (isToldOf(type) ? [] : [index]));
  if (unknown.length > 0)
    return {
      refuse: refused('invalid-field', {
        errors: unknown.map((index) => ({
          pointer: `#/types/${index}`,
          detail: 'must be the type of an event about a referral, or message.sent.v1',
        })),
      }),
    };
  if (activeCount >= activeCountMax) return { refuse: refused('too-many-subscriptions') };
  const row: SubscriptionRow = {
    id,
    version: 0,
    organisationId,
    url: wanted.url,
    facilityIds: wanted.facilityIds ?? null,
    types: wanted.types ?? null,
    deskIds: [...deskIds],
    state: 'active',
    secret,
    previousSecret: null,
    previousSecretUntil: null,
    earlierSecrets: [],
    createdAt: said.now,
  };
  return decided(row, 'subscription.created.v1', said);
}

/** Nothing more is sent to it; what waits is given up. */
export function stop(subscription: SubscriptionRow, said: Said): Decision<SubscriptionRow, Refused> {
  if (subscription.state === 'stopped') return { refuse: alreadyStopped() };
  return decided({ ...subscription, state: 'stopped' }, 'subscription.stopped.v1', said);
}

/**
 * Takes a new secret; the one before it signs beside it for {@link previousSecretMs}, so that no call goes unverified meanwhile. So does
 * the one before that, for as long as it was promised: who has lost a new secret rotates again, and has only the old one in use.
 */
export function rotate(
  subscription: SubscriptionRow,
  { secret, previousSecret }: { secret: Buffer; previousSecret: Buffer | null },
  said: Said,
): Decision<SubscriptionRow, Refused> {
  if (subscription.state === 'stopped') return { refuse: alreadyStopped() };
  const previousSecretUntil = previousSecret && new Date(said.now.getTime() + previousSecretMs);
  const earlierSecrets = stillSigning(subscription, said.now).slice(0, earlierSecretsMax);
  return decided(
    { ...subscription, secret, previousSecret, previousSecretUntil, earlierSecrets },
    'subscription.rotated.v1',
    said,
  );
}

/** Those that sign beside the newest now, sealed, the newest first. */
export function stillSigning(
  {
    previousSecret,
    previousSecretUntil,
    earlierSecrets,
  }: Pick<SubscriptionRow, 'previousSecret' | 'previousSecretUntil' | 'earlierSecrets'>,
  now: Date,
): EarlierSecret[] {
  const previous =
    previousSecret && previousSecretUntil
      ? [{ sealed: previousSecret.toString('base64'), until: previousSecretUntil.toISOString() }]
      : [];
  return [...previous, ...earlierSecrets].filter(({ until }) => new Date(until) > now);
}

const alreadyStopped = (): Refused =>
  refused('illegal-action', { detail: 'The subscription is stopped.', extensions: { allowedActions: [] } });

function decided(
  row: SubscriptionRow,
  type: 'subscription.created.v1' | 'subscription.stopped.v1' | 'subscription.rotated.v1',
  { now, actor, traceparent }: Said,
): Decision<SubscriptionRow, Refused> {
  const { id, version: expected, ...state } = row;
  const data = { subscriptionId: id, organisationId: row.organisationId };
  const change: Change = {
    kind: 'subscription',
    id,
    expected,
    state,
    entry: { type, data, actor, time: now, traceparent },
  };
  return { record: { changes: [change] }, result: { ...row, version: expected + 1 } };
}
