import type { Written } from '@rohnamo/journal';
import { type Caller, type Refused, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { note } from '../look.ts';
import { partyOf } from '../party.ts';
import type { ReferralRow } from '../schema.ts';

/** Of a referral that is under way, what tells whether another one doubles it, and who may see it. */
export type OpenReferral = Pick<
  ReferralRow,
  | 'id'
  | 'number'
  | 'facilityId'
  | 'service'
  | 'referrerOrganisationId'
  | 'facilityOrganisationId'
  | 'deskId'
  | 'sentAt'
  | 'walkIn'
>;

/** Open referrals of the same person to the same service of the same facility as another one, as far as the caller may see them. */
export const doublesOf = (
  open: readonly OpenReferral[],
  { id, facilityId, service }: Pick<OpenReferral, 'id' | 'facilityId' | 'service'>,
  caller: Caller,
): OpenReferral[] =>
  open.filter(
    (other) =>
      other.id !== id &&
      other.facilityId === facilityId &&
      other.service === service &&
      partyOf(other, caller) !== null,
  );

/**
 * Why a referral is not sent that doubles an open one: null where the caller may see none. One that they may not see, of another
 * organisation or desk, does not exist for them; the desk that receives both is shown both.
 */
export function doubleOf(
  open: readonly OpenReferral[],
  sent: Pick<OpenReferral, 'id' | 'facilityId' | 'service'>,
  caller: Caller,
): Refused | null {
  const [double] = doublesOf(open, sent, caller);
  return double === undefined
    ? null
    : refused('duplicate-referral', { extensions: { openReferral: { id: double.id, number: double.number } } });
}

/** The index that lets one alone through of two that the same party sends at the same moment. */
export const sentTwice = { referral_open_once: 'duplicate-referral' } as const;

/** That somebody tried to send a double, in the trail of the open one, or of `id` where two were sent at the same moment. */
export async function noteDouble(
  context: Context,
  request: FastifyRequest,
  { id, written }: { id: string; written: Written<unknown, Refused> },
): Promise<void> {
  const subject = doubledBy(written, id);
  if (subject === null) return;
  const detail = { code: 'duplicate-referral' };
  await note(context, request, { kind: 'referral', subject, type: 'referral.denied.v1', detail });
}

function doubledBy(written: Written<unknown, Refused>, id: string): string | null {
  if (written.kind === 'constraint') return written.constraint !== null && written.constraint in sentTwice ? id : null;
  if (written.kind !== 'refused' || written.refusal.code !== 'duplicate-referral') return null;
  return (written.refusal.extensions['openReferral'] as { id: string }).id; // as doubleOf makes it
}
