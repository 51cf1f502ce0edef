import { and, desc, eq, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { feedback, type FeedbackRow, referral, type ReferralRow, slip, type SlipRow } from '../schema.ts';

/** Where a page of feedback goes on. */
export interface After {
  givenAt: Date;
  id: string;
}

/** Reads of slips and of what people say. */
export function createStatusStore(pool: Pool) {
  const db = drizzle(pool);
  const byTokenHash = db
    .select()
    .from(slip)
    .where(eq(slip.tokenHash, sql.placeholder('tokenHash')))
    .prepare('slip by token hash');
  const said = db
    .select({ id: feedback.id })
    .from(feedback)
    .where(eq(feedback.id, sql.placeholder('id')))
    .prepare('feedback by id');

  return {
    slipOf: async (tokenHash: Buffer): Promise<SlipRow | null> => (await byTokenHash.execute({ tokenHash }))[0] ?? null,

    /** Slips by which somebody has withdrawn, of which the registry is to be told by now. */
    toTell: (now: Date, limit: number): Promise<SlipRow[]> =>
      db.select().from(slip).where(lte(slip.tellRegistryAt, now)).orderBy(slip.tellRegistryAt).limit(limit),

    isSaid: async (id: string): Promise<boolean> => (await said.execute({ id })).length > 0,

    feedback: async (id: string): Promise<FeedbackRow | null> =>
      (await db.select().from(feedback).where(eq(feedback.id, id)))[0] ?? null,

    referralNumbered: async (number: string): Promise<ReferralRow | null> =>
      (await db.select().from(referral).where(eq(referral.number, number)))[0] ?? null,

    /** What was said of referrals that an organisation refers or receives, newest first. Each way is read in the order of its own index. */
    feedbackFor: (of: { organisationId: string; after: After | null; limit: number }): Promise<FeedbackRow[]> => {
      const ways = [feedback.referrerOrganisationId, feedback.facilityOrganisationId].map(
        (organisation) =>
          sql`(select ${feedback.id} from ${feedback} where ${and(eq(organisation, of.organisationId), beyond(of.after))} order by ${feedback.givenAt} desc, ${feedback.id} desc limit ${of.limit})`,
      );
      return db
        .select()
        .from(feedback)
        .where(inArray(feedback.id, sql`(${sql.join(ways, sql` union all `)})`))
        .orderBy(desc(feedback.givenAt), desc(feedback.id))
        .limit(of.limit);
    },
  };
}
export type StatusStore = ReturnType<typeof createStatusStore>;

const beyond = (after: After | null): SQL | undefined =>
  after === null
    ? undefined
    : sql`(${feedback.givenAt}, ${feedback.id}) < (${after.givenAt.toISOString()}::timestamptz, ${after.id}::uuid)`;
