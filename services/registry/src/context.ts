import type { Journal } from '@rohnamo/journal';
import type { Pool } from 'pg';
import type { ConsentAges } from './consent/decide.ts';
import type { Directory } from './directory.ts';
import type { Calendar } from './person/calendar.ts';

/** What every capability of this service works with. */
export interface Context {
  journal: Journal;
  /** The app role's. */
  pool: Pool;
  calendar: Calendar;
  directory: Directory;
  ages: ConsentAges;
  /** The versions of the consent text that this installation knows. */
  textVersions: readonly string[];
  now: () => Date;
  newId: () => string;
}
