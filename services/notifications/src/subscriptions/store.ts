import { sharedRead } from '@rohnamo/journal';
import { and, count, desc, eq, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { subscription, type SubscriptionRow } from '../schema.ts';

/** Reads of subscriptions. Each is bounded by organisation, but for what the service itself asks. */
export function createSubscriptionStore(pool: Pool) {
  const db = drizzle(pool);
  const isActive = eq(subscription.state, 'active');

  const activeOfAll = db
    .select()
    .from(subscription)
    .where(and(sql`${subscription.organisationId} = any(${sql.placeholder('organisationIds')}::uuid[])`, isActive))
    .prepare('active subscriptions');

  return {
    async find(id: string, organisationId: string): Promise<SubscriptionRow | null> {
      const [row] = await db
        .select()
        .from(subscription)
        .where(and(eq(subscription.id, id), eq(subscription.organisationId, organisationId)));
      return row ?? null;
    },
    /** Newest first. */
    list({
      organisationId,
      beforeId,
      limit,
    }: {
      organisationId: string;
      beforeId: string | undefined;
      limit: number;
    }): Promise<SubscriptionRow[]> {
      const own = eq(subscription.organisationId, organisationId);
      return db
        .select()
        .from(subscription)
        .where(beforeId === undefined ? own : and(own, lt(subscription.id, beforeId)))
        .orderBy(desc(subscription.id))
        .limit(limit);
    },
    async activeCount(organisationId: string): Promise<number> {
      const [row] = await db
        .select({ count: count() })
        .from(subscription)
        .where(and(eq(subscription.organisationId, organisationId), isActive));
      return row?.count ?? 0;
    },
    /** The active subscriptions of an organisation; null for none. What is asked at once is read at once. */
    activeOf: sharedRead<string, SubscriptionRow[]>(async (organisationIds) => {
      const rows = await activeOfAll.execute({ organisationIds });
      return Map.groupBy(rows, ({ organisationId }) => organisationId);
    }),
  };
}
export type SubscriptionStore = ReturnType<typeof createSubscriptionStore>;
