import { allow, refused } from '@rohnamo/service-kit';

/** Who looks after the webhooks of an organisation. */
export const managers = allow({ roles: ['facility', 'migration-service'], scope: 'notifications:manage' });

/** What the caller's organisation does not have does not exist. */
export async function own<Row>(found: Promise<Row | null>): Promise<Row> {
  const row = await found;
  if (row === null) throw refused('not-found');
  return row;
}
