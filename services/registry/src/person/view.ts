import type { AccessRequirement, Beneficiary, Language, NewBeneficiary } from '@rohnamo/contracts';
import type { BeneficiaryRow } from '../schema.ts';
import type { Identity } from './identity.ts';

/** What is known about a person, as a row holds it: null where nothing is. */
export interface PersonDetails extends Identity {
  phone: string | null;
  language: Language;
  accessRequirements: AccessRequirement[];
  districtId: string | null;
  village: string | null;
  returnCountry: string | null;
  returnedOn: string | null;
}

/** Their names. */
export const detailFields = [
  'givenName',
  'familyName',
  'fatherName',
  'sex',
  'birthDate',
  'phone',
  'language',
  'accessRequirements',
  'districtId',
  'village',
  'returnCountry',
  'returnedOn',
] as const satisfies readonly (keyof PersonDetails)[];

export const detailsOf = (person: NewBeneficiary): PersonDetails => ({
  givenName: person.givenName,
  familyName: person.familyName,
  fatherName: person.fatherName ?? null,
  sex: person.sex,
  birthDate: person.birthDate ?? null,
  phone: person.phone ?? null,
  language: person.language,
  accessRequirements: person.accessRequirements,
  districtId: person.districtId ?? null,
  village: person.village ?? null,
  returnCountry: person.returnCountry ?? null,
  returnedOn: person.returnedOn ?? null,
});

/** A person as their own organisation sees them. What is not known is absent. */
export function viewOf(row: BeneficiaryRow): Beneficiary {
  const { id, version, organisationId, givenName, familyName, sex, language, accessRequirements } = row;
  const { sourceSystem, externalId } = row;
  return {
    id,
    version,
    organisationId,
    givenName,
    familyName,
    sex,
    language,
    accessRequirements,
    ...known({
      fatherName: row.fatherName,
      birthDate: row.birthDate,
      phone: row.phone,
      districtId: row.districtId,
      village: row.village,
      returnCountry: row.returnCountry,
      returnedOn: row.returnedOn,
      external: sourceSystem !== null && externalId !== null ? { sourceSystem, externalId } : null,
    }),
    registeredAt: row.registeredAt.toISOString(),
  };
}

/** Those that are not null. */
export function known<Fields extends Record<string, unknown>>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>; // what is left is not null
  };
}
