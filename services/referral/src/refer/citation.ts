import { isOpenTo, type WorkPlace } from '@rohnamo/contracts';
import type { ConsentRow, ReferralRow } from '../schema.ts';

/** Somebody of an organisation, by where they work. */
type Reader = WorkPlace & { organisationId: string };

/** For whom a consent is named, and which one they need not be able to read. */
export interface Citation {
  /** Whose eyes count: of these, one must be able to read it. */
  by: readonly Reader[];
  /** The consent on which the referral stands already, where that goes on; null: every consent is named anew. */
  keeps: string | null;
}

type Cited = Pick<ConsentRow, 'id' | 'organisationId' | 'facilityIds' | 'deskIds'>;

/**
 * Whether somebody may name a consent: whoever could read it at the registry, as those who work where it was recorded. To anybody else it does
 * not exist. Of a copy that does not say where that was nobody may: the registry is asked.
 */
export function isCitable({ id, organisationId, facilityIds, deskIds }: Cited, { by, keeps }: Citation): boolean {
  const at = { facilityIds: facilityIds ?? [], deskIds: deskIds ?? [] };
  return id === keeps || by.some((reader) => organisationId === reader.organisationId && isOpenTo(at, reader));
}

/** A consent that is named for what stands on none yet. */
export const citedBy = (caller: Reader): Citation => ({ by: [caller], keeps: null });

/**
 * A consent that is named for a referral, or kept. What was sent goes on under its consent, whoever of those who may sends it on. A draft is
 * sent, and changed, by who may read its consent, so that trying one need after another tells nobody what it covers; but whom the whole
 * case was given to could read it nowhere. A facility that passes on what another organisation has sent it may name what that one has
 * told it of: what all of it can read.
 */
export const citedFor = (
  caller: Reader,
  { state, writtenBy, consentId, referrerOrganisationId }: CitedFor,
): Citation => ({
  by:
    caller.organisationId === referrerOrganisationId
      ? [caller]
      : [caller, { organisationId: referrerOrganisationId, facilityIds: [], deskIds: [] }],
  keeps: state !== 'draft' || writtenBy !== null ? consentId : null,
});
type CitedFor = Pick<ReferralRow, 'state' | 'writtenBy' | 'consentId' | 'referrerOrganisationId'>;
