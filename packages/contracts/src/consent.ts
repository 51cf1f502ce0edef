import { z } from 'zod';
import { TriageProfile } from './beneficiary.ts';
import { DataCategory, Language } from './codes.ts';
import { distinct, GivenEnd, GivenTimestamp, Id, line, name, text, Timestamp, Version } from './identifiers.ts';
import { WorkPlace } from './work-place.ts';

export const ConsentPurpose = z.enum(['referral', 'feedback', 'follow-up']);
export type ConsentPurpose = z.infer<typeof ConsentPurpose>;

export const ConsentMethod = z.enum(['written', 'verbal', 'thumbprint']);
export type ConsentMethod = z.infer<typeof ConsentMethod>;

/** Who gave it. A minor's consent names who stood by the child; for an adult it is the person. */
export const ConsentGiver = z.enum([
  'self',
  'caregiver',
  'caregiver-with-assent',
  'self-with-caregiver',
  'child-protection-worker',
]);
export type ConsentGiver = z.infer<typeof ConsentGiver>;

/** Purposes, recipient and data categories, how and by whom it was given. Sexual violence and trafficking: one referral each, so `singleUse`. */
export const NewConsent = z.strictObject({
  purposes: distinct(ConsentPurpose).min(1).max(3).default(['referral']),
  recipientOrganisationId: Id,
  dataCategories: distinct(DataCategory).min(1).max(12),
  method: ConsentMethod,
  givenBy: ConsentGiver.default('self'),
  giverName: name(200).optional().describe('Who stood by a child: required unless the person consents alone'),
  bestInterestReason: text(1000)
    .optional()
    .describe('Required when a child-protection worker consents in the place of a caregiver'),
  witness: name(200).optional(),
  languageRead: Language.describe('In which the text was read to the person').meta({ examples: ['tg'] }),
  textVersion: line(32)
    .describe('Of the text that was read: one that this installation knows')
    .meta({ examples: ['2026-01'] }),
  endsAt: GivenEnd.optional(),
  deskId: Id.optional().describe(
    'The desk at which it is recorded, one of those that your token names: its clients alone read and withdraw it. Where it names several and none is said, whoever has all of them',
  ),
});
export type NewConsent = z.infer<typeof NewConsent>;

export const ConsentState = z.enum(['active', 'withdrawn']);
export type ConsentState = z.infer<typeof ConsentState>;

export const Consent = z.object({
  id: Id,
  version: Version,
  beneficiaryId: Id,
  state: ConsentState,
  ...NewConsent.shape,
  // What was recorded before a rule is answered as it is.
  giverName: line(200).optional(),
  witness: line(200).optional(),
  languageRead: z.string(),
  endsAt: Timestamp.optional(),
  givenAt: Timestamp,
  withdrawnAt: Timestamp.nullable(),
});
export type Consent = z.infer<typeof Consent>;

/** What a referral stands on: asked of the registry by the referral service, never by a client. */
export const ReferralGroundsQuestion = z.strictObject({ beneficiaryId: Id, consentId: Id });
export type ReferralGroundsQuestion = z.infer<typeof ReferralGroundsQuestion>;

export const ReferralGrounds = z.object({
  person: TriageProfile.nullable(),
  consent: z
    .object({
      id: Id,
      version: Version,
      beneficiaryId: Id,
      state: ConsentState,
      purposes: z.array(ConsentPurpose),
      recipientOrganisationId: Id,
      dataCategories: z.array(DataCategory),
      endsAt: Timestamp.nullable(),
      withdrawnAt: Timestamp.nullable().default(null),
      organisationId: Id.optional().describe('Whose it is: who recorded it'),
      facilityIds: z.array(Id).default([]).describe('Where it was recorded: it is for those who work there'),
      deskIds: z.array(Id).default([]),
    })
    .nullable(),
});
export type ReferralGrounds = z.infer<typeof ReferralGrounds>;

/** A person has withdrawn a consent by the slip of a referral that leans on it: told by the referral service, at whatever time it can. */
export const WithdrawalBySlip = z.strictObject({
  beneficiaryId: Id,
  consentId: Id,
  referralId: Id,
  slipId: Id,
  withdrawnAt: GivenTimestamp.describe('When the person said so'),
});
export type WithdrawalBySlip = z.infer<typeof WithdrawalBySlip>;

export const WithdrawalKept = z.object({
  isWithdrawn: z
    .boolean()
    .describe('Also where it was withdrawn before; false: there is no such consent of this person'),
});
export type WithdrawalKept = z.infer<typeof WithdrawalKept>;

/** Asked by the referral service at the moment a facility opens a person's details. `at`: where the person was referred to. */
export const DisclosureQuestion = z.strictObject({
  at: WorkPlace.default({ facilityIds: [], deskIds: [] }),
  beneficiaryId: Id,
  consentId: Id,
  referralId: Id,
  recipientOrganisationId: Id,
  clientId: z.string().max(200),
  actingPerson: z.string().max(64).nullable(),
});
export type DisclosureQuestion = z.infer<typeof DisclosureQuestion>;
