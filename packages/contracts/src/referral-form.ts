import { z } from 'zod';
import { GivenPhone, Phone } from './beneficiary.ts';
import { Country } from './country.ts';
import { AccessRequirement, Language, NeedCategory, Priority, ProviderPreference } from './codes.ts';
import { ClientMadeId, distinct, GivenDate, Id, line, text } from './identifiers.ts';
import { NewScreenings } from './screening.ts';

/** How the person may be reached without harm. "Do not call" is an answer. */
const contactBy = <Number extends z.ZodType>(phone: Number) =>
  z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('phone'), phone, note: line(200).optional() }),
      z.strictObject({ method: z.literal('through-referrer'), note: line(200).optional() }),
      z.strictObject({ method: z.literal('do-not-call'), note: line(200).optional() }),
    ])
    .meta({ examples: [{ method: 'phone', phone: '+992000000001' }] });

export const SafeContact = contactBy(Phone);
export type SafeContact = z.infer<typeof SafeContact>;

/** The reintegration planning session in which it was decided to refer, by the session's own reference, and the goal it serves. */
export const PlanningSession = z.strictObject({ reference: line(64), goal: line(200).optional() });
export type PlanningSession = z.infer<typeof PlanningSession>;

/** Who stands by a child. Legal representative and caregiver are two different things. */
export const Minor = z.strictObject({
  legalRepresentative: line(200).optional(),
  caregiver: line(200).optional(),
  relationship: line(60).optional(),
  caregiverInformed: z.boolean(),
  whyNotInformed: text(500).optional(),
});
export type Minor = z.infer<typeof Minor>;

/** What helps whoever receives the person, beside the six fields that suffice. None of it is ever required. */
const helpful = {
  reference: line(64).describe("The referrer's own reference; opaque to us, so put nothing about the person in it"),
  reason: text(4000),
  servicesAlreadyGiven: text(1000),
  psychologicalFirstAid: z.boolean().describe('Whether psychological first aid was given'),
  accessRequirements: distinct(AccessRequirement).max(6).describe('Where they differ from what is registered'),
  language: Language.describe('Where it differs from what is registered'),
  interpreter: Language,
  providerPreferred: ProviderPreference,
  returnCountry: Country,
  returnedOn: GivenDate,
  treatmentInterrupted: text(1000).describe('Treatment that was begun abroad and interrupted'),
  planningSession: PlanningSession,
  screenings: NewScreenings.describe('For health providers alone, where the consent covers them'),
  restrictedNotes: text(2000).describe('For health providers alone'),
  minor: Minor,
};

/** The texts that nobody may write of sexual violence: no incident, perpetrator or place is ever recorded. */
export const textsNeverOfSexualViolence = ['reason', 'treatmentInterrupted', 'restrictedNotes'] as const;

/** The six fields that suffice: person, offering, need, priority, consent, safe contact. */
const required = {
  beneficiaryId: Id,
  offeringId: Id,
  needCategory: NeedCategory,
  priority: Priority.default('routine'),
  consentId: Id,
  safeContact: contactBy(GivenPhone),
};

/** Six fields suffice, and what helps beside them. */
export const NewReferral = z.strictObject({
  ...required,
  id: ClientMadeId.optional().describe(
    'Made by you, so that what was written without a connection is sent once, later: a UUID of version 7 whose time is within a day of now, and which nothing has yet',
  ),
  draft: z.boolean().default(false).describe('true keeps it unsent until `submit`'),
  walkIn: z
    .boolean()
    .default(false)
    .describe('The person came by themselves and is here: for a facility, to an offering of its own'),
  onwardOf: Id.optional().describe(
    'The referral by which the person came to you, where another organisation has registered them',
  ),
  ...z.object(helpful).partial().shape,
});
export type NewReferral = z.infer<typeof NewReferral>;

const { beneficiaryId: _beneficiary, priority, ...otherRequired } = required;

/** Changes to a draft: what is not named stays; null takes away what only helps. */
export const DraftPatch = z
  .strictObject({
    ...z.object({ ...otherRequired, priority: priority.unwrap() }).partial().shape,
    ...z
      .object(Object.fromEntries(Object.entries(helpful).map(([name, field]) => [name, field.nullable()])) as Nullable)
      .partial().shape,
  })
  .meta({ examples: [{ priority: 'urgent', reason: null }] });
export type DraftPatch = z.infer<typeof DraftPatch>;

type Nullable = { [Name in keyof typeof helpful]: z.ZodNullable<(typeof helpful)[Name]> };
