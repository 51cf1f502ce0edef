import {
  dataCategoryOfInstrument,
  dataCategoryOfNeed,
  type Instrument,
  isSensitive,
  type NeedCategory,
  type ProblemCode,
} from '@rohnamo/contracts';
import { stands } from '../lifecycle/sharing.ts';
import type { ReferralRow } from '../schema.ts';
import { type Citation, isCitable } from './citation.ts';
import { isForOneReferral } from './consent-use.ts';
import type { Grounds } from './grounds.ts';

/** Grounds on which a referral can be sent. */
export type SoundGrounds = { [Name in Exclude<keyof Grounds, 'usedBy'>]: NonNullable<Grounds[Name]> } & Pick<
  Grounds,
  'usedBy'
>;

/** The first thing that keeps a referral from being sent, or nothing. A stranger's person, consent or place is as one that does not exist. */
export type GroundsCheck = { sound: SoundGrounds } | { refuse: ProblemCode; pointer: string };

/** Who would refer whom, by which referral, for what, when. */
export interface GroundsQuestion {
  referralId: string;
  organisationId: string;
  beneficiaryId: string;
  needCategory: NeedCategory;
  /** Whose results go along. */
  screenings: readonly { instrument: Instrument }[];
  /** The person or the referral was entrusted to them: they need not have registered the person. */
  isEntrusted: boolean;
  /** Who names the consent. */
  citation: Citation;
  now: Date;
}

/** Whether whoever refers had the person referred to them, or was given the referral by those who wrote it. */
export const isEntrusted = ({ onwardOf, writtenBy }: Pick<ReferralRow, 'onwardOf' | 'writtenBy'>): boolean =>
  onwardOf !== null || writtenBy !== null;

/** Whether a referral may be sent: whose person it is, whether the place can take them and has the desk that would, whether the consent is for whoever names it, covers the recipient, the need and the screening results, and is not another referral's alone. */
export function checkGrounds(
  { person, consent, offering, facility, usedBy, open }: Grounds,
  { referralId, organisationId, beneficiaryId, needCategory, screenings, isEntrusted, citation, now }: GroundsQuestion,
): GroundsCheck {
  if (person === null || (person.organisationId !== organisationId && !isEntrusted))
    return { refuse: 'unknown-beneficiary', pointer: '#/beneficiaryId' };
  if (offering === null || facility === null || facility.status !== 'open')
    return { refuse: 'offering-unavailable', pointer: '#/offeringId' };
  if (offering.capacity === 'closed' || offering.capacity === 'full')
    return { refuse: 'offering-unavailable', pointer: '#/offeringId' };
  if (
    offering.deskId === undefined ? isSensitive(needCategory) : !facility.desks.some(({ id }) => id === offering.deskId)
  )
    return { refuse: 'desk-missing', pointer: '#/offeringId' };
  const isTheirs = consent !== null && consent.beneficiaryId === beneficiaryId && isCitable(consent, citation);
  if (!isTheirs || !stands(consent, now)) return { refuse: 'consent-missing', pointer: '#/consentId' };
  const covers =
    consent.purposes.includes('referral') &&
    consent.recipientOrganisationId === facility.organisationId &&
    consent.dataCategories.includes('identity') &&
    consent.dataCategories.includes(dataCategoryOfNeed[needCategory]) &&
    screenings.every(({ instrument }) => consent.dataCategories.includes(dataCategoryOfInstrument[instrument]));
  const isUsed = isForOneReferral(needCategory) && usedBy !== null && usedBy !== referralId;
  if (!covers || isUsed) return { refuse: 'consent-insufficient', pointer: '#/consentId' };
  return { sound: { person, consent, offering, facility, usedBy, open } };
}
