import type { NeedCategory } from './codes.ts';

/** The services that answer a need: those to look for first, and those that may help as well. */
export interface ServicesOfNeed {
  first: readonly string[];
  also: readonly string[];
}

/**
 * Which services answer which need, by their codes in the directory (infra/samples/services.csv). Our own decision, and part of
 * a country's configuration: another country offers other services.
 */
export const servicesOfNeed = {
  'physical-injury': {
    first: ['injury-care'],
    also: ['surgery', 'rehabilitation', 'assistive-devices', 'general-consultation'],
  },
  'communicable-disease': { first: ['tb-screening'], also: ['tb-treatment', 'general-consultation'] },
  'chronic-illness': { first: ['chronic-illness-care'], also: ['general-consultation', 'surgery'] },
  mhpss: {
    first: ['counselling', 'mental-health-care'],
    also: ['psychological-first-aid', 'support-group', 'psychiatric-care'],
  },
  'disability-rehabilitation': { first: ['rehabilitation', 'disability-assessment'], also: ['assistive-devices'] },
  'maternal-child-health': { first: ['maternal-care'], also: ['general-consultation'] },
  'sexual-violence': { first: ['survivor-care'], also: ['psychological-first-aid', 'counselling', 'safe-shelter'] },
  trafficking: {
    first: ['safe-shelter', 'legal-advice'],
    also: ['survivor-care', 'psychological-first-aid', 'counselling'],
  },
  hiv: { first: ['hiv-testing', 'hiv-treatment'], also: [] },
  'substance-use': { first: ['substance-use-treatment'], also: ['counselling'] },
  livelihood: { first: ['vocational-training'], also: ['skills-recognition'] },
  'skills-recognition': { first: ['skills-recognition'], also: [] },
  training: { first: ['vocational-training'], also: [] },
  'business-start': { first: ['vocational-training'], also: [] },
  'legal-documents': { first: ['legal-advice'], also: [] },
  'social-protection': { first: ['legal-advice'], also: ['disability-assessment'] },
  protection: { first: ['safe-shelter', 'legal-advice'], also: ['psychological-first-aid'] },
  other: { first: ['general-consultation'], also: ['legal-advice'] },
} as const satisfies Record<NeedCategory, ServicesOfNeed>;
