import { z } from 'zod';

/** What a person needs, in the words of the inter-agency referral form. */
export const NeedCategory = z.enum([
  'physical-injury',
  'communicable-disease',
  'chronic-illness',
  'mhpss',
  'disability-rehabilitation',
  'maternal-child-health',
  'sexual-violence',
  'trafficking',
  'hiv',
  'substance-use',
  'livelihood',
  'skills-recognition',
  'training',
  'business-start',
  'legal-documents',
  'social-protection',
  'protection',
  'other',
]);
export type NeedCategory = z.infer<typeof NeedCategory>;

/** What kind of data a consent lets a recipient see. */
export const DataCategory = z.enum([
  'identity',
  'contact',
  'health',
  'disability',
  'mhpss',
  'hiv',
  'sexual-violence',
  'trafficking',
  'substance-use',
  'communicable-disease',
  'livelihood',
  'protection',
]);
export type DataCategory = z.infer<typeof DataCategory>;

/** The one data category that a consent must name before a need of this category may leave. */
export const dataCategoryOfNeed = {
  'physical-injury': 'health',
  'communicable-disease': 'communicable-disease',
  'chronic-illness': 'health',
  mhpss: 'mhpss',
  'disability-rehabilitation': 'disability',
  'maternal-child-health': 'health',
  'sexual-violence': 'sexual-violence',
  trafficking: 'trafficking',
  hiv: 'hiv',
  'substance-use': 'substance-use',
  livelihood: 'livelihood',
  'skills-recognition': 'livelihood',
  training: 'livelihood',
  'business-start': 'livelihood',
  'legal-documents': 'protection',
  'social-protection': 'protection',
  protection: 'protection',
  other: 'identity',
} as const satisfies Record<NeedCategory, DataCategory>;

/** Needs whose mere mention can harm: shown by name to nobody but the desk that treats them. */
export const sensitiveNeeds = [
  'mhpss',
  'sexual-violence',
  'trafficking',
  'hiv',
  'substance-use',
] as const satisfies readonly NeedCategory[];
export const isSensitive = (need: NeedCategory): boolean => (sensitiveNeeds as readonly NeedCategory[]).includes(need);

/** How soon; FHIR request priority: emergency is stat. */
export const Priority = z.enum(['emergency', 'urgent', 'routine']);
export type Priority = z.infer<typeof Priority>;

/** Why a facility cannot take the person. */
export const RejectionCode = z.enum([
  'no-capacity',
  'not-eligible',
  'wrong-service',
  'wrong-catchment',
  'duplicate',
  'unreachable',
  'insufficient-info',
  'unsafe',
  'beneficiary-declined',
]);
export type RejectionCode = z.infer<typeof RejectionCode>;

/** How care ended. */
export const OutcomeCode = z.enum([
  'treated',
  'treatment-ongoing',
  'referred-onward',
  'not-indicated',
  'beneficiary-declined',
  'lost-to-follow-up',
  'died',
]);
export type OutcomeCode = z.infer<typeof OutcomeCode>;

/** Outcomes that never count as served. */
export const unservedOutcomes = [
  'beneficiary-declined',
  'lost-to-follow-up',
  'died',
] as const satisfies readonly OutcomeCode[];

/** What stood in the person's way. */
export const BarrierCode = z.enum([
  'cost',
  'transport',
  'registration',
  'documents',
  'language',
  'fear',
  'stigma',
  'physical-access',
  'provider-gender',
  'work-or-childcare',
  'other',
]);
export type BarrierCode = z.infer<typeof BarrierCode>;

/** Languages a person may be spoken to in; ISO 639, `sign` for sign language. */
export const Language = z.enum(['tg', 'ru', 'en', 'ky', 'uz', 'fa-AF', 'sgh', 'wbl', 'isk', 'yah', 'sign']);
export type Language = z.infer<typeof Language>;

export const Sex = z.enum(['female', 'male', 'other', 'unknown']);
export type Sex = z.infer<typeof Sex>;

/** What a person needs in order to get in and be understood. */
export const AccessRequirement = z.enum(['wheelchair', 'ground-floor', 'hearing', 'sight', 'companion', 'transport']);
export type AccessRequirement = z.infer<typeof AccessRequirement>;

/** Asked of everybody, never inferred. */
export const ProviderPreference = z.enum(['woman', 'man', 'any']);
export type ProviderPreference = z.infer<typeof ProviderPreference>;

/** Bands wide enough to name nobody. */
export const AgeBand = z.enum(['0-4', '5-14', '15-17', '18-29', '30-44', '45-59', '60+', 'unknown']);
export type AgeBand = z.infer<typeof AgeBand>;
