import { Facility, Offering, ReferralGrounds } from '@rohnamo/contracts';
import type { Projection } from '@rohnamo/journal';
import { Refused, refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { dayOf } from '../lifecycle/calendar.ts';
import type { PersonRow } from '../schema.ts';
import { type Citation, isCitable } from './citation.ts';

interface AskedFor {
  beneficiaryId: string;
  consentId: string;
}

/** What the registry says of a person and a consent. @throws Refused dependency-unavailable */
export const groundsAtRegistry = (
  { registry }: Pick<Context, 'registry'>,
  { beneficiaryId, consentId }: AskedFor,
): Promise<ReferralGrounds> =>
  registry.call({
    method: 'POST',
    path: '/v1/referral-grounds',
    body: { beneficiaryId, consentId },
    answer: ReferralGrounds,
  });

/**
 * What the registry says of a person, and of a consent that somebody names: null where they may not name it.
 * @throws Refused dependency-unavailable, also where the registry does not say who recorded it, as one of an older version does not
 */
export async function citedGrounds(
  context: Pick<Context, 'registry'>,
  asked: AskedFor & { citation: Citation },
): Promise<ReferralGrounds> {
  const { person, consent } = await groundsAtRegistry(context, asked);
  if (consent === null || consent.beneficiaryId !== asked.beneficiaryId) return { person, consent: null };
  const { organisationId } = consent;
  if (organisationId === undefined && consent.id !== asked.citation.keeps)
    throw refused('dependency-unavailable', {
      detail: 'The registry is of an older version: it must be upgraded first.',
    });
  const isTheirs = isCitable({ ...consent, organisationId: organisationId ?? null }, asked.citation);
  return { person, consent: isTheirs ? consent : null };
}

/**
 * Asks the registry about a person and a consent, and remembers what it says, as far as whoever refers may refer that person, and name
 * that consent: of a stranger's nothing is read or written, so that the time it takes does not tell that there is one.
 * @throws Refused dependency-unavailable
 */
export async function askRegistry(
  context: Context,
  asked: AskedFor & { organisationId: string; isEntrusted: boolean; citation: Citation; now: Date },
): Promise<void> {
  const { person, consent } = await citedGrounds(context, asked);
  const isTheirs = person !== null && (person.organisationId === asked.organisationId || asked.isEntrusted);
  await learn(context, isTheirs ? { person, consent } : { person: null, consent: null }, asked.now);
}

/** Remembers what the registry has said, as far as it is news. */
export async function learn(context: Context, { person, consent }: ReferralGrounds, now: Date): Promise<void> {
  const [knownPerson, knownConsent] = await Promise.all([
    person && context.store.person(person.beneficiaryId),
    consent && context.store.consent(consent.id),
  ]);
  const learnt: Projection[] = [];
  if (person && isNews(person.version, knownPerson, !isOfTheDay(knownPerson, context, now))) {
    const { version, beneficiaryId: id, ...profile } = person;
    learnt.push({
      kind: 'person',
      id,
      expected: knownPerson?.version ?? 0,
      version,
      state: { ...profile, stale: false, askedAt: now },
    });
  }
  if (consent) {
    const { id, version, endsAt: end, withdrawnAt: _withdrawnAt, ...terms } = consent;
    const endsAt = end === null ? null : new Date(end);
    // The registry reckons the end by the birth date, and the person moves with that: an answer about them as they were before says nothing new.
    const isMoved =
      endsAt?.getTime() !== knownConsent?.endsAt?.getTime() && (person?.version ?? 0) >= (knownPerson?.version ?? 0);
    const isLacking =
      knownConsent?.dataCategories === null ||
      (knownConsent?.organisationId === null && terms.organisationId !== undefined);
    if (isNews(version, knownConsent, isLacking || isMoved))
      learnt.push({
        kind: 'consent',
        id,
        expected: knownConsent?.version ?? 0,
        version,
        state: { ...terms, endsAt },
      });
  }
  await remember(context, learnt);
}

/**
 * Whether a person's copy was asked for on the day of `now`, and has not changed since. Its age band is good for that day alone: the registry
 * does not tell until when it holds, which of everybody would be the day of birth, or the month.
 */
export const isOfTheDay = (known: PersonRow | null, { limits }: Pick<Context, 'limits'>, now: Date): boolean =>
  known !== null &&
  !known.stale &&
  known.askedAt !== null &&
  dayOf(limits.calendar, known.askedAt) === dayOf(limits.calendar, now);

/** An answer that is older than what was heard since is never taken; one of the same version only where the copy lacks something or is not so any more. */
const isNews = (version: number, known: { version: number } | null, isOutdated = false): boolean =>
  version > (known?.version ?? 0) || (isOutdated && version === known?.version);

/** Asks the directory about an offering and its facility, and remembers what it says. @throws Refused dependency-unavailable */
export async function askDirectory(context: Context, offeringId: string): Promise<void> {
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
