import { sharedRead } from '@rohnamo/journal';
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { Manager } from '../access.ts';
import { revokedClient, subscriber, subscription, type SubscriptionRow } from '../schema.ts';
import type { BeforeCreating, Owner } from './decide.ts';

type Client = Pick<Owner, 'organisationId' | 'clientId'>;

/** Reads of subscriptions. Each is bounded by whose they are, but for what the service itself asks. */
export function createSubscriptionStore(pool: Pool) {
  const db = drizzle(pool);
  const isActive = eq(subscription.state, 'active');

  const activeOfAll = db
    .select()
    .from(subscription)
    .where(and(sql`${subscription.organisationId} = any(${sql.placeholder('organisationIds')}::uuid[])`, isActive))
    .prepare('active subscriptions');

  /** The version is read before what is decided over, so that whatever comes to that meanwhile moves it on. */
  const known = async ({ organisationId, clientId }: Client): Promise<Omit<BeforeCreating, 'complaint'>> => {
    const [subscribing] = await db.select().from(subscriber).where(eq(subscriber.id, organisationId));
    const [active, revoked] = await Promise.all([
      db
        .select()
        .from(subscription)
        .where(and(eq(subscription.organisationId, organisationId), isActive)),
      db.select().from(revokedClient).where(eq(revokedClient.clientId, clientId)).limit(1),
    ]);
    return { active, subscriberVersion: subscribing?.version ?? 0, isRevoked: revoked.length > 0 };
  };

  return {
    async find(id: string, manager: Manager): Promise<SubscriptionRow | null> {
      const [row] = await db
        .select()
        .from(subscription)
        .where(and(eq(subscription.id, id), ownedBy(manager)));
      return row ?? null;
    },
    /** Newest first. */
    list({
      manager,
      beforeId,
      limit,
    }: {
      manager: Manager;
      beforeId: string | undefined;
      limit: number;
    }): Promise<SubscriptionRow[]> {
      return db
        .select()
        .from(subscription)
        .where(and(ownedBy(manager), beforeId === undefined ? undefined : lt(subscription.id, beforeId)))
        .orderBy(desc(subscription.id))
        .limit(limit);
    },
    /** What must be known as one is made. */
    beforeCreating: known,
    /** The same as a client is revoked, of that client alone. */
    async beforeRevoking(client: Client): Promise<Omit<BeforeCreating, 'complaint'>> {
      const { active, ...rest } = await known(client);
      return { ...rest, active: active.filter(({ clientId }) => clientId === client.clientId) };
    },
    /** The active subscriptions of an organisation; null for none. What is asked at once is read at once. */
    activeOf: sharedRead<string, SubscriptionRow[]>(async (organisationIds) => {
      const rows = await activeOfAll.execute({ organisationIds });
      return Map.groupBy(rows, ({ organisationId }) => organisationId);
    }),
  };
}

/** The subscriptions that somebody looks after. */
export const ownedBy = ({ organisationId, clientId }: Manager): SQL | undefined =>
  and(
    eq(subscription.organisationId, organisationId),
    clientId === null ? undefined : eq(subscription.clientId, clientId),
  );

export type SubscriptionStore = ReturnType<typeof createSubscriptionStore>;
