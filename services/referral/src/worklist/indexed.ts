import { type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

type Columns = Record<
  | 'id'
  | 'state'
  | 'priority'
  | 'toldPriority'
  | 'reasonCode'
  | 'dueAt'
  | 'toldDueAt'
  | 'enteredStateAt'
  | 'referrerActedAt',
  AnyPgColumn
>;

/** The order of a worklist, as {@link ./urgency.ts} has it, in columns: what its indexes are made of, and what its pages are read by. */
export const urgencyColumns = (table: Columns): [rank: SQL, at: SQL, id: AnyPgColumn] => [
  sql`(case when ${table.state} = 'draft' then 3 when ${table.priority} = 'emergency' then 0 when ${table.priority} = 'urgent' then 1 else 2 end)`,
  sql`(coalesce(${table.dueAt}, ${table.enteredStateAt}))`,
  table.id,
];

/** The same by what a supervisor is told of priority and due time. */
export const toldUrgencyColumns = (table: Columns): [rank: SQL, at: SQL, id: AnyPgColumn] => [
  sql`(case when ${table.state} = 'draft' then 3 when ${told.priority(table)} = 'emergency' then 0 when ${told.priority(table)} = 'urgent' then 1 else 2 end)`,
  sql`(coalesce(${told.dueAt(table)}, ${table.enteredStateAt}))`,
  table.id,
];

/** What a supervisor is told of priority and due time, as {@link ../lifecycle/told-priority.ts} has it. */
export const told = {
  priority: ({ priority, toldPriority }: Pick<Columns, 'priority' | 'toldPriority'>): SQL =>
    sql`coalesce(${toldPriority}, ${priority})`,
  dueAt: ({ dueAt, toldPriority, toldDueAt }: Pick<Columns, 'dueAt' | 'toldPriority' | 'toldDueAt'>): SQL =>
    sql`case when ${toldPriority} is null then ${dueAt} else ${toldDueAt} end`,
};

/**
 * What the worklist of each party is looked for in: the condition of its index. Without parameters, so that the planner sees that
 * a query which says the same is one for that index; most referrals are closed, and in none of them.
 */
export const openWork = {
  facility: ({ state }: Columns): SQL =>
    sql`${state} in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested')`,
  supervisor: ({ state }: Columns): SQL =>
    sql`${state} in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service')`,
  referrer: ({ state, reasonCode, referrerActedAt, enteredStateAt }: Columns): SQL =>
    sql`(${state} in ('draft', 'sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed', 'rejected', 'expired') or (${state} = 'cancelled' and ${reasonCode} in ('cancel-unconfirmed', 'declined', 'revoked', 'consent-ended') and coalesce(${referrerActedAt} < ${enteredStateAt}, true)))`,
};
