import { type Facility, type Organisation, platformOrganisationId, type Role } from '@rohnamo/contracts';
import type { NewClient } from './new-client.ts';

/** What the directory has of what a client names; null: there is no such thing. */
export interface NamedInDirectory {
  organisation: Pick<Organisation, 'kind'> | null;
  facilities: ReadonlyMap<string, Pick<Facility, 'organisationId' | 'desks'> | null>;
}

type Named = Pick<NewClient, 'role' | 'organisationId' | 'organisationKind' | 'facilityIds' | 'deskIds'>;

const platformRoles: readonly Role[] = ['service', 'operator', 'directory-admin', 'auditor'];

/** Whether a client is of the platform's own organisation, which is in no directory: those who run, fill and audit it may be. */
export const isOfPlatform = ({ role, organisationId, facilityIds, deskIds }: Named): boolean =>
  organisationId === platformOrganisationId &&
  platformRoles.includes(role) &&
  facilityIds.length + deskIds.length === 0;

/** What a client names that is not there, or is not its organisation's own; nothing where all is well. */
export function complaintsAboutPlaces(client: Named, { organisation, facilities }: NamedInDirectory): string[] {
  if (organisation === null) return [`there is no organisation ${client.organisationId} in the directory`];
  const wrongKind =
    organisation.kind === client.organisationKind
      ? []
      : [`the organisation ${client.organisationId} is a ${organisation.kind}, not a ${client.organisationKind}`];
  const its = client.facilityIds.flatMap((id) => {
    const facility = facilities.get(id) ?? null;
    if (facility === null) return [`there is no facility ${id} in the directory`];
    return facility.organisationId === client.organisationId
      ? []
      : [`the facility ${id} is not of the organisation ${client.organisationId}`];
  });
  const desks = new Set([...facilities.values()].flatMap((facility) => facility?.desks.map(({ id }) => id) ?? []));
  const unknown = client.deskIds.filter((id) => !desks.has(id));
  return [...wrongKind, ...its, ...unknown.map((id) => `the desk ${id} is of none of the facilities that are named`)];
}
