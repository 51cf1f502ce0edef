import type { DeliveryState } from '@rohnamo/contracts';
import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { Manager } from '../access.ts';
import { delivery, type DeliveryRow, subscription, type SubscriptionRow } from '../schema.ts';
import { ownedBy } from '../subscriptions/store.ts';

/** A delivery that is due, and where it goes. */
export interface Due {
  delivery: DeliveryRow;
  subscription: SubscriptionRow;
}

export interface DueQuery {
  now: Date;
  /** Deliveries under way. */
  except: readonly string[];
  /** Subscriptions that must not get another now. */
  busy: readonly string[];
  /** Subscriptions that must not get another unless they are stopped. */
  paused: readonly string[];
  perSubscriptionMax: number;
  limit: number;
}

/** Whose deliveries: those to the subscriptions that somebody looks after, and of those for a desk their own desks'. */
export interface Owner extends Manager {
  deskIds: readonly string[];
}

export interface ListQuery {
  owner: Owner;
  state?: DeliveryState | undefined;
  subscriptionId?: string | undefined;
  referralId?: string | undefined;
  before?: { createdAt: Date; id: string } | undefined;
  limit: number;
}

/** Reads of deliveries. */
export function createDeliveryStore(pool: Pool) {
  const db = drizzle(pool);
  const value = sql.placeholder;
  const dueIds = sql`with recursive pending (subscription_id) as (
      (select subscription_id from delivery where wake_at is not null order by subscription_id limit 1)
      union all
      select (select d.subscription_id from delivery d where d.wake_at is not null and d.subscription_id > p.subscription_id order by d.subscription_id limit 1)
      from pending p where p.subscription_id is not null)
    select due.id from pending p join subscription s on s.id = p.subscription_id cross join lateral (
      select d.id, d.wake_at from delivery d
      where d.subscription_id = p.subscription_id and d.wake_at <= case s.state when 'stopped' then 'infinity' else ${value('now')}::timestamptz end and d.id <> all(${value('except')}::uuid[])
      order by d.wake_at limit ${value('perSubscriptionMax')}) due
    where p.subscription_id <> all(${value('busy')}::uuid[]) and (s.state = 'stopped' or p.subscription_id <> all(${value('paused')}::uuid[])) order by due.wake_at limit ${value('limit')}`;
  const due = db
    .select({ delivery: getTableColumns(delivery), subscription: getTableColumns(subscription) })
    .from(delivery)
    .innerJoin(subscription, eq(subscription.id, delivery.subscriptionId))
    .where(sql`${delivery.id} = any(array(${dueIds}))`)
    .orderBy(delivery.wakeAt)
    .prepare('due deliveries');

  return {
    /**
     * What is due, the longest due first, a few of each subscription; of a stopped one all that waits, to be given up. The subscriptions with something pending are found by
     * skipping from one to the next in the partial index (Postgres has no skip scan over distinct values of its own), so a
     * long queue of one costs the others nothing.
     */
    due: (query: DueQuery): Promise<Due[]> => due.execute({ ...query, now: query.now.toISOString() }),
    async find(id: string, owner: Owner): Promise<DeliveryRow | null> {
      const [row] = await db
        .select()
        .from(delivery)
        .where(and(eq(delivery.id, id), isOf(db, owner)));
      return row ?? null;
    },
    /** Newest first. */
    list({ owner, state, subscriptionId, referralId, before, limit }: ListQuery): Promise<DeliveryRow[]> {
      return db
        .select()
        .from(delivery)
        .where(
          and(
            isOf(db, owner),
            state && eq(delivery.state, state),
            subscriptionId === undefined ? undefined : eq(delivery.subscriptionId, subscriptionId),
            referralId === undefined ? undefined : eq(delivery.referralId, referralId),
            before &&
              sql`(${delivery.createdAt}, ${delivery.id}) < (${before.createdAt.toISOString()}::timestamptz, ${before.id}::uuid)`,
          ),
        )
        .orderBy(desc(delivery.createdAt), desc(delivery.id))
        .limit(limit);
    },
    /** How many still wait for a try, the first or another. */
    waitingCount: () => db.$count(delivery, isNotNull(delivery.wakeAt)),
  };
}
const isOf = (db: NodePgDatabase, { deskIds, ...manager }: Owner): SQL | undefined =>
  and(
    eq(delivery.organisationId, manager.organisationId),
    or(isNull(delivery.deskId), inArray(delivery.deskId, [...deskIds])),
    inArray(delivery.subscriptionId, db.select({ id: subscription.id }).from(subscription).where(ownedBy(manager))),
  );

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;
