import type { Role } from '@rohnamo/contracts';
import { allow, type Caller, refused } from '@rohnamo/service-kit';

const owners: readonly Role[] = ['facility', 'migration-service'];

/** Clients that subscribe webhooks. */
export const subscribers = allow({ roles: owners, scope: 'notifications:manage' });

/** Clients that look after webhooks: their own, or as an administrator those of their organisation. */
export const managers = allow({ roles: [...owners, 'administrator'], scope: 'notifications:manage' });

/** Whose subscriptions somebody looks after: those of a client of the organisation; null: of every client of it. */
export interface Manager {
  organisationId: string;
  clientId: string | null;
}

export const managerOf = ({ organisationId, clientId, role }: Caller): Manager => ({
  organisationId,
  clientId: role === 'administrator' ? null : clientId,
});

/** What is not the caller's to look after does not exist. */
export async function own<Row>(found: Promise<Row | null>): Promise<Row> {
  const row = await found;
  if (row === null) throw refused('not-found');
  return row;
}
