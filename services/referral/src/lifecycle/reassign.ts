import { type ActionBody, Facility } from '@rohnamo/contracts';
import { type Caller, type Refused, refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ReferralRow } from '../schema.ts';

/**
 * Why a supervisor of the facility may not give a referral to that desk; null: they may. The directory is asked whether there is one.
 * @throws Refused dependency-unavailable
 */
export async function complaintAboutDesk(
  context: Context,
  { organisationId }: Pick<Caller, 'organisationId'>,
  { row, body }: { row: ReferralRow; body: ActionBody<'reassign'> },
): Promise<Refused | null> {
  if (row.facilityOrganisationId !== organisationId) return invalid('is for the supervisor of the facility to say');
  const { desks } = await context.directory.call({ path: `/v1/facilities/${row.facilityId}`, answer: Facility });
  return desks.some(({ id }) => id === body.deskId) ? null : invalid('must be a desk of the facility');
}

const invalid = (detail: string): Refused => refused('invalid-field', { errors: [{ pointer: '#/deskId', detail }] });
