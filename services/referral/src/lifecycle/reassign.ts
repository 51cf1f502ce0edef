import { type ActionBody, Facility, Organisation } from '@rohnamo/contracts';
import { type Caller, Refused, refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ReferralRow } from '../schema.ts';

/**
 * Why a supervisor may not give a referral to that desk or organisation; null: they may. A desk is for whoever supervises the
 * facility, the referring organisation for whoever supervises that; the directory is asked whether there is one.
 * @throws Refused dependency-unavailable
 */
export async function complaintAboutReassigning(
  context: Context,
  { organisationId }: Pick<Caller, 'organisationId'>,
  { row, body }: { row: ReferralRow; body: ActionBody<'reassign'> },
): Promise<Refused | null> {
  const { deskId, referrerOrganisationId } = body;
  if (deskId !== undefined) {
    if (row.facilityOrganisationId !== organisationId)
      return invalid('deskId', 'is for the supervisor of the facility to say');
    const { desks } = await context.directory.call({ path: `/v1/facilities/${row.facilityId}`, answer: Facility });
    if (!desks.some(({ id }) => id === deskId)) return invalid('deskId', 'must be a desk of the facility');
  }
  if (referrerOrganisationId !== undefined) {
    if (row.referrerOrganisationId !== organisationId)
      return invalid('referrerOrganisationId', 'is for the supervisor of the referring organisation to say');
    if (!(await isOrganisation(context, referrerOrganisationId)))
      return invalid('referrerOrganisationId', 'must be an organisation of the directory');
  }
  return null;
}

const invalid = (field: string, detail: string): Refused =>
  refused('invalid-field', { errors: [{ pointer: `#/${field}`, detail }] });

async function isOrganisation({ directory }: Context, id: string): Promise<boolean> {
  try {
    await directory.call({ path: `/v1/organisations/${id}`, answer: Organisation, passOn: ['not-found'] });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 'not-found') return false;
    throw error;
  }
}
