import { Facility, Offering, ReferralGrounds } from '@rohnamo/contracts';
import type { Projection } from '@rohnamo/journal';
import { Refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ConsentRow, PersonRow } from '../schema.ts';

/** What a referral stands on, as this service knows it; null: there is no such thing that it could find. */
export interface Grounds {
  person: PersonRow | null;
  consent: (ConsentRow & { dataCategories: NonNullable<ConsentRow['dataCategories']> }) | null;
  offering: Offering | null;
  facility: Facility | null;
}

export interface GroundsWanted {
  beneficiaryId: string;
  consentId: string;
  offeringId: string;
}

/**
 * The grounds from this service's own read model; what it does not know is asked at the source and remembered.
 * @throws Refused dependency-unavailable when a source that must be asked does not answer.
 */
export async function groundsFor(context: Context, wanted: GroundsWanted): Promise<Grounds> {
  const known = await knownGrounds(context, wanted);
  const asks = [
    ...(known.person === null || known.consent === null ? [askRegistry(context, wanted)] : []),
    ...(known.offering === null || known.facility === null ? [askDirectory(context, wanted.offeringId)] : []),
  ];
  if (asks.length === 0) return known;
  await Promise.all(asks);
  return knownGrounds(context, wanted);
}

async function knownGrounds({ store }: Context, wanted: GroundsWanted): Promise<Grounds> {
  const [person, consent, offering] = await Promise.all([
    store.person(wanted.beneficiaryId),
    store.consent(wanted.consentId),
    store.offering(wanted.offeringId),
  ]);
  const facility = offering && (await store.facility(offering.record.facilityId));
  return {
    person: person?.stale ? null : person,
    consent: consent && consent.dataCategories !== null ? { ...consent, dataCategories: consent.dataCategories } : null,
    offering: offering?.record ?? null,
    facility: facility?.record ?? null,
  };
}

async function askRegistry(context: Context, { beneficiaryId, consentId }: GroundsWanted): Promise<void> {
  const { person, consent } = await context.registry.call({
    method: 'POST',
    path: '/v1/referral-grounds',
    body: { beneficiaryId, consentId },
    answer: ReferralGrounds,
  });
  const [knownPerson, knownConsent] = await Promise.all([
    context.store.person(beneficiaryId),
    context.store.consent(consentId),
  ]);
  const learnt: Projection[] = [];
  if (person && person.version >= (knownPerson?.version ?? 0)) {
    const { version, beneficiaryId: id, ...profile } = person;
    learnt.push({
      kind: 'person',
      id,
      expected: knownPerson?.version ?? 0,
      version,
      state: { ...profile, stale: false },
    });
  }
  if (consent && consent.version >= (knownConsent?.version ?? 0)) {
    const { id, version, endsAt, ...terms } = consent;
    learnt.push({
      kind: 'consent',
      id,
      expected: knownConsent?.version ?? 0,
      version,
      state: { ...terms, endsAt: endsAt === null ? null : new Date(endsAt) },
    });
  }
  await remember(context, learnt);
}

async function askDirectory(context: Context, offeringId: string): Promise<void> {
  const offering = await context.directory
    .call({ path: `/v1/offerings/${encodeURIComponent(offeringId)}`, answer: Offering, passOn: ['not-found'] })
    .catch(absent);
  const facility =
    offering &&
    (await context.directory
      .call({
        path: `/v1/facilities/${encodeURIComponent(offering.facilityId)}`,
        answer: Facility,
        passOn: ['not-found'],
      })
      .catch(absent));
  if (!offering || !facility) return;
  const [knownOffering, knownFacility] = await Promise.all([
    context.store.offering(offering.id),
    context.store.facility(facility.id),
  ]);
  await remember(context, [
    ...(offering.version > (knownOffering?.version ?? 0)
      ? [recordOf('offering', offering, knownOffering?.version)]
      : []),
    ...(facility.version > (knownFacility?.version ?? 0)
      ? [recordOf('facility', facility, knownFacility?.version)]
      : []),
  ]);
}

/** A public record of the directory as this service keeps it. */
export const recordOf = (kind: 'offering' | 'facility', record: Offering | Facility, known = 0): Projection => ({
  kind,
  id: record.id,
  expected: known,
  version: record.version,
  state: { record },
});

/** Each by itself: whoever was faster has written the same or something newer, and what is there is read again. */
async function remember({ journal }: Context, learnt: Projection[]): Promise<void> {
  await Promise.all(learnt.map((projection) => journal.record({ projections: [projection] })));
}

function absent(error: unknown): null {
  if (error instanceof Refused && error.code === 'not-found') return null;
  throw error;
}
