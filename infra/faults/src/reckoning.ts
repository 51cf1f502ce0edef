import type { ReferralState } from '@rohnamo/contracts';
import { illegalSteps } from './walk.ts';

/** A referral that a client asked for, and what it was told of it. */
export interface Handoff {
  /** The client's own name for it. */
  reference: string;
  /** Null: no answer ever came, so there may be one such referral or none. */
  referralId: string | null;
  /** What was answered 2xx. */
  told: readonly Step[];
  /** Requests that got no answer to the end: what they asked for may be there or not. */
  unansweredCount?: number;
}

/** An event of a referral: what happened, and the version after it, or the version that the answer to it showed. */
export interface Step {
  type: string;
  version: number;
}

/** What there is of one referral when all has come to rest. */
export interface FoundReferral {
  id: string;
  reference: string;
  version: number;
  state: ReferralState;
  trail: readonly (Step & { eventId: string; position: number | null; state: ReferralState | null })[];
  /** How its trail stands against the newest checkpoint. */
  proof: { pending: number; broken: readonly string[]; missingVersions: readonly number[] | null };
  /** What the referrer reads of it. */
  receipts: readonly { deliveryId: string; state: string }[];
  /** Its lines in the facility's pull feed, in the order of the feed. */
  feed: readonly (Step & { eventId: string })[];
  deliveries: readonly { id: string; eventId: string; state: string }[];
}

/** A call that the facility's own system received. */
export interface ReceivedWebhook {
  deliveryId: string;
  referralId: string;
  isSigned: boolean;
}

/** A journal as an auditor finds it. */
export interface FoundJournal {
  service: string;
  /** What the audit of the whole journal says is wrong. */
  findings: readonly string[];
  /** Entries that have no position. */
  unplacedCount: number;
}

export interface Found {
  referrals: readonly FoundReferral[];
  /** In the order in which they came. */
  webhooks: readonly ReceivedWebhook[];
  journals: readonly FoundJournal[];
}

/** The promises, by what it is called when one is broken. */
export const violationKinds = [
  'lost',
  'applied-twice',
  'out-of-order',
  'unproved',
  'illegal-state',
  'undelivered',
  'wrong-answer',
  'ended-by-itself',
] as const;
type ViolationKind = (typeof violationKinds)[number];

/** A promise that was not kept. */
export interface Violation {
  kind: ViolationKind;
  /** Null where it is about no referral alone. */
  referralId: string | null;
  what: string;
}

/**
 * Holds what is found against what was promised, when all has come to rest:
 * - what was answered 2xx is there, nothing else is, and no referral is doubled;
 * - every trail is a walk through the transition table;
 * - versions are contiguous, positions in their order, and every trail and journal is proved;
 * - each event is in the pull feed once, in order; is one delivery that arrived under a signature, and has one receipt.
 *
 * Webhooks may come twice: that is promised, and not a violation.
 * @returns what is violated; nothing where all promises are kept.
 */
export function reckon(handoffs: readonly Handoff[], { referrals, webhooks, journals }: Found): Violation[] {
  const calls = Map.groupBy(webhooks, ({ deliveryId }) => deliveryId);
  const byReference = Map.groupBy(referrals, ({ reference }) => reference);
  return [
    ...handoffs.flatMap((handoff) => notAsTold(handoff, byReference.get(handoff.reference) ?? [])),
    ...referrals.flatMap((referral) => [
      ...outOfOrder(referral),
      ...offTheTable(referral),
      ...unproved(referral),
      ...untold(referral),
      ...unheard(referral, calls),
    ]),
    ...webhooks
      .filter(({ isSigned }) => !isSigned)
      .map(({ deliveryId, referralId }) =>
        violation('unproved', referralId, `webhook ${deliveryId} came without a signature that holds`),
      ),
    ...journals.flatMap(({ service, findings, unplacedCount }) => [
      ...findings.map((finding) => violation('unproved', null, `journal of ${service}: ${finding}`)),
      ...(unplacedCount > 0
        ? [violation('unproved', null, `journal of ${service}: ${unplacedCount} entries have no position`)]
        : []),
    ]),
  ];
}

const violation = (kind: ViolationKind, referralId: string | null, what: string): Violation => ({
  kind,
  referralId,
  what,
});

/** How many calls were repeats of one that had come before. */
export const repeatedWebhooks = (webhooks: readonly ReceivedWebhook[]): number =>
  webhooks.length - new Set(webhooks.map(({ deliveryId }) => deliveryId)).size;

/**
 * What the system does once the registry answers again: nobody asks for it, and an answer that was late, or came to a repeat, shows the
 * version after it.
 */
const isUnasked = (type: string): boolean => type === 'referral.consent-confirmed.v1';

