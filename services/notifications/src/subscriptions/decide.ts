import {
  eventData,
  type EventType,
  type NewSubscription,
  type SubscriptionStopReason,
  topicOf,
} from '@rohnamo/contracts';
import type { Actor, Change, Decision, NewEntry, Projection } from '@rohnamo/journal';
import { type Caller, refused, type Refused } from '@rohnamo/service-kit';
import { derivedId } from '../derived-id.ts';
import { normalisedUrl } from './same-url.ts';
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

/** What is known as one is made. */
export interface BeforeCreating {
  /** All active ones of the organisation. */
  active: readonly SubscriptionRow[];
  /** At which version the organisation stands: the next subscription of it moves that. */
  subscriberVersion: number;
  /** Whether the client has been revoked meanwhile. */
  isRevoked: boolean;
  /** What speaks against calling the address. */
  complaint: string | null;
}

/** Whose it will be. */
export type Owner = Pick<Caller, 'organisationId' | 'clientId' | 'role' | 'facilityIds' | 'deskIds'>;

/** Why there is no new one; or the one that there is already. */
type NotCreated = { problem: Refused } | { existing: SubscriptionRow };

/** A new subscription, or why it cannot stand. The same address again is the one that there is, where it asks for the same. */
export function create(
  wanted: NewSubscription,
  { id, owner, secret }: { id: string; owner: Owner; secret: Buffer },
  { active, subscriberVersion, isRevoked, complaint }: BeforeCreating,
  said: Said,
): Decision<SubscriptionRow, NotCreated> {
  const { organisationId, clientId } = owner;
  if (isRevoked) return problem('token-invalid');
  if (complaint !== null) return problem('invalid-field', { errors: [{ pointer: '#/url', detail: complaint }] });
  const unknown = (wanted.types ?? []).flatMap((type, index) => (isToldOf(type) ? [] : [index]));
  if (unknown.length > 0)
    return problem('invalid-field', {
      errors: unknown.map((index) => ({
        pointer: `#/types/${index}`,
        detail: 'must be the type of an event about a referral, or message.sent.v1',
      })),
    });
  const url = normalisedUrl(wanted.url);
  const existing = active.find((one) => one.clientId === clientId && normalisedUrl(one.url) === url);
  if (existing !== undefined)
    return asksForTheSame(existing, wanted)
      ? { refuse: { existing } }
      : problem('already-subscribed', { extensions: { subscriptionId: existing.id } });
  if (active.length >= activeCountMax) return problem('too-many-subscriptions');
  const row: SubscriptionRow = {
    id,
    version: 0,
    organisationId,
    clientId,
    ownerFacilityIds: owner.role === 'facility' ? [...owner.facilityIds] : [],
    url: wanted.url,
    facilityIds: wanted.facilityIds ?? null,
    types: wanted.types ?? null,
    deskIds: [...owner.deskIds],
    state: 'active',
    stopReason: null,
    secret,
    previousSecret: null,
    previousSecretUntil: null,
    earlierSecrets: [],
    createdAt: said.now,
  };
  const { change, result } = changed(row, 'subscription.created.v1', said);
  return { record: { changes: [change], projections: [nextOf(organisationId, subscriberVersion)] }, result };
}

/** Moves an organisation on, so that whatever else was decided at the same version of it is decided anew. */
export const nextOf = (organisationId: string, version: number): Projection => ({
  kind: 'subscriber',
  id: organisationId,
  expected: version,
  version: version + 1,
  state: {},
});

const problem = (...args: Parameters<typeof refused>): { refuse: NotCreated } => ({
  refuse: { problem: refused(...args) },
});

const asksForTheSame = ({ facilityIds, types }: SubscriptionRow, wanted: NewSubscription): boolean =>
  isSameSet(facilityIds, wanted.facilityIds ?? null) && isSameSet(types, wanted.types ?? null);

const isSameSet = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  one === null || other === null
    ? one === other
    : new Set(one).size === new Set(other).size && one.every((each) => other.includes(each));

/** Nothing more is sent to it; what waits is given up. */
export function stop(subscription: SubscriptionRow, said: Said): Decision<SubscriptionRow, Refused> {
  if (subscription.state === 'stopped') return { refuse: alreadyStopped() };
  const { change, result } = stopped(subscription, isOwner(subscription, said) ? 'owner' : 'administrator', said);
  return { record: { changes: [change] }, result };
}

/** One that is active is stopped, by whoever and why. */
export const stopped = (subscription: SubscriptionRow, stopReason: SubscriptionStopReason, said: Said) =>
  changed({ ...subscription, state: 'stopped', stopReason }, 'subscription.stopped.v1', said);

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
  const rotated = { ...subscription, secret, previousSecret, previousSecretUntil, earlierSecrets };
  const { change, result } = changed(rotated, 'subscription.rotated.v1', said);
  return { record: { changes: [change] }, result };
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

/** The feed of one client, beside that of its organisation: what others do to what is the client's own. */
export const feedOfClient = ({ organisationId, clientId }: Pick<Owner, 'organisationId' | 'clientId'>): string =>
  derivedId('feed of a client', organisationId, clientId);

const isOwner = ({ organisationId, clientId }: SubscriptionRow, { actor }: Said): boolean =>
  actor.organisationId === organisationId && actor.clientId === clientId;

/** The next row and its entry, which stands in the owner's feed where somebody else did it. */
function changed(
  row: SubscriptionRow,
  type: 'subscription.created.v1' | 'subscription.stopped.v1' | 'subscription.rotated.v1',
  said: Said,
): { change: Change; result: SubscriptionRow } {
  const { id, version: expected, ...state } = row;
  const { organisationId, clientId, stopReason } = row;
  const { now, actor, traceparent } = said;
  const isForFeed = clientId !== null && !isOwner(row, said);
  const entry: NewEntry = {
    type,
    data: { subscriptionId: id, organisationId, stopReason },
    actor,
    time: now,
    traceparent,
    ...(isForFeed ? { audience: feedOfClient({ organisationId, clientId }) } : {}),
  };
  const change: Change = { kind: 'subscription', id, expected, state, entry };
  return { change, result: { ...row, version: expected + 1 } };
}
