import { startWorker, type Worker } from '@rohnamo/journal';
import { lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { usedAssertion } from '../schema.ts';

const cleanupIntervalMs = 60_000;

/** Which client assertions were used (RFC 7523 §3, point 7), for all replicas. */
export function createUsedAssertions({ pool, now }: { pool: Pool; now: () => Date }) {
  const db = drizzle(pool);
  const insert = db
    .insert(usedAssertion)
    .values({
      clientId: sql.placeholder('clientId'),
      jtiHash: sql.placeholder('jtiHash'),
      expiresAt: sql.placeholder('expiresAt'),
    })
    .onConflictDoUpdate({
      target: [usedAssertion.clientId, usedAssertion.jtiHash],
      set: { expiresAt: sql`excluded.expires_at` },
      setWhere: lt(usedAssertion.expiresAt, sql.placeholder('now')),
    })
    .prepare('use assertion');

  return {
    /** Notes one use; false when it was used before. Of two at the same time, one is told false. */
    async use({
      clientId,
      jtiHash,
      expiresInSeconds,
    }: {
      clientId: string;
      jtiHash: string;
      expiresInSeconds: number;
    }): Promise<boolean> {
      const at = now();
      const { rowCount } = await insert.execute({
        clientId,
        jtiHash,
        expiresAt: new Date(at.getTime() + expiresInSeconds * 1000),
        now: at,
      });
      return rowCount === 1;
    },
    forgetExpired: () => db.delete(usedAssertion).where(lt(usedAssertion.expiresAt, now())),
  };
}
export type UsedAssertions = ReturnType<typeof createUsedAssertions>;

/** Forgets, every minute, the assertions that have expired: they are refused by their time. */
export const startForgetting = (usedAssertions: UsedAssertions, onError: (error: unknown) => void): Worker =>
  startWorker({
    step: async () => {
      await usedAssertions.forgetExpired();
      return 'idle';
    },
    pauseMs: cleanupIntervalMs,
    onError,
  });
