import { and, asc, eq, gt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { message, type MessageRow } from '../schema.ts';
import type { Hearing } from './decide.ts';

/** Reads of what was said. */
export function createConversationStore(pool: Pool) {
  const db = drizzle(pool);
  return {
    async message(id: string): Promise<MessageRow | null> {
      const [row] = await db.select().from(message).where(eq(message.id, id));
      return row ?? null;
    },

    /** Oldest first, from behind `afterId`. */
    list: (
      { referralId, taskId, onlyClosed }: Hearing,
      { afterId, limit }: { afterId: string | undefined; limit: number },
    ): Promise<MessageRow[]> =>
      db
        .select()
        .from(message)
        .where(
          and(
            eq(message.referralId, referralId),
            taskId === null ? undefined : eq(message.taskId, taskId),
            onlyClosed ? eq(message.detailsOpen, false) : undefined,
            afterId === undefined ? undefined : gt(message.id, afterId),
          ),
        )
        .orderBy(asc(message.id))
        .limit(limit),

    /** The ids of all that was said in a referral, whoever may read it. */
    async idsOf(referralId: string): Promise<string[]> {
      const rows = await db.select({ id: message.id }).from(message).where(eq(message.referralId, referralId));
      return rows.map(({ id }) => id);
    },
  };
}
export type ConversationStore = ReturnType<typeof createConversationStore>;
