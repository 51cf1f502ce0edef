import { platformOrganisation } from '@rohnamo/launch';
import { facilityIds, facilityOrganisation, idOf, referrerOrganisation } from '../world/ids.ts';
import type { World } from '../world/world.ts';

type Headers = Readonly<Record<string, string>>;

/** What a migration service's system sends with each request. */
export const asReferrer = (world: World): Promise<Headers> =>
  headersOf(world, {
    role: 'migration-service',
    organisationId: referrerOrganisation,
    organisationKind: 'migration-service',
  });

/** What the system of the facilities sends with each request. */
export const asFacility = (world: World): Promise<Headers> =>
  headersOf(world, {
    role: 'facility',
    organisationId: facilityOrganisation,
    organisationKind: 'health-provider',
    facilityIds,
  });

/** What a supervisor sends who answers for the whole country. */
export const asHealthAuthority = (world: World): Promise<Headers> =>
  headersOf(world, {
    role: 'supervisor',
    organisationId: idOf('organisation', 5),
    organisationKind: 'health-authority',
  });

/** What an auditor of the platform sends. */
export const asAuditor = (world: World): Promise<Headers> =>
  headersOf(world, { role: 'auditor', ...platformOrganisation });

async function headersOf(world: World, plan: Parameters<World['clientOf']>[0]): Promise<Headers> {
  const token = await world.tokenOf(await world.clientOf(plan));
  return { authorization: `Bearer ${token}`, 'acting-person': 'staff-7' };
}
