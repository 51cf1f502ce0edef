import type { EventData, JournalEvent } from '@rohnamo/contracts';
import type { Projection } from '@rohnamo/journal';
import type { Subscription } from '@rohnamo/messaging';
import { withTraceparent } from '@rohnamo/service-kit';
import { stopUnder } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { recordOf } from '../refer/ask-sources.ts';

/**
 * What this service does on hearing from the others: it keeps copies of what it needs to know, and stops sharing under a consent
 * that was withdrawn. A copy stands at its source's version, so what is not newer changes nothing.
 */
export function subscriptionsOf(context: Context): Subscription[] {
  const handle = (event: JournalEvent) =>
    withTraceparent(event.traceparent ?? undefined, () => effectOf(context, event));
  return [
    {
      group: 'referral',
      topics: ['consent', 'beneficiary', 'facility', 'offering', 'delivery'],
      handle,
      pool: context.journal.pool,
    },
  ];
}

async function effectOf(context: Context, event: JournalEvent): Promise<void> {
  switch (event.type) {
    case 'consent.withdrawn.v1':
      return withdrawConsent(context, event, event.data as EventData<'consent.withdrawn.v1'>);
    case 'beneficiary.changed.v1':
    case 'beneficiary.taken-back.v1':
      return markStale(context, event);
    case 'facility.recorded.v1':
      return copy(context, event, (known) =>
        recordOf('facility', event.data as EventData<'facility.recorded.v1'>, known),
      );
    case 'offering.recorded.v1':
      return copy(context, event, (known) =>
        recordOf('offering', event.data as EventData<'offering.recorded.v1'>, known),
      );
    case 'delivery.succeeded.v1':
      return keepReceipt(context, event);
    case 'delivery.retried.v1':
    case 'delivery.failed.v1':
      // Whoever was told stays told, whatever comes of telling them again.
      return (await context.store.receipt(event.subject))?.state === 'delivered'
        ? undefined
        : keepReceipt(context, event);
    default:
      return; // events that tell this service nothing it keeps
  }
}

/** What became of telling a party, as notifications last said. */
function keepReceipt(context: Context, event: JournalEvent): Promise<void> {
  const { referralId, organisationId, eventType, state, attempts } = event.data as EventData<'delivery.failed.v1'>;
  return copy(context, event, (expected) => ({
    kind: 'receipt',
    id: event.subject,
    expected,
    version: event.sequence,
    state: { referralId, organisationId, eventType, state, attempts, at: new Date(event.time) },
  }));
}

type CopiedKind = 'consent' | 'person' | 'facility' | 'offering' | 'receipt';

/** Keeps what an event says unless the same or something newer is there already. @throws when others write the same: to be called again. */
async function copy(
  { journal, store }: Context,
  event: JournalEvent,
  projectionAt: (known: number) => Projection,
): Promise<void> {
  const kind = projectionAt(0).kind as CopiedKind; // every projection built here is of a copied kind
  const known = (await store[kind](event.subject))?.version ?? 0;
  if (known >= event.sequence) return;
  const outcome = await journal.record({ projections: [projectionAt(known)] });
  if (outcome.kind !== 'recorded') throw new Error(`a copy of ${kind} was overtaken`);
}

/** First no new referral can lean on it, then those that do stop sharing. In this order none slips in between. */
async function withdrawConsent(
  context: Context,
  event: JournalEvent,
  fact: EventData<'consent.withdrawn.v1'>,
): Promise<void> {
  const before = await context.store.consent(fact.consentId);
  await copy(context, event, (expected) => ({
    kind: 'consent',
    id: fact.consentId,
    expected,
    version: event.sequence,
    state: {
      beneficiaryId: fact.beneficiaryId,
      state: 'withdrawn',
      purposes: fact.purposes,
      recipientOrganisationId: fact.recipientOrganisationId,
      dataCategories: before?.dataCategories ?? null,
      endsAt: before?.endsAt ?? null,
      organisationId: before?.organisationId ?? null,
      facilityIds: before?.facilityIds ?? null,
      deskIds: before?.deskIds ?? null,
    },
  }));
  await stopUnder(context, fact.consentId, { action: 'withdraw', body: { at: new Date(event.time) } });
}

/** A person whose triage profile is kept has changed: it is asked for again when next needed. */
async function markStale(context: Context, event: JournalEvent): Promise<void> {
  const known = await context.store.person(event.subject);
  if (!known) return;
  const { id, version, ...profile } = known;
  await copy(context, event, () => ({
    kind: 'person',
    id,
    expected: version,
    version: event.sequence,
    state: { ...profile, stale: true },
  }));
}
