import type { Caller } from '@rohnamo/service-kit';
import type { Party } from './lifecycle/states.ts';
import type { Bound } from './read/list.ts';
import type { ReferralRow, TaskRow } from './schema.ts';

/** Whose organisation somebody supervises. */
type Side = 'facility' | 'referrer';

/**
 * As what a client takes part in a referral. `refers`: to a facility of its own, so that it does what a referrer does, too.
 * `former`: a task of it was theirs, and was taken away.
 */
export type ClientParty =
  | { as: 'referrer' }
  | { as: 'successor' }
  | { as: 'supervisor'; of: readonly Side[] }
  | { as: 'facility'; refers?: boolean }
  | { as: 'former'; task: TaskRow; supervises: boolean };
export type CurrentParty = Exclude<ClientParty, { as: 'former' }>;
type Who = Pick<Caller, 'role' | 'organisationId' | 'facilityIds' | 'deskIds'>;

/** Who is asked to take the case over is asked by the row alone: of a referral in passing nobody is. */
type Parties = { transferOrganisationId?: string | null } & Pick<
  ReferralRow,
  'referrerOrganisationId' | 'facilityOrganisationId' | 'facilityId' | 'deskId' | 'sentAt' | 'walkIn'
>;

/**
 * As what a caller takes part in a referral; null: it does not exist for them. A facility hears of nothing before it is sent. Who came by
 * themselves was referred by nobody: they are for whom the task is, of all clients of their organisation.
 */
export const partyOf = (row: Parties, who: Who): CurrentParty | null => ownPartyOf(row, who) ?? successorOf(row, who);

/** Who is asked to take a case over sees what helps to decide, until they have. */
const successorOf = ({ transferOrganisationId = null }: Parties, { role, organisationId }: Who): CurrentParty | null =>
  transferOrganisationId === organisationId && ['supervisor', 'migration-service', 'facility'].includes(role)
    ? { as: 'successor' }
    : null;

function ownPartyOf(row: Parties, who: Who): CurrentParty | null {
  const { role, organisationId } = who;
  const refers = row.referrerOrganisationId === organisationId;
  const receives = row.facilityOrganisationId === organisationId && row.sentAt !== null;
  switch (role) {
    case 'supervisor':
      return refers || receives
        ? {
            as: 'supervisor',
            of: [...(receives ? ['facility' as const] : []), ...(refers ? ['referrer' as const] : [])],
          }
        : null;
    case 'facility':
      if (receives && isAt(row, who)) return { as: 'facility', refers };
      return refers && !row.walkIn ? { as: 'referrer' } : null;
    case 'migration-service':
      return refers && !row.walkIn ? { as: 'referrer' } : null;
    case 'directory-admin':
    case 'auditor':
    case 'operator':
    case 'service':
    case 'administrator':
      return null;
  }
}

/** The parties of the transition table for which somebody acts, what is asked of a facility before what is asked of a referrer. */
export function actingAs(party: CurrentParty): readonly Party[] {
  switch (party.as) {
    case 'supervisor':
      return party.of.map((side) => `${side}-supervisor` as const);
    case 'facility':
      return party.refers === true ? ['facility', 'referrer'] : ['facility'];
    case 'referrer':
    case 'successor':
      return [party.as];
  }
}

/** Whether a client does what a referrer does. */
export const refersIn = (party: ClientParty): boolean =>
  party.as === 'referrer' || (party.as === 'facility' && party.refers === true);

/** The newest of the ended tasks that was the caller's; null: none was. */
export function formerPartyOf(tasks: readonly TaskRow[], who: Who): ClientParty | null {
  const task = tasks.findLast(
    (ended) =>
      ended.sentAt !== null &&
      ended.facilityOrganisationId === who.organisationId &&
      (who.role === 'supervisor' || (who.role === 'facility' && isAt(ended, who))),
  );
  return task ? { as: 'former', task, supervises: who.role === 'supervisor' } : null;
}

/** Whether a task is for whom the caller speaks: at their facility, and where it is a desk's, at their desk. */
const isAt = (
  { facilityId, deskId }: { facilityId: string; deskId: string | null },
  { facilityIds, deskIds }: Who,
): boolean => facilityIds.includes(facilityId) && (deskId === null || deskIds.includes(deskId));

/** What the lists of a caller are bounded to. */
export function boundOf({ role, organisationId, facilityIds, deskIds }: Who): Bound {
  if (role === 'facility') return { party: 'facility', organisationId, facilityIds, deskIds };
  return { party: role === 'supervisor' ? 'supervisor' : 'referrer', organisationId };
}
