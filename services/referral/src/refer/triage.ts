import type { AccessRequirement, Language } from '@rohnamo/contracts';
import type { PersonRow, ReferralRow } from '../schema.ts';

/** What a facility sees of the person before it accepts, and which of it the referral says itself. */
export type Triage = Pick<ReferralRow, 'ageBand' | 'language' | 'accessRequirements' | 'districtId' | 'toldTriage'>;

/** What a referral may say of it itself, where that differs from what is registered. */
const tellable = ['language', 'accessRequirements'] as const;
export type Tellable = (typeof tellable)[number];

/** What it does say. */
export interface Told {
  language?: Language | null | undefined;
  accessRequirements?: AccessRequirement[] | null | undefined;
}

/** The triage of a person as they are registered, but for what the referral says itself. */
export const triageOf = (
  person: Pick<PersonRow, 'ageBand' | 'language' | 'accessRequirements' | 'districtId'>,
  told: Told,
): Triage => ({
  ageBand: person.ageBand,
  language: told.language ?? person.language,
  accessRequirements: told.accessRequirements ?? person.accessRequirements,
  districtId: person.districtId,
  toldTriage: tellable.filter((name) => told[name] != null),
});

/** What a referral has said itself: all of it, where it was written before that was kept. */
export function toldBy({ toldTriage, language, accessRequirements }: ReferralRow): Told {
  const isTold = (name: Tellable): boolean => toldTriage === null || toldTriage.includes(name);
  return {
    language: isTold('language') ? language : null,
    accessRequirements: isTold('accessRequirements') ? accessRequirements : null,
  };
}
