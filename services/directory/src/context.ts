import type { Journal } from '@rohnamo/journal';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

/** What every capability of this service works with. */
export interface Context {
  journal: Journal;
  /** The app role's database, for reading. */
  db: NodePgDatabase;
  now: () => Date;
  newId: () => string;
}
