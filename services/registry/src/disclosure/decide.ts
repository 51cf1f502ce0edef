import {
  type DataCategory,
  type DisclosedBeneficiary,
  type DisclosureQuestion,
  openedOf,
  openingCategories,
  personalFields,
  type ReferralGrounds,
} from '@rohnamo/contracts';
import { type Reckoning, standsUntil } from '../consent/decide.ts';
import { ageBandOn } from '../person/age.ts';
import { isOfSamePerson } from '../person/identity.ts';
import type { BeneficiaryRow, ConsentRow } from '../schema.ts';

interface Reckoned extends Reckoning {
  person: BeneficiaryRow | null;
  consent: ConsentRow | null;
  now: Date;
}

/** A consent as it stands by what is known of the person by now; null where it is not this person's. */
function ofPerson({ person, consent, calendar, ages }: Reckoned): ConsentRow | null {
  if (person === null || consent === null || consent.beneficiaryId !== person.id) return null;
  return { ...consent, endsAt: standsUntil(consent, person.birthDate, { calendar, ages }) };
}

/** What a referral stands on, as it is on this day. */
export function groundsOf(known: Reckoned): ReferralGrounds {
  const { person, calendar, now } = known;
  const consent = ofPerson(known);
  return {
    person: person && {
      beneficiaryId: person.id,
      version: person.version,
      organisationId: person.organisationId,
      ageBand: ageBandOn(person.birthDate, calendar.dayOf(now)),
      language: person.language,
      accessRequirements: person.accessRequirements,
      districtId: person.districtId,
    },
    consent: consent && {
      id: consent.id,
      version: consent.version,
      beneficiaryId: consent.beneficiaryId,
      state: consent.state,
      purposes: consent.purposes,
      recipientOrganisationId: consent.recipientOrganisationId,
      dataCategories: consent.dataCategories,
      endsAt: consent.endsAt?.toISOString() ?? null,
      withdrawnAt: consent.withdrawnAt?.toISOString() ?? null,
      organisationId: consent.organisationId,
      facilityIds: consent.facilityIds ?? [],
      deskIds: consent.deskIds ?? [],
    },
  };
}

/** Of a birth date, which may be known to the day or to the year. */
export const birthYearOf = (birthDate: string | null): number | null =>
  birthDate === null ? null : Number(birthDate.slice(0, 4));

export type DisclosureRefusal = 'consent-missing' | 'consent-insufficient' | 'identity-unconfirmed';

/** Whether this person's details may be disclosed now, and under which data categories. */
export function decideDisclosure({
  question,
  ...known
}: Reckoned & { question: DisclosureQuestion }):
  | { refuse: DisclosureRefusal }
  | { disclose: DisclosedBeneficiary; categories: DataCategory[] } {
  const { person, now } = known;
  const consent = ofPerson(known);
  if (person === null || consent === null) return { refuse: 'consent-missing' };
  if (consent.state !== 'active' || (consent.endsAt !== null && consent.endsAt <= now))
    return { refuse: 'consent-missing' };
  const covers =
    consent.purposes.includes('referral') &&
    consent.recipientOrganisationId === question.recipientOrganisationId &&
    consent.dataCategories.includes('identity');
  if (!covers) return { refuse: 'consent-insufficient' };
  if (!isOfSamePerson(consent, person)) return { refuse: 'identity-unconfirmed' };
  const covered = { categories: consent.dataCategories, need: null };
  const fields = personalFields.DisclosedBeneficiary;
  const details = {
    id: person.id,
    givenName: person.givenName,
    familyName: person.familyName,
    fatherName: person.fatherName,
    sex: person.sex,
    birthDate: person.birthDate,
    phone: person.phone,
    language: person.language,
    accessRequirements: person.accessRequirements,
    districtId: person.districtId,
    village: person.village,
  };
  return { categories: openingCategories(fields, covered), disclose: openedOf(details, fields, covered) };
}
