import { needsNeverInBulk, type NeedCategory } from '@rohnamo/contracts';
import type { Projection } from '@rohnamo/journal';
import type { SoundGrounds } from './check-grounds.ts';

/** What a write is refused for that would have such a consent serve a second referral. */
export const usedConsent = {
  referral_single_use_of_consent: 'consent-insufficient',
  consent_use_pkey: 'consent-insufficient',
} as const;

/** Whether a consent to this need is asked for one referral alone. */
export const isForOneReferral = (need: NeedCategory): boolean =>
  (needsNeverInBulk as readonly NeedCategory[]).includes(need);

/** What is written along as a referral is sent: that its consent is used, the first time that something is sent under it. */
export const usesOf = (
  { id: referralId, needCategory }: { id: string; needCategory: NeedCategory },
  { consent, usedBy }: SoundGrounds,
): Projection[] =>
  isForOneReferral(needCategory) && usedBy === null
    ? [{ kind: 'consent-use', id: consent.id, expected: 0, version: 1, state: { referralId } }]
    : [];
