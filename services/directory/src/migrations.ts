import { migrate } from '@rohnamo/service-kit';
import { fileURLToPath } from 'node:url';

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Brings the directory's database up to date, as its owner. */
export const migrateDirectory = (ownerUrl: string): Promise<void> =>
  migrate({ ownerUrl, migrationsFolder, lockKey: 'directory' });
