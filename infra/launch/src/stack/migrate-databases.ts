import { join } from 'node:path';
import type { DatabaseUrls } from '@rohnamo/backing-services';
import { migrate } from '@rohnamo/service-kit';
import { workspaceRoot } from '../workspace-root.ts';
import { type PerService, type ServiceName, serviceNames } from './service-names.ts';

/** Brings a service's database up to date, as its owner: what the service's own command `migrate` does. */
export const migrateDatabase = (name: ServiceName, { ownerUrl }: Pick<DatabaseUrls, 'ownerUrl'>): Promise<void> =>
  migrate({ ownerUrl, migrationsFolder: join(workspaceRoot, 'services', name, 'migrations'), lockKey: name });

/** Brings every database up to date, before any service runs: none of them is given the owner's password. */
export async function migrateDatabases(databases: PerService<DatabaseUrls>): Promise<void> {
  for (const name of serviceNames) {
    await migrateDatabase(name, databases[name]).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`the database of ${name}: ${reason}`, { cause });
    });
  }
}