/** What was answered is there once, and so is nothing that no answer told of. */
function notAsTold(
  { reference, referralId, told, unansweredCount = 0 }: Handoff,
  made: readonly FoundReferral[],
): Violation[] {
  const doubled =
    made.length > 1 ? [violation('applied-twice', referralId, `${reference} is ${made.length} referrals`)] : [];
  if (referralId === null) return doubled;
  const referral = made.find(({ id }) => id === referralId);
  if (referral === undefined) return [...doubled, violation('lost', referralId, 'the referral is lost')];
  const { trail } = referral;
  const tells = (step: Step, entry: Step) =>
    step.type === entry.type &&
    step.version >= entry.version &&
    trail.every(({ version, type }) => version <= entry.version || version > step.version || isUnasked(type));
  const lost = told.filter((step) => !trail.some((entry) => tells(step, entry)));
  const unasked = trail.filter((entry) => !isUnasked(entry.type) && !told.some((step) => tells(step, entry)));
  return [
    ...doubled,
    ...lost.map(({ type, version }) =>
      violation('lost', referralId, `${type} is lost, which was answered as version ${version}`),
    ),
    ...(unasked.length > unansweredCount
      ? unasked.map(({ type, version }) =>
          violation('applied-twice', referralId, `${type} of version ${version} is there, and no answer told of it`),
        )
      : []),
  ];
}

function outOfOrder({ id, version, trail }: FoundReferral): Violation[] {
  const versions = trail.map((entry) => entry.version);
  const positions = trail.map(({ position }) => position ?? Number.POSITIVE_INFINITY);
  return [
    ...(isCountedFromOne(versions)
      ? []
      : [violation(isTwice(versions) ? 'applied-twice' : 'out-of-order', id, `its versions are ${versions.join()}`)]),
    ...(versions.at(-1) === version
      ? []
      : [violation('out-of-order', id, `it stands at version ${version}, its trail at ${versions.at(-1)}`)]),
    ...(isAscending(positions) ? [] : [violation('out-of-order', id, `its positions are ${positions.join()}`)]),
  ];
}

function offTheTable({ id, state, trail }: FoundReferral): Violation[] {
  const illegal = illegalSteps(trail).map((step) => violation('illegal-state', id, step));
  const last = trail.at(-1)?.state ?? null;
  if (last === state) return illegal;
  return [...illegal, violation('illegal-state', id, `it is ${state}, and its trail ends ${last ?? 'nowhere'}`)];
}

function unproved({ id, proof: { pending, broken, missingVersions } }: FoundReferral): Violation[] {
  const isProved = pending === 0 && broken.length === 0 && missingVersions?.length === 0;
  if (isProved) return [];
  const how = `${pending} pending, ${broken.length} broken, versions ${missingVersions?.join() || 'none'} missing`;
  return [violation('unproved', id, `its trail is not proved: ${how}`)];
}

/** The pull feed has what the trail has: each event, once, in order. */
function untold({ id, trail, feed }: FoundReferral): Violation[] {
  const line = ({ eventId, type, version }: Step & { eventId: string }) => `${version} ${type} ${eventId}`;
  const [happened, told] = [trail.map(line), feed.map(line)];
  if (happened.join() === told.join()) return [];
  const what = `the feed says ${told.join('; ') || 'nothing'}, the trail ${happened.join('; ')}`;
  if (isTwice(told)) return [violation('applied-twice', id, what)];
  return [violation(told.length < happened.length ? 'undelivered' : 'out-of-order', id, what)];
}

/** Each event is one delivery; it has arrived, and has one receipt that says so. */
function unheard(
  { id, trail, deliveries, receipts }: FoundReferral,
  calls: ReadonlyMap<string, readonly ReceivedWebhook[]>,
): Violation[] {
  const violations: Violation[] = [];
  const expectOne = (what: string, count: number) =>
    count === 1
      ? undefined
      : violations.push(violation(count === 0 ? 'undelivered' : 'applied-twice', id, `${count} ${what}`));
  for (const { eventId, type } of trail) {
    const ofEvent = deliveries.filter((delivery) => delivery.eventId === eventId);
    expectOne(`deliveries of ${type}`, ofEvent.length);
    for (const delivery of ofEvent) {
      const ofDelivery = receipts.filter(({ deliveryId }) => deliveryId === delivery.id);
      expectOne(`receipts for the delivery of ${type}`, ofDelivery.length);
      const isDelivered = delivery.state === 'delivered' && ofDelivery.every(({ state }) => state === 'delivered');
      const receipt = ofDelivery.map(({ state }) => state).join() || 'missing';
      if (!isDelivered)
        violations.push(
          violation('undelivered', id, `the delivery of ${type} is ${delivery.state}, its receipt ${receipt}`),
        );
      const received = calls.get(delivery.id) ?? [];
      if (!received.some(({ referralId, isSigned }) => referralId === id && isSigned))
        violations.push(violation('undelivered', id, `the webhook of ${type} never came`));
    }
  }
  const known = new Set(deliveries.map((delivery) => delivery.id));
  for (const { deliveryId } of receipts)
    if (!known.has(deliveryId))
      violations.push(violation('applied-twice', id, `a receipt for ${deliveryId}, which is no delivery of it`));
  return violations;
}

const isTwice = (items: readonly unknown[]): boolean => new Set(items).size < items.length;
const isCountedFromOne = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => number === index + 1);
const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
