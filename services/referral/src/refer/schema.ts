import { version } from '@rohnamo/journal/schema';
import { pgTable, uuid } from 'drizzle-orm/pg-core';

/** That a consent which serves one referral has served it: something was sent under it. Never changed; what it serves afterwards is that referral. */
export const consentUse = pgTable('consent_use', {
  /** The consent's. */
  id: uuid('id').primaryKey(),
  version: version(),
  referralId: uuid('referral_id').notNull(),
});
