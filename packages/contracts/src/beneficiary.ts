import { z } from 'zod';
import { AccessRequirement, AgeBand, Language, Sex } from './codes.ts';
import { Country } from './country.ts';
import { CalendarDate, distinct, GivenDate, Id, line, name, Timestamp, Version } from './identifiers.ts';
import { isValidPhoneNumber } from 'libphonenumber-js/max';

/** A birth date as far as it is known: a day, or only the year. */
export const BirthDate = z
  .union([CalendarDate, z.string().regex(/^(19|20)\d{2}$/)], {
    error: ({ input }) =>
      /^\d{4}-\d{2}-\d{2}$/.test(String(input))
        ? 'must be a day of the calendar'
        : 'must be a date (1994-03-21) or a year (1994)',
  })
  .meta({ examples: ['1994-03-21', '1994'] });
export type BirthDate = z.infer<typeof BirthDate>;

/** A telephone number in E.164. */
export const Phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { abort: true, error: 'must be E.164: + and 7 to 15 digits' })
  .meta({ examples: ['+992000000001'] });
export type Phone = z.infer<typeof Phone>;

/** A telephone number that a caller tells: one that can be assigned in its country, by the numbering plans of libphonenumber. */
export const GivenPhone = Phone.refine(
  (number) => isValidPhoneNumber(number),
  'must be a number that its country assigns: look for a digit that is missing or wrong',
);

/** Who a row is in the system it came from. Together the two name a person once. */
export const ExternalIdentity = z
  .strictObject({ sourceSystem: line(64), externalId: line(128) })
  .meta({ examples: [{ sourceSystem: 'migration-office-khatlon', externalId: '1042' }] });
export type ExternalIdentity = z.infer<typeof ExternalIdentity>;

const details = {
  givenName: name(100).meta({ examples: ['Фирӯза'] }),
  familyName: name(100).meta({ examples: ['Назарова'] }),
  fatherName: name(100).optional(),
  sex: Sex.default('unknown'),
  birthDate: BirthDate.optional(),
  phone: GivenPhone.optional(),
  language: Language.default('tg'),
  accessRequirements: distinct(AccessRequirement).max(6).default([]),
  districtId: line(32)
    .optional()
    .meta({ examples: ['TJK003D010'] }),
  village: name(100).optional(),
  returnCountry: Country.optional(),
  returnedOn: GivenDate.optional(),
};

export const NewBeneficiary = z.strictObject({ ...details, external: ExternalIdentity.optional() });
export type NewBeneficiary = z.infer<typeof NewBeneficiary>;

const { sex, language, accessRequirements, ...withoutDefaults } = details;

/** Changes to a person: only what is named changes; null takes away what was known. */
export const BeneficiaryPatch = z.strictObject({
  givenName: withoutDefaults.givenName.optional(),
  familyName: withoutDefaults.familyName.optional(),
  fatherName: withoutDefaults.fatherName.nullable(),
  sex: sex.unwrap().optional(),
  birthDate: withoutDefaults.birthDate.nullable(),
  phone: withoutDefaults.phone.nullable(),
  language: language.unwrap().optional(),
  accessRequirements: accessRequirements.unwrap().optional(),
  districtId: withoutDefaults.districtId.nullable(),
  village: withoutDefaults.village.nullable(),
  returnCountry: withoutDefaults.returnCountry.nullable(),
  returnedOn: withoutDefaults.returnedOn.nullable(),
  samePerson: z
    .boolean()
    .optional()
    .describe(
      'Confirms that the person is who consented before: else a change of name, sex or birth date closes disclosure under earlier consents',
    ),
});
export type BeneficiaryPatch = z.infer<typeof BeneficiaryPatch>;

/** A registered person, as the organisation that registered them sees them. */
export const Beneficiary = z.object({
  id: Id,
  version: Version,
  organisationId: Id,
  ...NewBeneficiary.shape,
  // What was recorded before a rule is answered as it is.
  givenName: line(100),
  familyName: line(100),
  fatherName: line(100).optional(),
  phone: Phone.optional(),
  village: line(100).optional(),
  returnCountry: z.string().optional(),
  returnedOn: CalendarDate.optional(),
  registeredAt: Timestamp,
});
export type Beneficiary = z.infer<typeof Beneficiary>;

/** The little about a person that a facility sees before it accepts. */
export const TriageProfile = z.object({
  version: Version.describe('The version of the person that it was made from'),
  beneficiaryId: Id,
  organisationId: Id,
  ageBand: AgeBand.describe('On the day of the answer: a birthday changes it, and leaves the version as it is'),
  language: Language,
  accessRequirements: z.array(AccessRequirement),
  districtId: z.string().nullable(),
});
export type TriageProfile = z.infer<typeof TriageProfile>;

/** A person's details as disclosed to a facility that has accepted them. */
export const DisclosedBeneficiary = z.object({
  id: Id,
  givenName: z.string(),
  familyName: z.string(),
  fatherName: z.string().nullable(),
  sex: Sex,
  birthDate: BirthDate.nullable(),
  phone: Phone.nullable().describe('Only where the consent covers contact'),
  language: Language,
  accessRequirements: z.array(AccessRequirement),
  districtId: z.string().nullable(),
  village: z.string().nullable().describe('Only where the consent covers contact'),
});
export type DisclosedBeneficiary = z.infer<typeof DisclosedBeneficiary>;

const known = { beneficiaryId: Id, external: z.object({ sourceSystem: z.string(), externalId: z.string() }) };

/** A person whose external identity is another's but for case and blanks: both were registered before these were compared so. */
export const CoincidingIdentity = z.object({
  ...known,
  coincidesWith: z.object(known).nullable().describe('Whom look-ups and rows find by any other spelling'),
});
export type CoincidingIdentity = z.infer<typeof CoincidingIdentity>;
