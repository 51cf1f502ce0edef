import type { DataCategory, DisclosedBeneficiary, DisclosureQuestion, ReferralGrounds } from '@rohnamo/contracts';
import { ageBandOn } from '../person/age.ts';
import type { BeneficiaryRow, ConsentRow } from '../schema.ts';

/** What a referral stands on, as it is on this day. */
export function groundsOf(person: BeneficiaryRow | null, consent: ConsentRow | null, today: string): ReferralGrounds {
  return {
    person: person && {
      beneficiaryId: person.id,
      version: person.version,
      organisationId: person.organisationId,
      ageBand: ageBandOn(person.birthDate, today),
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
    },
  };
}

/** Of a birth date, which may be known to the day or to the year. */
export const birthYearOf = (birthDate: string | null): number | null =>
  birthDate === null ? null : Number(birthDate.slice(0, 4));

export type DisclosureRefusal = 'consent-missing' | 'consent-insufficient';

/** Whether this person's details may be disclosed now, and under which data categories. */
export function decideDisclosure({
  question,
  person,
  consent,
  now,
}: {
  question: DisclosureQuestion;
  person: BeneficiaryRow | null;
  consent: ConsentRow | null;
  now: Date;
}): { refuse: DisclosureRefusal } | { disclose: DisclosedBeneficiary; categories: DataCategory[] } {
  if (person === null || consent === null || consent.beneficiaryId !== person.id) return { refuse: 'consent-missing' };
  if (consent.state !== 'active' || (consent.endsAt !== null && consent.endsAt <= now))
    return { refuse: 'consent-missing' };
  const covers =
    consent.purposes.includes('referral') &&
    consent.recipientOrganisationId === question.recipientOrganisationId &&
    consent.dataCategories.includes('identity');
  if (!covers) return { refuse: 'consent-insufficient' };
  const opensContact = consent.dataCategories.includes('contact');
  return {
    categories: opensContact ? ['identity', 'contact'] : ['identity'],
    disclose: {
      id: person.id,
      givenName: person.givenName,
      familyName: person.familyName,
      fatherName: person.fatherName,
      sex: person.sex,
      birthDate: person.birthDate,
      phone: opensContact ? person.phone : null,
      language: person.language,
      accessRequirements: person.accessRequirements,
      districtId: person.districtId,
      village: person.village,
    },
  };
}
