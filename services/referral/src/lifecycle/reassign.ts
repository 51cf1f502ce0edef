import { type ActionBody, Facility, Organisation } from '@rohnamo/contracts';
import { type Caller, Refused, refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ReferralRow } from '../schema.ts';
import type { Successor } from './effects.ts';

/**
 * Whether a supervisor may give a referral to that desk or organisation; and which organisation that is, where one is named. A desk
 * is for whoever supervises the facility, the referring organisation for whoever supervises that; the directory is asked whether
 * there is one.
 * @throws Refused dependency-unavailable
 */
export async function checkedReassigning(
  context: Context,
  { organisationId }: Pick<Caller, 'organisationId'>,
  { row, body }: { row: ReferralRow; body: ActionBody<'reassign'> },
): Promise<{ successor?: Successor } | { refuse: Refused }> {
  const { deskId, referrerOrganisationId } = body;
  if (deskId !== undefined) {
    if (row.facilityOrganisationId !== organisationId)
      return invalid('deskId', 'is for the supervisor of the facility to say');
    const { desks } = await context.directory.call({ path: `/v1/facilities/${row.facilityId}`, answer: Facility });
    if (!desks.some(({ id }) => id === deskId)) return invalid('deskId', 'must be a desk of the facility');
  }
  if (referrerOrganisationId === undefined) return {};
  if (row.referrerOrganisationId !== organisationId)
    return invalid('referrerOrganisationId', 'is for the supervisor of the referring organisation to say');
  const successor = await organisationOf(context, referrerOrganisationId);
  return successor === null
    ? invalid('referrerOrganisationId', 'must be an organisation of the directory')
    : { successor };
}

const invalid = (field: string, detail: string): { refuse: Refused } => ({
  refuse: refused('invalid-field', { errors: [{ pointer: `#/${field}`, detail }] }),
});

async function organisationOf({ directory }: Context, id: string): Promise<Organisation | null> {
  try {
    return await directory.call({ path: `/v1/organisations/${id}`, answer: Organisation, passOn: ['not-found'] });
  } catch (error) {
    if (error instanceof Refused && error.code === 'not-found') return null;
    throw error;
  }
}
